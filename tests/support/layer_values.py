"""Layers with random weights, their values and their gradients."""

import numpy as np
import tensorflow as tf


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def built(layer, *shape, seed=0):
    """The layer with random weights, biases too."""
    if not layer.built:
        layer.build((None, *shape))
    layer.set_weights([normal(*weight.shape, seed=seed + i) for i, weight in enumerate(layer.weights)])
    return layer


def value_and_gradients(layer, x, weighting, **kwargs):
    """Outputs, and the gradient of a weighted sum of them in the input and in all trainable weights."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = layer(x, **kwargs)
        objective = tf.reduce_sum(outputs * weighting)
    gradients = tape.gradient(objective, [x, *(weight.value for weight in layer.trainable_weights)])
    return [np.asarray(value) for value in (outputs, *gradients)]
