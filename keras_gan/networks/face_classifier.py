"""A small convolutional classifier of what drawn faces show, whose penultimate layer measures generators: `facecnn`.

Not from a paper: convolutions of stride 2 lead from 64 to 4 pixels, with batch normalisation and ReLU. The last maps
are flattened rather than averaged, because it matters where a part is: a beard and hair may have the same colour.
"""

import keras
from keras import layers

from keras_gan.networks.mnist_classifier import block

IMAGE_SHAPE = (64, 64, 3)
FEATURES = 192


def face_classifier(outputs):
    """Images [n, 64, 64, 3] in [-1, 1] -> logits [n, outputs] of all values of all attributes, one after the other;
    0.8 million parameters. The layer "features" holds [n, 192], non-negative. Dropout acts in training only."""
    x = inputs = keras.Input(IMAGE_SHAPE, name="images")
    x = block(x, 32, 5, "same", strides=2)
    x = block(x, 64, 3, "same", strides=2)
    x = block(x, 96, 3, "same")
    x = block(x, 128, 3, "same", strides=2)
    x = block(x, 128, 3, "same")
    x = block(x, 96, 3, "same", strides=2)
    x = layers.Dense(FEATURES, "relu", kernel_initializer="he_normal", name="features")(layers.Flatten()(x))
    x = layers.Dropout(0.1)(x)
    return keras.Model(inputs, layers.Dense(outputs, name="attributes")(x), name="facecnn")
