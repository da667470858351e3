"""Minibatch discrimination: Salimans et al. 2016, "Improved Techniques for Training GANs", arXiv:1606.03498."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class MinibatchDiscrimination(keras.layers.Layer):
    """[f(x_i), o(x_i)], M_i = f(x_i) T, c_b(x_i, x_j) = exp(-||M_ib - M_jb||_1), o_b(x_i) = sum_{j != i} c_b(x_i, x_j)
    (Salimans et al. 2016, "Improved Techniques for Training GANs", section 3.2, with the sum of the authors' code).

    Input f, [n, A]; output [n, A + kernels], o in [0, n - 1]: how many samples of the minibatch are close to this one,
    for each of B = `kernels` ideas of closeness in C = `dimensions` numbers. T is [A, B * C]. A minibatch is what one
    replica gives to D in one call: D's scores belong to its size, and real and fake samples go in separate calls.
    The paper's sum includes j = i, which adds 1 to every o and is left to the bias of the next layer. Memory: some
    C n^2 B floats, 20 MB at n = 100. Raises ValueError for other input than vectors.
    """

    mixes_samples = True

    def __init__(self, kernels=100, dimensions=5, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        if min(kernels, dimensions) < 1:
            raise ValueError(f"kernels and dimensions must be at least 1; got {kernels} and {dimensions}.")
        self.kernels = kernels
        self.dimensions = dimensions
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        if len(input_shape) != 2:
            raise ValueError(f"MinibatchDiscrimination takes vectors [n, d], not {tuple(input_shape)}; flatten them.")
        shape = (input_shape[-1], self.kernels * self.dimensions)
        self.kernel = self.add_weight(shape=shape, initializer=self.kernel_initializer, name="kernel")

    def call(self, x):
        rows = ops.cast(ops.matmul(x, self.kernel), "float32")
        # One dimension at a time: the sum over C of [n, n, B, C] at once reads memory in an order that is slower.
        dimensions = ops.unstack(ops.reshape(rows, (-1, self.kernels, self.dimensions)), axis=2)
        distance = sum(ops.abs(m[:, None] - m[None]) for m in dimensions)
        others = ops.sum(ops.exp(-distance), axis=1) - 1.0
        return ops.concatenate([x, ops.cast(others, x.dtype)], axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1] + self.kernels)

    def get_config(self):
        return {
            **super().get_config(),
            "kernels": self.kernels,
            "dimensions": self.dimensions,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
