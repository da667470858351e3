"""The convolutions of images against Keras's own, their gradients and their gradients' gradients too."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from layer_values import built, normal, value_and_gradients

from keras_gan.fast.narrow_conv import NarrowConv2D, NarrowConv2DTranspose, overlap

KINDS = {
    NarrowConv2D: (keras.layers.Conv2D, (10, 8, 3), (5, 4, 6), {"filters": 6}),
    NarrowConv2DTranspose: (keras.layers.Conv2DTranspose, (5, 4, 6), (10, 8, 3), {"filters": 3}),
}


def pair(kind, kernel, **settings):
    """The layer and Keras's, with the same weights, and the shapes of their input and output."""
    reference, inputs, outputs, filters = KINDS[kind]
    settings = dict(kernel_size=kernel, strides=2, padding="same", **filters, **settings)
    return [built(layer(**settings), *inputs) for layer in (kind, reference)], inputs, outputs


@pytest.mark.parametrize("kernel", [2, 3, 4, 5, 6, 7, (8, 3), 9])
@pytest.mark.parametrize("kind", KINDS)
def test_is_keras_own(kind, kernel):
    layers, inputs, outputs = pair(kind, kernel)
    x, weighting = normal(3, *inputs, seed=7), normal(3, *outputs, seed=8)
    for ours, theirs in zip(*(value_and_gradients(layer, x, weighting) for layer in layers), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)
    assert tuple(layers[0].compute_output_shape((3, *inputs))) == (3, *outputs)


@pytest.mark.parametrize("kind", KINDS)
def test_second_derivatives_are_keras_own(kind):
    """Of the squared slope in x, as gradient penalties take them, in x and in the kernel."""

    def slopes(layer, x):
        x = tf.constant(x)
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                scores = tf.reduce_sum(tf.tanh(layer(x) / 8.0))
            penalty = tf.reduce_sum(tf.square(inner.gradient(scores, x)))
        return outer.gradient(penalty, [x, layer.kernel.value])

    layers, inputs, _ = pair(kind, 5)
    x = normal(3, *inputs, seed=9)
    for ours, theirs in zip(*(slopes(layer, x) for layer in layers), strict=True):
        assert np.abs(theirs).max() > 0.1
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_half_precision(kind):
    layers, inputs, _ = pair(kind, 5, dtype="mixed_bfloat16")
    ours, theirs = (layer(normal(2, *inputs)) for layer in layers)
    assert ours.dtype == theirs.dtype == tf.bfloat16
    np.testing.assert_allclose(tf.cast(ours, "float32"), tf.cast(theirs, "float32"), atol=0.5)  # of values up to 40


def test_three_taps_on_two_places():
    # Output 0 takes tap 0 of place 0; output 1 its tap 1; output 2 its tap 2 and tap 0 of place 1; output 3 tap 1.
    np.testing.assert_array_equal(
        overlap(2, 3), [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
    )


@pytest.mark.parametrize("other", [{"strides": 1}, {"padding": "valid"}, {"kernel_size": 1}])
@pytest.mark.parametrize("kind", KINDS)
def test_refuses_what_it_cannot_do(kind, other):
    with pytest.raises(ValueError, match=f"needs stride 2.*use keras.layers.{kind.__name__[6:]} for"):
        kind(**{"filters": 1, "kernel_size": 5} | other)


def test_refuses_odd_images():
    with pytest.raises(ValueError, match=r"even height and width, not \(9, 8\)"):
        NarrowConv2D(4, 5).build((None, 9, 8, 1))
