"""Every layer in half precision: what it keeps for training stays float32, and its numbers are nearly the same."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from layer_values import normal

from keras_gan import layers

CASES = {  # layer: (options, shapes of one sample's inputs)
    "Combinator": ({}, [(6,), (6,)]),
    "ContrastNormalisation": ({}, [(4, 4, 3)]),
    "DenoisingCost": ({}, [(6,), (6,)]),
    "Halves": ({}, [(4, 4, 6)]),
    "MaxPieces": ({"pieces": 2}, [(6,)]),
    "Maxout": ({"units": 3, "pieces": 2}, [(6,)]),
    "MinibatchDiscrimination": ({"kernels": 3, "dimensions": 2}, [(6,)]),
    "NoiseDropout": ({}, [(4, 4, 3), (48,)]),
    "ReferenceBatch": ({"reference": 4}, [(6,)]),
    "ReflectionPadding2D": ({}, [(4, 4, 3)]),
    "Shift": ({"gain": True}, [(6,)]),
    "SpectralConv2D": ({"filters": 3, "kernel_size": 3}, [(4, 4, 3)]),
    "SpectralDense": ({"units": 3}, [(6,)]),
    "Standardisation": ({"moving": True}, [(6,)]),
    "SumOverPlaces": ({}, [(4, 4, 3)]),
    "UntiedBias": ({}, [(4, 4, 3)]),
    "VirtualBatchNormalization": ({"reference": 4}, [(6,)]),
    "WeightNormDense": ({"units": 3}, [(6,)]),
    "WithoutReference": ({"reference": 4}, [(6,)]),
}


def in_training(name, dtype):
    """-> (output, the variables that are not trained), both after two calls in training, and the gradients."""
    options, shapes = CASES[name]
    keras.utils.set_random_seed(0)
    layer = getattr(layers, name)(**options, dtype=dtype)
    # Values that half precision holds exactly, so that a difference is the layer's own.
    inputs = [tf.cast(tf.cast(normal(8, *shape, seed=2), tf.bfloat16), layer.compute_dtype) for shape in shapes]
    x = inputs if len(inputs) > 1 else inputs[0]
    options = {"training": True} if name.startswith(("Spectral", "Standardisation")) else {}

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            y = tf.cast(layer(x, **options), tf.float32)
            loss = tf.reduce_sum(tf.square(y))
        return y, tape.gradient(loss, [variable.value for variable in layer.trainable_variables])

    layer.build([one.shape for one in inputs] if len(inputs) > 1 else x.shape)
    step()
    y, gradients = step()
    return np.array(y), [np.array(variable) for variable in layer.non_trainable_variables], gradients


def test_every_layer_is_here():
    assert set(CASES) == set(layers.__all__)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("name", CASES)
def test_half_precision_is_nearly_float32(name, dtype):
    y, state, gradients = in_training(name, dtype)
    expected, exact, _ = in_training(name, "float32")
    np.testing.assert_allclose(y, expected, atol=0.05 * np.abs(expected).max())
    assert all(np.isfinite(gradient).all() for gradient in gradients)
    tolerance = 5e-3 if name.startswith("Spectral") else 1e-5  # the singular vector is that of W in half precision
    for one, other in zip(state, exact, strict=True):
        assert one.dtype == "float32" or one.dtype.kind in "ui"  # seeds are whole numbers
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=tolerance)
