"""A small U-Net that reads label maps off drawn faces, as Isola et al. 2017 read theirs off photos: `facefcn`.

Not from a paper: three halvings, convolutions of 3 x 3 with batch normalisation and ReLU, and the maps of each size
beside those that come back to it.
"""

import keras
from keras import layers

from keras_gan.networks.mnist_classifier import block

WIDTHS = (16, 32, 64, 96)
IMAGE_SHAPE = (64, 64, 3)


def face_segmenter(classes, image_shape=IMAGE_SHAPE):
    """Images [n, h, w, c] in [-1, 1] -> logits [n, h, w, classes] of each pixel; 0.3 million parameters. Sides that 8
    divides."""
    x = images = keras.Input(image_shape, name="images")
    sizes = []
    for level, width in enumerate(WIDTHS):
        x = layers.MaxPooling2D()(x) if level else x
        x = block(x, width, 3, "same")
        sizes.append(x)
    x = block(x, WIDTHS[-1], 3, "same")
    for width, same_size in zip(WIDTHS[-2::-1], sizes[-2::-1], strict=True):
        x = layers.Concatenate()([layers.UpSampling2D()(x), same_size])
        x = block(x, width, 3, "same")
    logits = layers.Conv2D(classes, 1, dtype="float32", name="labels")(x)
    return keras.Model(images, logits, name="facefcn")
