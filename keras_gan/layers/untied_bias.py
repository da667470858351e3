"""A bias for each position of a feature map, as pylearn2 has it."""

import keras


@keras.saving.register_keras_serializable("keras_gan")
class UntiedBias(keras.layers.Layer):
    """x + b with one b for each position and channel (pylearn2's `tied_b: 0`)."""

    def build(self, input_shape):
        self.bias = self.add_weight(shape=tuple(input_shape[1:]), initializer="zeros", name="bias")

    def call(self, x):
        return x + self.bias
