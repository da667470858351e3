"""Fully connected pairs for points on a line or in the plane: the toy worlds.

Hidden layers are (activation, units); `initializer` is that of every kernel, each drawn for itself. Biases start at 0.
"""

import keras
from keras import layers


def generator(latent_dim, dimensions, hidden, initializer):
    """z [n, latent_dim] -> points [n, dimensions], unbounded."""
    z = keras.Input((latent_dim,), name="z")
    return keras.Model(z, _dense(z, dimensions, "points", hidden, initializer), name="generator")


def discriminator(dimensions, hidden, initializer):
    """Points [n, dimensions] -> scores [n, 1], unbounded: logits, or what a critic says."""
    points = keras.Input((dimensions,), name="points")
    return keras.Model(points, _dense(points, 1, "logits", hidden, initializer), name="discriminator")


def _dense(x, outputs, name, hidden, initializer):
    # An object that is used twice draws the same numbers twice; a clone draws its own.
    initializer = keras.initializers.get(initializer)
    for activation, units in hidden:
        x = layers.Dense(units, activation, kernel_initializer=initializer.clone())(x)
    return layers.Dense(outputs, kernel_initializer=initializer.clone(), dtype="float32", name=name)(x)
