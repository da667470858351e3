"""The sum over the places of a feature map."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class SumOverPlaces(keras.layers.Layer):
    """Feature maps [n, h, w, c] -> their sums over h and w, [n, c] (Miyato and Koyama 2018, figure 14: a sum, where
    GlobalAveragePooling2D would take the mean)."""

    def call(self, x):
        return ops.sum(ops.cast(x, "float32"), axis=(1, 2))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1])
