"""Two images that travel side by side in the channels."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class Halves(keras.layers.Layer):
    """[n, h, w, 2 c] -> two of [n, h, w, c]: the first half of the channels, and the second."""

    def call(self, x):
        return ops.split(x, 2, axis=-1)

    def compute_output_shape(self, input_shape):
        shape = (*input_shape[:-1], input_shape[-1] // 2)
        return [shape, shape]
