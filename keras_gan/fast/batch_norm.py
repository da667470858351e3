"""keras.layers.BatchNormalization by TensorFlow's one kernel. Keras composes it of a dozen passes over the maps."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("keras_gan")
class BatchNormalization(keras.layers.BatchNormalization):
    """keras.layers.BatchNormalization, whose statistics of feature maps [n, h, w, c] come from TensorFlow's one kernel
    (Ioffe and Szegedy 2015, algorithm 1) instead of a dozen passes over the maps. The same arguments, weights and
    result; vectors, masks and renormalised statistics are left to Keras.

    synchronized=True: statistics of all replicas' rows. Keras takes the variance as E[x^2] - E[x]^2, which loses digits
    where the mean is large, and rounds both to the layer's precision; here they are E[(x - E[x])^2] in float32, of two
    sums over the replicas instead of three. The replicas' minibatches are equally large, as `fit` sees to.
    """

    def call(self, inputs, training=None, mask=None):
        rank = len(inputs.shape)
        plain = self.axis in (-1, rank - 1) and not self.renorm and self.scale and self.center
        if mask is not None or not plain or not (training and self.trainable) or not (rank == 4 or self.synchronized):
            return super().call(inputs, training=training, mask=mask)
        outputs, mean, variance = (self.of_all_replicas if self.synchronized else self.of_this_one)(inputs)
        self.moving_mean.assign(self.moving_mean * self.momentum + mean * (1.0 - self.momentum))
        self.moving_variance.assign(self.moving_variance * self.momentum + variance * (1.0 - self.momentum))
        return tf.cast(outputs, self.compute_dtype)

    def of_this_one(self, inputs):
        """-> (outputs, mean [c], variance [c]) by the statistics of this replica's rows."""
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            tf.cast(inputs, "float32"), self.gamma.value, self.beta.value, epsilon=self.epsilon, is_training=True
        )
        # The kernel's second moment has Bessel's correction; Keras averages the moments without it.
        rows = tf.cast(tf.size(inputs) / inputs.shape[-1], "float32")
        return outputs, mean, variance * (rows - 1.0) / rows

    def of_all_replicas(self, inputs):
        """The same by the statistics of the rows of all replicas."""
        x = tf.cast(inputs, "float32")
        axes = list(range(len(inputs.shape) - 1))
        mean = over_replicas(tf.reduce_mean(x, axes))
        variance = over_replicas(tf.reduce_mean(tf.square(x - mean), axes))
        outputs = tf.nn.batch_normalization(x, mean, variance, self.beta.value, self.gamma.value, self.epsilon)
        return outputs, mean, variance


def over_replicas(value):
    """The mean of a tensor over all replicas, through which gradients go; outside of a replica, the tensor."""
    context = tf.distribute.get_replica_context()
    return value if context is None else context.all_reduce(tf.distribute.ReduceOp.MEAN, value)
