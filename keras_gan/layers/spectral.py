"""Spectral normalisation: Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks",
arXiv:1802.05957, as Dense and Conv2D whose kernel is W / sigma(W).

keras.layers.SpectralNormalization overwrites W with W / sigma(W) in every call, so that the optimiser steps from a
projected weight and no gradient passes through sigma. Here, as in the paper, W is the weight that is trained.
"""

import keras
from keras import ops


def unit(vector):
    return vector * ops.rsqrt(ops.maximum(ops.sum(ops.square(vector)), 1e-24))


class Spectral(keras.layers.Layer):
    """The part of a layer that divides its kernel [..., units] by its largest singular value (section 2.1).

    sigma = u^T W v, u and v from one step of power iteration (algorithm 1) on the kernel as a matrix [.., units]. The
    state u moves in every call in training; u and v are constants to the gradient, so that d sigma / dW = u v^T
    (eq. 10).
    """

    def build(self, input_shape):
        super().build(input_shape)
        self.u = self.add_weight(
            (self.kernel.shape[-1],),
            "random_normal",
            "float32",
            trainable=False,
            autocast=False,
            aggregation="only_first_replica",
            name="u",
        )

    def save_own_variables(self, store):
        """All variables: Dense and Conv2D would save the kernel and the bias, and leave u out."""
        keras.layers.Layer.save_own_variables(self, store)

    def load_own_variables(self, store):
        keras.layers.Layer.load_own_variables(self, store)

    def normalised_kernel(self, training):
        """W / sigma(W)."""
        kernel = ops.cast(self.kernel, "float32")
        matrix = ops.reshape(kernel, (-1, kernel.shape[-1]))
        fixed = ops.stop_gradient(matrix)
        v = unit(ops.matmul(fixed, self.u.value))
        u = unit(ops.matmul(v, fixed))
        if training:
            self.u.assign(u)
        sigma = ops.sum(ops.matmul(v, matrix) * u)
        return ops.cast(kernel / sigma, self.compute_dtype)


@keras.saving.register_keras_serializable("keras_gan")
class SpectralDense(Spectral, keras.layers.Dense):
    """keras.layers.Dense with the kernel W / sigma(W)."""

    def call(self, inputs, training=None):
        x = ops.matmul(inputs, self.normalised_kernel(training))
        return self.activation(x if self.bias is None else x + ops.cast(self.bias, x.dtype))


@keras.saving.register_keras_serializable("keras_gan")
class SpectralConv2D(Spectral, keras.layers.Conv2D):
    """keras.layers.Conv2D with the kernel W / sigma(W), W as a matrix [height * width * channels, filters]."""

    def call(self, inputs, training=None):
        x = self.convolution_op(inputs, self.normalised_kernel(training))
        return self.activation(x if self.bias is None else x + ops.cast(self.bias, x.dtype))
