"""Conditional fully connected pair: Mirza and Osindero 2014, "Conditional Generative Adversarial Nets",
arXiv:1411.1784, section 4.1.

Images are [-1, 1] outside; the networks work on the paper's [0, 1] inside. The discriminator's output is a logit.
"""

import keras
import numpy as np
from keras import layers
from keras.initializers import RandomUniform

from keras_gan.layers import Maxout


def generator(image_shape, classes, latent_dim=100, dropout=0.0, initial_range=0.05):
    """z [n, latent_dim] -> ReLU 200 and label [n] -> ReLU 1000, joined -> ReLU 1200 -> sigmoid: images in [-1, 1].

    `dropout` is on the joint layers. The paper has 0.5; G then takes its variety from the mask instead of z, and draws
    one image for each label where dropout is off. The last layer is called as in architectures.mlp, whose
    set_output_bias serves here too.
    """
    z, label = keras.Input((latent_dim,), name="z"), keras.Input((), dtype="int32", name="label")

    def dense(units, activation, **options):
        return layers.Dense(
            units, activation, kernel_initializer=RandomUniform(-initial_range, initial_range), **options
        )

    x = layers.Concatenate()([dense(200, "relu")(z), dense(1000, "relu")(_code(label, classes))])
    if dropout:
        x = layers.Dropout(dropout)(x)
    x = dense(1200, "relu")(x)
    if dropout:
        x = layers.Dropout(dropout)(x)
    x = dense(int(np.prod(image_shape)), None, name="pixels")(x)
    x = layers.Rescaling(2.0, -1.0, dtype="float32")(layers.Activation("sigmoid", dtype="float32")(x))
    images = layers.Reshape(image_shape, dtype="float32", name="images")(x)
    return keras.Model([z, label], images, name="generator")


def discriminator(image_shape, classes, dropout=0.5, initial_range=0.005):
    """Images [n, *image_shape] -> maxout 240 x 5 and label [n] -> maxout 50 x 5, joined -> maxout 240 x 4 -> logits."""
    images, label = keras.Input(image_shape, name="images"), keras.Input((), dtype="int32", name="label")
    initializer = RandomUniform(-initial_range, initial_range)
    x = Maxout(240, 5, kernel_initializer=initializer)(layers.Flatten()(layers.Rescaling(0.5, 0.5)(images)))
    y = Maxout(50, 5, kernel_initializer=initializer)(_code(label, classes))
    x = layers.Dropout(dropout)(layers.Concatenate()([x, y]))
    x = layers.Dropout(dropout)(Maxout(240, 4, kernel_initializer=initializer)(x))
    logits = layers.Dense(1, kernel_initializer=initializer, dtype="float32", name="logits")(x)
    return keras.Model([images, label], logits, name="discriminator")


def _code(label, classes):
    return layers.CategoryEncoding(classes, output_mode="one_hot")(layers.Reshape((1,))(label))
