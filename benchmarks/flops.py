"""Arithmetic of a step, counted from the layers: 1 multiply-add = 2 FLOP; activations and normalisation are free."""

import math

from keras import layers

from keras_gan.layers.maxout import Maxout


def forward(model):
    """FLOP of one image's way through a keras.Model."""
    return 2 * sum(_multiply_adds(layer) for layer in model.layers)


def step(generator, discriminator):
    """FLOP per image and step. D's turn: one pass of G, six of D (forward and backward, real and fake); G's turn: three
    of G, two of D."""
    return 4 * forward(generator) + 8 * forward(discriminator)


def _multiply_adds(layer):
    if isinstance(layer, (layers.Dense, Maxout)):
        return math.prod(layer.kernel.shape)
    if isinstance(layer, layers.Conv2DTranspose):
        return math.prod(layer.kernel.shape) * math.prod(layer.input.shape[1:3])
    if isinstance(layer, layers.Conv2D):
        return math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:3])
    return 0
