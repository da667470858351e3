"""Conditional fully connected pair: Mirza and Osindero 2014, "Conditional Generative Adversarial Nets",
arXiv:1411.1784, section 4.1.

Images are [-1, 1] outside; the networks work on the paper's [0, 1] inside. The discriminator's output is a logit.
"""

import keras
import numpy as np
from keras import layers
from keras.initializers import RandomUniform

from keras_gan.fast.batch_norm import BatchNormalization
from keras_gan.layers.maxout import Maxout
from keras_gan.networks.labels import label_input, one_hot


def generator(image_shape, classes, latent_dim=100):
    """z [n, latent_dim] -> ReLU 200 and label [n] -> ReLU 1000, joined -> ReLU 1200 -> sigmoid: images in [-1, 1].

    Deviations: weights by He et al., and batch normalisation of the layers that see z, where the paper has dropout on
    the joint ones: G then takes its variety from the mask instead of z. The last layer's name is that of
    networks.gan, whose set_output_bias serves here too.
    """
    z, label = keras.Input((latent_dim,), name="z"), label_input()
    y = layers.Dense(1000, "relu", kernel_initializer=_uniform(0.5))(one_hot(label, classes))
    x = layers.Concatenate()([_normalised(200, z), y])
    x = layers.Dense(int(np.prod(image_shape)), kernel_initializer=_uniform(0.05), name="pixels")(_normalised(1200, x))
    x = layers.Rescaling(2.0, -1.0, dtype="float32")(layers.Activation("sigmoid", dtype="float32")(x))
    images = layers.Reshape(image_shape, dtype="float32", name="images")(x)
    return keras.Model([z, label], images, name="generator")


def discriminator(image_shape, classes, input_dropout=0.2, dropout=0.5):
    """Images [n, *image_shape] -> maxout 240 x 5 and label [n] -> maxout 50 x 5, joined -> maxout 240 x 4 -> logits.

    The label starts loud, with weights U(-1.5, 1.5): one number of a code is little beside 784 pixels, and D would take
    long to ask for more than some digit.
    """
    images, label = keras.Input(image_shape, name="images"), label_input()
    x = layers.Dropout(input_dropout)(layers.Flatten()(layers.Rescaling(0.5, 0.5)(images)))
    x = Maxout(240, 5, kernel_initializer=_uniform(0.005))(x)
    y = Maxout(50, 5, kernel_initializer=_uniform(1.5))(one_hot(label, classes))
    x = layers.Dropout(dropout)(layers.Concatenate()([x, y]))
    x = layers.Dropout(dropout)(Maxout(240, 4, kernel_initializer=_uniform(0.02))(x))
    logits = layers.Dense(1, kernel_initializer=_uniform(0.02), dtype="float32", name="logits")(x)
    return keras.Model([images, label], logits, name="discriminator")


def _normalised(units, x):
    x = layers.Dense(units, use_bias=False, kernel_initializer="he_uniform")(x)
    return layers.ReLU()(BatchNormalization(momentum=0.9)(x))


def _uniform(limit):
    return RandomUniform(-limit, limit)
