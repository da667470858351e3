"""CycleGAN's networks: Zhu, Park, Isola and Efros 2017, "Unpaired Image-to-Image Translation using Cycle-Consistent
Adversarial Networks", arXiv:1703.10593, appendix 7.2: two translators as one generator, two judges as one D.

Images of both domains travel side by side in the channels, a before b: [n, h, w, 2 c]. So the game has two players as
every other, and its four networks stay what the paper says; `to_b`, `to_a`, `of_a` and `of_b` are their names.
"""

import keras
from keras import layers
from keras.initializers import RandomNormal

from keras_gan.layers.halves import Halves
from keras_gan.layers.reflection_padding import ReflectionPadding2D
from keras_gan.networks import pix2pix
from keras_gan.networks.halvings import check


def generator(image_shape, width=64, blocks=6):
    """[z, (a, b)] -> (F(b), G(a)), both [n, h, w, 2 c] in [-1, 1]: what each image becomes in the other's domain. There
    is no noise: z [n, 1] is not used."""
    z = keras.Input((1,), name="z")
    both = keras.Input((*image_shape[:2], 2 * image_shape[2]), name="input")
    a, b = Halves()(both)
    to_b, to_a = (translator(image_shape, width, blocks, name) for name in ("to_b", "to_a"))
    images = layers.Concatenate(dtype="float32", name="images")([to_a(b), to_b(a)])
    return keras.Model([z, both], images, name="generator")


def translator(image_shape, width=64, blocks=6, name="translator"):
    """Images -> images: c7s1-64, d128, d256, so many R256, u128, u64, c7s1-c, with instance normalisation and mirrored
    edges; 6 blocks for 128 pixels, 9 from 256 on. Raises ValueError for sides that cannot be halved twice, and for less
    than 8 pixels."""
    check(image_shape)
    pix2pix.halvings(image_shape[:2])
    if min(image_shape[:2]) < 8:
        raise ValueError(
            f"An edge of {min(image_shape[:2])} pixels is too short to be halved twice and mirrored; at least 8 are "
            "needed."
        )
    x = images = keras.Input(image_shape, name="input")
    x = _normalised_relu(_convolution(width, 7)(ReflectionPadding2D(3)(x)))
    for maps in (2 * width, 4 * width):
        x = _normalised_relu(_convolution(maps, 3, 2, "same")(x))
    for _ in range(blocks):
        y = _normalised_relu(_convolution(4 * width, 3)(ReflectionPadding2D(1)(x)))
        y = _normalised(_convolution(4 * width, 3)(ReflectionPadding2D(1)(y)))
        x = layers.Add()([x, y])
    for maps in (2 * width, width):
        x = _normalised_relu(
            layers.Conv2DTranspose(maps, 3, 2, "same", use_bias=False, kernel_initializer=_weights())(x)
        )
    x = layers.Conv2D(image_shape[2], 7, kernel_initializer=_weights())(ReflectionPadding2D(3)(x))
    return keras.Model(images, layers.Activation("tanh", dtype="float32", name="images")(x), name=name)


def discriminator(image_shape, receptive_field=70, width=64):
    """(a, b) [n, h, w, 2 c] -> scores [n, h', w', 2] of each patch: whether a is of the first domain, b of the second.
    Each judge is pix2pix's PatchGAN (networks.pix2pix.discriminator), which sees one image alone."""
    both = keras.Input((*image_shape[:2], 2 * image_shape[2]), name="images")
    judged = []
    for name, image in zip(("of_a", "of_b"), Halves()(both), strict=True):
        judge = pix2pix.discriminator(image_shape, receptive_field=receptive_field, width=width, conditional=False)
        judged.append(keras.Model(judge.input, judge.output, name=name)(image))
    return keras.Model(both, layers.Concatenate(dtype="float32", name="scores")(judged), name="discriminator")


def _convolution(maps, kernel, stride=1, padding="valid"):
    return layers.Conv2D(maps, kernel, stride, padding, use_bias=False, kernel_initializer=_weights())


def _normalised(x):
    return layers.GroupNormalization(groups=-1, epsilon=1e-5, center=False, scale=False)(x)


def _normalised_relu(x):
    return layers.ReLU()(_normalised(x))


def _weights():
    return RandomNormal(0.0, 0.02)
