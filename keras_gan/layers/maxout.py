"""Maxout: Goodfellow et al. 2013, "Maxout Networks", arXiv:1302.4389."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class Maxout(keras.layers.Layer):
    """max_j (x W_j + b_j), j = 1..pieces (Goodfellow et al. 2013, "Maxout Networks", eq. 1).

    Input [n, d], output [n, units]. One kernel [d, units * pieces] holds the pieces of a unit side by side, so that
    the layer is one matrix product and one maximum.
    """

    def __init__(self, units, pieces, kernel_initializer="glorot_uniform", kernel_constraint=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.pieces = pieces
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units * self.pieces),
            initializer=self.kernel_initializer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.bias = self.add_weight(shape=(self.units * self.pieces,), initializer="zeros", name="bias")

    def call(self, x):
        if len(x.shape) != 2:
            raise ValueError(f"Maxout takes vectors [n, d], not {tuple(x.shape)}; flatten them, or use MaxPieces.")
        pieces = ops.add(ops.matmul(x, self.kernel), self.bias)
        return ops.max(ops.reshape(pieces, (-1, self.units, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "pieces": self.pieces,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
        }


@keras.saving.register_keras_serializable("keras_gan")
class MaxPieces(keras.layers.Layer):
    """max over groups of `pieces` neighbouring channels: maxout of a convolution (Goodfellow et al. 2013, section 3).

    Input [..., channels * pieces], output [..., channels].
    """

    def __init__(self, pieces, **kwargs):
        super().__init__(**kwargs)
        self.pieces = pieces

    def call(self, x):
        if x.shape[-1] % self.pieces:
            raise ValueError(f"{x.shape[-1]} channels cannot be divided into groups of {self.pieces} pieces.")
        return ops.max(ops.reshape(x, (-1, *x.shape[1:-1], x.shape[-1] // self.pieces, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] // self.pieces)

    def get_config(self):
        return {**super().get_config(), "pieces": self.pieces}
