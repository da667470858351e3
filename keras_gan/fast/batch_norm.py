"""keras.layers.BatchNormalization by TensorFlow's one kernel. Keras composes it of a dozen passes over the maps."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("keras_gan")
class BatchNormalization(keras.layers.BatchNormalization):
    """keras.layers.BatchNormalization, whose statistics of feature maps [n, h, w, c] come from TensorFlow's one kernel
    (Ioffe and Szegedy 2015, algorithm 1) instead of a dozen passes over the maps. The same arguments, weights and
    result; vectors, masks, synchronised and renormalised statistics are left to Keras."""

    def call(self, inputs, training=None, mask=None):
        plain = self.axis in (-1, 3) and not (self.synchronized or self.renorm) and self.scale and self.center
        if mask is not None or not plain or len(inputs.shape) != 4 or not (training and self.trainable):
            return super().call(inputs, training=training, mask=mask)
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            tf.cast(inputs, "float32"), self.gamma.value, self.beta.value, epsilon=self.epsilon, is_training=True
        )
        # The kernel's second moment has Bessel's correction; Keras averages the moments without it.
        rows = tf.cast(tf.size(inputs) / inputs.shape[-1], "float32")
        self.moving_mean.assign(self.moving_mean * self.momentum + mean * (1.0 - self.momentum))
        biased = variance * (rows - 1.0) / rows
        self.moving_variance.assign(self.moving_variance * self.momentum + biased * (1.0 - self.momentum))
        return tf.cast(outputs, self.compute_dtype)
