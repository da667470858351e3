"""Convolutions between feature maps and images, whose few channels leave a convolution's kernels mostly idle.

A 5 x 5 kernel that turns 64 maps into one channel is, place by place, a matrix product: 64 numbers become 25 taps.
What is left is to add the taps where they overlap, which is linear along either axis: two products with a matrix of
zeros and ones. With one channel this makes DCGAN's step faster; with three and large kernels it gains nothing.
"""

import keras
import numpy as np
import tensorflow as tf


def transposed(x, kernel, alone=False):
    """The transposed convolution with stride 2 and padding "same": x [n, h, w, c], kernel [kh, kw, f, c] -> [n, 2h, 2w,
    f]. Also the gradient of such a convolution in its input.

    alone: each image by products of its own, so that its bits do not depend on its place in the batch. oneDNN else
    makes one product for all, which a step of training may as well have: it is faster."""
    product = image_by_image if alone else tf.matmul
    h, w, c = x.shape[1:]
    kh, kw, f, _ = kernel.shape
    taps = product(tf.reshape(x, [-1, h * w, c]), tf.transpose(tf.reshape(kernel, [kh * kw * f, c])))
    taps = tf.transpose(tf.reshape(taps, [-1, h, w, kh, kw, f]), [0, 1, 3, 5, 2, 4])  # n, h, kh, f, w, kw
    across = tf.cast(overlap(w, kw), x.dtype)
    down = across if (h, kh) == (w, kw) else tf.cast(overlap(h, kh), x.dtype)
    rows = product(tf.reshape(taps, [-1, h * kh * f, w * kw]), across)
    rows = tf.reshape(rows, [-1, h * kh, f * 2 * w])
    images = tf.matmul(down, rows, transpose_a=True)
    return tf.transpose(tf.reshape(images, [-1, 2 * h, f, 2 * w]), [0, 1, 3, 2])


def image_by_image(x, matrix):
    """x [n, p, q] times one matrix [q, r], as n products."""
    return tf.matmul(x, tf.tile(matrix[None], [tf.shape(x)[0], 1, 1]))


def overlap(places, size):
    """Booleans [places * size, 2 * places]: tap t of place i falls on output 2 i + t - before, or outside. A comparison
    in the graph, because a constant would make exported files large."""
    before = (size - 2) // 2
    falls = 2 * np.arange(places)[:, None] + np.arange(size) - before
    return tf.equal(falls.reshape(-1, 1).astype("int32"), np.arange(2 * places, dtype="int32"))


@tf.custom_gradient
def convolution(x, kernel):
    """The convolution with stride 2 and padding "same" of x [n, 2h, 2w, f] by a kernel [kh, kw, f, c]: TensorFlow's
    own, except for its gradient in x."""

    def gradient(upstream):
        backward = {"input": x, "filter_sizes": kernel.shape, "out_backprop": upstream}
        return transposed(upstream, kernel), tf.raw_ops.Conv2DBackpropFilter(
            **backward, strides=[1, 2, 2, 1], padding="SAME"
        )

    return tf.nn.conv2d(x, kernel, 2, "SAME"), gradient


class _Narrow(keras.layers.Layer):
    """What both layers refuse."""

    def __init__(self, filters, kernel_size, strides=2, padding="same", **kwargs):
        super().__init__(filters, kernel_size, strides, padding, **kwargs)
        usual = self.data_format == "channels_last" and set(self.dilation_rate) == {1} and min(self.kernel_size) > 1
        if set(self.strides) != {2} or self.padding != "same" or not usual or getattr(self, "groups", 1) != 1:
            raise ValueError(
                f"{type(self).__name__} needs stride 2, padding 'same', channels last and an undilated kernel of at "
                f"least 2; use keras.layers.{type(self).__name__.removeprefix('Narrow')} for others."
            )


@keras.saving.register_keras_serializable("keras_gan")
class NarrowConv2DTranspose(_Narrow, keras.layers.Conv2DTranspose):
    """keras.layers.Conv2DTranspose with stride 2 and padding "same", for a generator's last layer. The same weights and
    result; input [n, h, w, c], output [n, 2h, 2w, filters]. Raises ValueError for other strides and paddings."""

    def call(self, inputs, training=False):
        outputs = transposed(inputs, tf.convert_to_tensor(self.kernel), alone=not training)
        if self.use_bias:
            outputs = tf.nn.bias_add(outputs, self.bias)
        return self.activation(outputs)


@keras.saving.register_keras_serializable("keras_gan")
class NarrowConv2D(_Narrow, keras.layers.Conv2D):
    """keras.layers.Conv2D with stride 2 and padding "same", for a discriminator's first layer, through which the
    generator's gradient comes. The same weights and result; input [n, 2h, 2w, channels], output [n, h, w, filters].
    Raises ValueError for other strides and paddings, and for an odd height or width."""

    def build(self, input_shape):
        if any(side is None or side % 2 for side in input_shape[1:3]):
            raise ValueError(
                f"{type(self).__name__} halves images of known, even height and width, not {tuple(input_shape[1:3])}; "
                "use keras.layers.Conv2D for others."
            )
        super().build(input_shape)

    def convolution_op(self, inputs, kernel):
        return convolution(inputs, tf.convert_to_tensor(kernel))
