"""keras.layers.Conv2D with groups without XLA, whose gradient is some fifty times slower on a CPU."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("keras_gan")
class GroupedConv2D(keras.layers.Conv2D):
    """keras.layers.Conv2D with groups, padding "same" and channels last, as one convolution for each group. Keras
    compiles grouped convolutions with XLA, whose gradient is some fifty times slower on a CPU; TensorFlow's own kernel,
    as fast as this, exists only where TensorFlow takes oneDNN, which it does not on every CPU. The same weights
    and result."""

    def __init__(self, filters, kernel_size, strides=1, padding="same", **kwargs):
        super().__init__(filters, kernel_size, strides, padding, **kwargs)
        if self.padding != "same" or self.data_format != "channels_last":
            raise ValueError(
                "GroupedConv2D needs padding 'same' and channels last; use keras.layers.Conv2D for others."
            )

    def convolution_op(self, inputs, kernel):
        groups = zip(tf.split(inputs, self.groups, -1), tf.split(kernel, self.groups, -1), strict=True)
        options = {"strides": self.strides, "padding": "SAME", "dilations": self.dilation_rate}
        return tf.concat([tf.nn.conv2d(x, w, **options) for x, w in groups], -1)
