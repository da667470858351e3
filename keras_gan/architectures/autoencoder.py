"""Discriminators that are auto-encoders, and generators to go with them.

Fully connected: the pairs of EBGAN's grid search (Zhao et al. 2017, "Energy-based Generative Adversarial Network",
arXiv:1609.03126, section 4.1 and appendix B). Convolutional: BEGAN (Berthelot et al. 2017, arXiv:1703.10717, figure 1),
whose generator is built like the discriminator's decoder.
"""

import keras
import numpy as np
from keras import layers
from keras.initializers import RandomNormal

from keras_gan.layers import BatchNormalization


def grid_generator(image_shape, latent_dim=100, depth=5, width=800):
    """z [n, latent_dim] -> images in [-1, 1]: nLayerG = `depth` weight layers, sizeG = `width`, weights N(0, 0.02),
    batch normalisation and ReLU after each but the last."""
    x = z = keras.Input((latent_dim,), name="z")
    for _ in range(depth - 1):
        x = layers.ReLU()(_normalised(layers.Dense(width, use_bias=False, kernel_initializer=RandomNormal(0, 0.02))(x)))
    x = layers.Dense(int(np.prod(image_shape)), kernel_initializer=RandomNormal(0, 0.02), name="pixels")(x)
    images = layers.Reshape(image_shape, dtype="float32", name="images")(layers.Activation("tanh", dtype="float32")(x))
    return keras.Model(z, images, name="generator")


def grid_discriminator(image_shape, depth=2, width=1024):
    """Images -> [reconstruction [n, *image_shape], code [n, width]]: nLayerD = `depth` weight layers, of which the last
    one decodes; weights N(0, 0.002); batch normalisation except in the first and the last."""
    images = keras.Input(image_shape, name="images")
    code = _hidden(layers.Flatten()(images), depth, width)
    x = layers.Dense(int(np.prod(image_shape)), kernel_initializer=RandomNormal(0, 0.002), dtype="float32")(code)
    reconstruction = layers.Reshape(image_shape, dtype="float32", name="reconstruction")(x)
    return keras.Model(images, [reconstruction, code], name="discriminator")


def grid_classifier(image_shape, depth=2, width=1024):
    """Images -> logits [n, 1]: the plain game's discriminator in the same grid."""
    images = keras.Input(image_shape, name="images")
    x = _hidden(layers.Flatten()(images), depth, width)
    logits = layers.Dense(1, kernel_initializer=RandomNormal(0, 0.002), dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="discriminator")


def _hidden(x, depth, width):
    for layer in range(depth - 1):
        last = {"name": "code"} if layer == depth - 2 else {}
        x = layers.Dense(width, use_bias=layer == 0, kernel_initializer=RandomNormal(0, 0.002))(x)
        x = layers.ReLU(**last)(x if layer == 0 else _normalised(x))
    return x


def decoder(image_shape, latent_dim=64, width=32, name="generator"):
    """z [n, latent_dim] -> images [n, *image_shape], unbounded: a dense layer, then for each size a pair of 3 x 3
    convolutions with ELU and `width` maps, and nearest-neighbour doubling between sizes."""
    z = keras.Input((latent_dim,), name="z")
    base, levels = _halvings(image_shape)
    x = layers.Reshape((*base, width))(layers.Dense(base[0] * base[1] * width)(z))
    for level in range(levels + 1):
        x = layers.UpSampling2D(2)(x) if level else x
        for _ in range(2):
            x = layers.Conv2D(width, 3, padding="same", activation="elu")(x)
    images = layers.Conv2D(image_shape[-1], 3, padding="same", dtype="float32", name="images")(x)
    return keras.Model(z, images, name=name)


def discriminator(image_shape, code_units=64, width=32):
    """Images -> images: an encoder of pairs of 3 x 3 convolutions with ELU, width, 2 width, 3 width ... maps and stride
    2 between sizes, a dense code, and the decoder."""
    x = images = keras.Input(image_shape, name="images")
    x = layers.Conv2D(width, 3, padding="same", activation="elu")(x)
    _, levels = _halvings(image_shape)
    for level in range(levels + 1):
        maps = width * (level + 1)
        x = layers.Conv2D(maps, 3, padding="same", activation="elu")(x)
        if level < levels:
            maps += width
        x = layers.Conv2D(maps, 3, 2 if level < levels else 1, padding="same", activation="elu")(x)
    code = layers.Dense(code_units, name="code")(layers.Flatten()(x))
    reconstruction = decoder(image_shape, code_units, width, "decoder")(code)
    return keras.Model(images, reconstruction, name="discriminator")


def _halvings(image_shape):
    """-> (smallest height and width, number of halvings): down to at most 8."""
    height, width, levels = *image_shape[:2], 0
    while max(height, width) > 8:
        if height % 2 or width % 2:
            raise ValueError(
                f"This auto-encoder halves its images down to at most 8 x 8 and cannot with {image_shape[0]} x "
                f"{image_shape[1]}; choose an image_shape such as (28, 28, 1), (32, 32, 3) or (64, 64, 3)."
            )
        height, width, levels = height // 2, width // 2, levels + 1
    return (height, width), levels


def _normalised(x):
    return BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
