"""Spectral normalisation against singular values from NumPy, and its gradient against the paper's eq. 12."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers.spectral import SpectralConv2D, SpectralDense


def converged(layer, x, steps=200):
    """The layer after so many steps of power iteration."""
    for _ in range(steps):
        layer(x, training=True)
    return layer


def layer_and_inputs(kind):
    keras.utils.set_random_seed(0)
    if kind == "dense":
        return SpectralDense(5), tf.random.stateless_normal([7, 4], [0, 1])
    return SpectralConv2D(5, 3, padding="same"), tf.random.stateless_normal([2, 6, 6, 3], [0, 1])


def matrix(kernel):
    return np.reshape(kernel, (-1, kernel.shape[-1]))


@pytest.mark.parametrize("kind", ["dense", "convolution"])
def test_the_kernel_is_divided_by_its_largest_singular_value(kind):
    layer, x = layer_and_inputs(kind)
    converged(layer, x)
    kernel = matrix(layer.kernel.numpy())
    used = matrix(layer.normalised_kernel(training=False).numpy())
    np.testing.assert_allclose(used, kernel / np.linalg.svd(kernel, compute_uv=False)[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", ["dense", "convolution"])
def test_the_output_is_that_of_the_plain_layer_with_the_divided_kernel(kind):
    layer, x = layer_and_inputs(kind)
    converged(layer, x)
    layer.bias.assign(np.arange(5.0))
    plain = keras.layers.Dense(5) if kind == "dense" else keras.layers.Conv2D(5, 3, padding="same")
    plain.build(x.shape)
    plain.set_weights([layer.normalised_kernel(training=False), layer.bias])
    np.testing.assert_allclose(layer(x, training=False), plain(x), rtol=1e-5, atol=1e-6)


def test_the_trained_weight_is_left_alone_and_u_moves_in_training_only():
    layer, x = layer_and_inputs("dense")
    layer(x)
    kernel, u = layer.kernel.numpy(), layer.u.numpy()
    layer(x, training=False)
    np.testing.assert_array_equal(layer.u.numpy(), u)
    layer(x, training=True)
    assert np.abs(layer.u.numpy() - u).max() > 1e-3
    np.testing.assert_array_equal(layer.kernel.numpy(), kernel)


def test_the_gradient_passes_through_the_singular_value():
    # L = <A, W / sigma>: dL/dW = (A - <A, W / sigma> u v^T) / sigma (eq. 12).
    layer, x = layer_and_inputs("dense")
    converged(layer, x)
    a = np.random.default_rng(0).normal(size=(4, 5)).astype("float32")
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(a * layer.normalised_kernel(training=False))
    left, sigma, right = np.linalg.svd(layer.kernel.numpy())
    used = layer.kernel.numpy() / sigma[0]
    expected = (a - np.sum(a * used) * np.outer(left[:, 0], right[0])) / sigma[0]
    np.testing.assert_allclose(tape.gradient(value, layer.kernel.value), expected, rtol=1e-3, atol=1e-5)


def test_a_converged_layer_is_lipschitz():
    layer, x = layer_and_inputs("dense")
    converged(layer, x)
    moved = x + 0.1 * tf.random.stateless_normal(x.shape, [2, 3])
    change = np.linalg.norm(layer(moved, training=False) - layer(x, training=False), axis=1)
    assert (change <= np.linalg.norm(moved - x, axis=1) * (1 + 1e-4)).all()


@pytest.mark.parametrize("kind", ["dense", "convolution"])
def test_config_round_trip(kind):
    layer, x = layer_and_inputs(kind)
    layer(x, training=True)
    again = type(layer).from_config(layer.get_config())
    again(x)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(x, training=False), layer(x, training=False))


def test_a_keras_file_keeps_the_state_of_the_power_iteration(tmp_path):
    model = keras.Sequential([keras.Input((6, 6, 3)), SpectralConv2D(5, 3), keras.layers.Flatten(), SpectralDense(2)])
    model(tf.random.stateless_normal([2, 6, 6, 3], [0, 1]), training=True)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert [weight.shape for weight in again.weights] == [(3, 3, 3, 5), (5,), (5,), (80, 2), (2,), (2,)]
    for one, two in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one, two)
