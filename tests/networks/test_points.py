"""The fully connected pairs of the toy worlds."""

import keras
import numpy as np
import pytest

from keras_gan.networks import points


def test_shapes_and_sizes():
    generator = points.generator(256, 2, (("tanh", 128), ("tanh", 128)), "orthogonal")
    discriminator = points.discriminator(2, (("tanh", 128), ("tanh", 128)), "orthogonal")
    assert generator.input_shape == (None, 256) and generator.output_shape == (None, 2)
    assert discriminator.input_shape == (None, 2) and discriminator.output_shape == (None, 1)
    # (256 + 1) 128 + (128 + 1) 128 + (128 + 1) 2 and (2 + 1) 128 + (128 + 1) 128 + 129
    assert generator.count_params() == 49_666 and discriminator.count_params() == 17_025


def test_an_initializer_object_draws_each_kernel_for_itself():
    keras.utils.set_random_seed(0)
    net = points.generator(8, 8, (("relu", 8), ("relu", 8)), keras.initializers.Orthogonal(1.4))
    kernels = [layer.kernel.numpy() for layer in net.layers[1:]]
    for kernel in kernels:
        np.testing.assert_allclose(kernel.T @ kernel, 1.4**2 * np.eye(8), atol=1e-5)
    assert np.abs(kernels[0] - kernels[1]).max() > 0.1 and np.abs(kernels[1] - kernels[2]).max() > 0.1


def test_outputs_are_unbounded_and_linear_in_the_last_layer():
    net = points.discriminator(1, (("relu", 1),), "ones")
    scores = np.ravel(net(np.array([[-3.0], [0.0], [50.0]], "float32")))
    assert scores.tolist() == [0.0, 0.0, 50.0]


def test_an_unknown_initializer_is_named():
    with pytest.raises(ValueError, match="nowhere"):
        points.generator(2, 2, (("relu", 2),), "nowhere")
