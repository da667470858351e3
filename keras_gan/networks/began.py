"""BEGAN's networks: Berthelot et al. 2017, "BEGAN: Boundary Equilibrium Generative Adversarial Networks",
arXiv:1703.10717, figure 1. D is a convolutional auto-encoder; a generator may be built like its decoder."""

import keras
from keras import layers

from keras_gan.networks import halvings


def decoder(image_shape, latent_dim=64, width=32, name="generator"):
    """z [n, latent_dim] -> images [n, *image_shape], unbounded: a dense layer, then for each size a pair of 3 x 3
    convolutions with ELU and `width` maps, and nearest-neighbour doubling between sizes."""
    z = keras.Input((latent_dim,), name="z")
    base, levels = halvings.halvings(image_shape, most=8, least=0)
    x = layers.Reshape((*base, width))(layers.Dense(base[0] * base[1] * width)(z))
    for level in range(levels + 1):
        x = layers.UpSampling2D(2)(x) if level else x
        for _ in range(2):
            x = layers.Conv2D(width, 3, padding="same", activation="elu")(x)
    x = layers.Conv2D(image_shape[-1], 3, padding="same", dtype="float32", name="images")(x)
    return keras.Model(z, halvings.cropped(x, image_shape), name=name)


def discriminator(image_shape, code_units=64, width=32):
    """Images -> images: an encoder of pairs of 3 x 3 convolutions with ELU, width, 2 width, 3 width ... maps and stride
    2 between sizes, a dense code, and the decoder."""
    x = images = keras.Input(image_shape, name="images")
    x = layers.Conv2D(width, 3, padding="same", activation="elu")(x)
    _, levels = halvings.halvings(image_shape, most=8, least=0)
    for level in range(levels + 1):
        maps = width * (level + 1)
        x = layers.Conv2D(maps, 3, padding="same", activation="elu")(x)
        if level < levels:
            maps += width
        x = layers.Conv2D(maps, 3, 2 if level < levels else 1, padding="same", activation="elu")(x)
    code = layers.Dense(code_units, name="code")(layers.Flatten()(x))
    reconstruction = decoder(image_shape, code_units, width, "decoder")(code)
    return keras.Model(images, reconstruction, name="discriminator")
