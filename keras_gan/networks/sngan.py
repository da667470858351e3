"""SNGAN: Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks", arXiv:1802.05957, appendix
B.4 (table 3, the standard CNN), and Miyato and Koyama 2018, "cGANs with Projection Discriminator", arXiv:1802.05637.

Every weight of D is divided by its largest singular value, which one step of power iteration an update estimates
(algorithm 1): D is then 1-Lipschitz up to the slopes of its activations, without batch normalisation.
"""

import keras
from keras import layers
from keras.initializers import RandomNormal

from keras_gan.fast.batch_norm import BatchNormalization
from keras_gan.fast.narrow_conv import NarrowConv2DTranspose
from keras_gan.layers.spectral import SpectralConv2D, SpectralDense
from keras_gan.layers.sum_over_places import SumOverPlaces
from keras_gan.networks.halvings import cropped, halvings
from keras_gan.networks.labels import joined, label_and_code, label_input, one_hot


def generator(image_shape, latent_dim=128, width=64, classes=None):
    """z [n, latent_dim] (and label [n]) -> images [n, *image_shape] in [-1, 1].

    A dense layer to 4 x 4 or 7 x 7, 4 x 4 transposed convolutions with stride 2, batch normalisation and ReLU, whose
    maps halve down to `width` before the last. The label's code joins z. Any sides from 4 up: other sizes grow from the
    ceiling and are cropped.
    """
    base, levels = halvings(image_shape)
    z = keras.Input((latent_dim,), name="z")
    label, code = label_and_code(classes)
    x = joined(z, code)
    maps = width * 2 ** (levels - 1)
    x = layers.Dense(base[0] * base[1] * maps, use_bias=False, kernel_initializer=_weights())(x)
    x = layers.ReLU()(_normalised(layers.Reshape((*base, maps))(x)))
    for _ in range(levels - 1):
        maps //= 2
        x = layers.Conv2DTranspose(maps, 4, 2, "same", use_bias=False, kernel_initializer=_weights())(x)
        x = layers.ReLU()(_normalised(x))
    x = NarrowConv2DTranspose(image_shape[-1], 4, kernel_initializer=_weights(), name="pixels")(x)
    images = layers.Activation("tanh", dtype="float32", name="images")(cropped(x, image_shape))
    return keras.Model([z, label] if classes else z, images, name="generator")


def discriminator(image_shape, width=64, classes=None, hidden=0):
    """Images [n, *image_shape] in [-1, 1] (and label [n]) -> scores [n, 1], unbounded.

    For each halving a 3 x 3 convolution and a 4 x 4 one with stride 2, then one of 3 x 3; leaky ReLU 0.1. With
    `classes` the score is psi(phi) + <embedding(label), phi>, phi the sum over places (the projection, eq. 3 there).
    hidden: above 0, without classes, so many units of a dense layer before the score, which otherwise is linear in what
    the last convolution sees, place by place.
    """
    _, levels = halvings(image_shape)
    x = images = keras.Input(image_shape, name="images")
    for level in range(levels):
        maps = width * 2**level
        x = layers.LeakyReLU(0.1)(SpectralConv2D(maps, 3, padding="same")(x))
        x = layers.LeakyReLU(0.1)(SpectralConv2D(maps, 4, 2, "same")(x))
    x = layers.LeakyReLU(0.1)(SpectralConv2D(width * 2**levels, 3, padding="same")(x))
    if not classes:
        x = layers.Flatten()(x)
        if hidden:
            x = layers.LeakyReLU(0.1)(SpectralDense(hidden, name="hidden")(x))
        scores = SpectralDense(1, dtype="float32", name="scores")(x)
        return keras.Model(images, scores, name="discriminator")
    features = SumOverPlaces(name="features")(x)
    label = label_input()
    embedding = SpectralDense(features.shape[-1], use_bias=False, dtype="float32", name="embedding")(
        one_hot(label, classes)
    )
    scores = SpectralDense(1, dtype="float32", name="psi")(features)
    scores = layers.Add(name="scores")([scores, layers.Dot(1, dtype="float32")([embedding, features])])
    return keras.Model([images, label], scores, name="discriminator")


def _weights():
    return RandomNormal(0.0, 0.02)


def _normalised(x):
    return BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
