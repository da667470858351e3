"""Global contrast normalisation, as pylearn2 has it."""

import keras
from keras import ops


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
