"""The pairs of EBGAN's grid search: Zhao et al. 2017, "Energy-based Generative Adversarial Network", arXiv:1609.03126,
section 4.1 and appendix B. Fully connected; D is an auto-encoder, or in the plain game a classifier."""

import keras
import numpy as np
from keras import layers
from keras.initializers import RandomNormal

from keras_gan.fast.batch_norm import BatchNormalization


def generator(image_shape, latent_dim=100, depth=5, width=800):
    """z [n, latent_dim] -> images in [-1, 1]: nLayerG = `depth` weight layers, sizeG = `width`, weights N(0, 0.02),
    batch normalisation and ReLU after each but the last."""
    x = z = keras.Input((latent_dim,), name="z")
    for _ in range(depth - 1):
        x = layers.ReLU()(_normalised(layers.Dense(width, use_bias=False, kernel_initializer=RandomNormal(0, 0.02))(x)))
    x = layers.Dense(int(np.prod(image_shape)), kernel_initializer=RandomNormal(0, 0.02), name="pixels")(x)
    images = layers.Reshape(image_shape, dtype="float32", name="images")(layers.Activation("tanh", dtype="float32")(x))
    return keras.Model(z, images, name="generator")


def discriminator(image_shape, depth=2, width=1024, dropout=0.0):
    """Images -> [reconstruction [n, *image_shape], code [n, width]]: nLayerD = `depth` weight layers, of which the last
    one decodes; weights N(0, 0.002); batch normalisation except in the first and the last. dropout: its rate behind
    each layer of the encoder."""
    images = keras.Input(image_shape, name="images")
    code = _hidden(layers.Flatten()(images), depth, width, dropout)
    x = layers.Dense(int(np.prod(image_shape)), kernel_initializer=RandomNormal(0, 0.002), dtype="float32")(code)
    reconstruction = layers.Reshape(image_shape, dtype="float32", name="reconstruction")(x)
    return keras.Model(images, [reconstruction, code], name="discriminator")


def classifier(image_shape, depth=2, width=1024, dropout=0.0):
    """Images -> logits [n, 1]: the plain game's discriminator in the same grid."""
    images = keras.Input(image_shape, name="images")
    x = _hidden(layers.Flatten()(images), depth, width, dropout)
    logits = layers.Dense(1, kernel_initializer=RandomNormal(0, 0.002), dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="discriminator")


def _hidden(x, depth, width, dropout):
    for layer in range(depth - 1):
        last = {"name": "code"} if layer == depth - 2 else {}
        x = layers.Dense(width, use_bias=layer == 0, kernel_initializer=RandomNormal(0, 0.002))(x)
        x = layers.ReLU(**last)(x if layer == 0 else _normalised(x))
        if dropout:
            x = layers.Dropout(dropout)(x)
    return x


def _normalised(x):
    return BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
