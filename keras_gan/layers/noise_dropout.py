"""Dropout whose mask is an input, so that it is a function of the noise z, and stays on where images are made."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class NoiseDropout(keras.layers.Layer):
    """[x, z] -> x / (1 - rate) where u >= rate, else 0; u are the entries of z [n, dimension], drawn from U[0, 1), from
    `start` on, as many as x [n, ...] has in a row.

    The same as keras.layers.Dropout, but for where the mask comes from: the mask of a row follows from the row's noise
    alone, in training and after it. rate: the share that is dropped, in [0, 1).
    """

    def __init__(self, rate=0.5, start=0, **kwargs):
        super().__init__(**kwargs)
        if not 0.0 <= rate < 1.0:
            raise ValueError(f"rate must lie in [0, 1); got {rate}.")
        self.rate = rate
        self.start = start

    def call(self, inputs):
        x, z = inputs
        shape = x.shape[1:]
        u = ops.reshape(z[:, self.start : self.start + math.prod(shape)], (-1, *shape))
        return x * ops.cast(u >= self.rate, x.dtype) / (1.0 - self.rate)

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "start": self.start}
