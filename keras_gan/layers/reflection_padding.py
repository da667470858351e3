"""Padding that mirrors the image at its edges."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class ReflectionPadding2D(keras.layers.Layer):
    """[n, h, w, c] -> [n, h + 2 width, w + 2 width, c]: the pixels next to each edge, mirrored in it."""

    def __init__(self, width=1, **kwargs):
        super().__init__(**kwargs)
        self.width = width

    def call(self, x):
        return ops.pad(x, [[0, 0], [self.width] * 2, [self.width] * 2, [0, 0]], mode="reflect")

    def compute_output_shape(self, input_shape):
        n, height, width, channels = input_shape
        return (n, height + 2 * self.width, width + 2 * self.width, channels)

    def get_config(self):
        return {**super().get_config(), "width": self.width}
