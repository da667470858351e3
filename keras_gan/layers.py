"""Layers of the papers that Keras does not have."""

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


@keras.saving.register_keras_serializable("keras_gan")
class ContrastNormalisation(keras.layers.Layer):
    """scale (x - mean) / ||x - mean||_2 for each image: pylearn2's global contrast normalisation (Goodfellow et al.
    2014, code: scale 55 for CIFAR-10, which gives 32 x 32 x 3 pixels a standard deviation of about 1)."""

    def __init__(self, scale=55.0, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, x):
        x = ops.cast(x, "float32")  # a sum of squares over an image leaves the range of float16
        axes = tuple(range(1, len(x.shape)))
        centred = x - ops.mean(x, axis=axes, keepdims=True)
        squares = ops.sum(ops.square(centred), axis=axes, keepdims=True)
        # A constant image has no contrast to normalise; the floor keeps its gradient finite.
        return ops.cast(self.scale * centred * ops.rsqrt(ops.maximum(squares, 1e-8)), self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


@keras.saving.register_keras_serializable("keras_gan")
class UntiedBias(keras.layers.Layer):
    """x + b with one b for each position and channel (pylearn2's `tied_b: 0`)."""

    def build(self, input_shape):
        self.bias = self.add_weight(shape=tuple(input_shape[1:]), initializer="zeros", name="bias")

    def call(self, x):
        return x + self.bias
