"""Scores as Keras metrics: sums that replicas add up, read at any time."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.inception import TINY
from keras_gan.metrics.moments import Moments


@keras.saving.register_keras_serializable("keras_gan")
class StreamingFrechetDistance(keras.metrics.Metric):
    """`frechet_distance` between fixed real features and those given to `update_state`, in any number of batches.

    real: Moments of the real features, or the features, n >= 2. The state is the count of the fakes, the sum and the
    sum of squares of their distances x - m from the real mean m, in float64: about m, which good fakes share, the
    covariance loses no digits. They are sums, so that replicas' states add up: two replicas equal one.

    `result` raises ValueError before the second feature; it runs in NumPy, also inside a graph.
    """

    def __init__(self, real, name="frechet_distance", **kwargs):
        super().__init__(name=name, dtype="float64", **kwargs)
        self.real = real if isinstance(real, Moments) else Moments(real)
        self.real.covariance  # noqa: B018  (refuses n < 2 now, not at the end of an epoch)
        d = len(self.real.mean)
        self.count = self.add_weight((), "zeros", "float64", name="count")
        self.sums = self.add_weight((d,), "zeros", "float64", name="sums")
        self.squares = self.add_weight((d, d), "zeros", "float64", name="squares")

    def update_state(self, features):
        """features [n, d], of any real type."""
        apart = tf.cast(features, tf.float64) - self.real.mean
        self.count.assign_add(tf.cast(tf.shape(apart)[0], tf.float64))
        self.sums.assign_add(tf.reduce_sum(apart, axis=0))
        self.squares.assign_add(tf.matmul(apart, apart, transpose_a=True))

    def result(self):
        state = [tf.convert_to_tensor(x) for x in (self.count, self.sums, self.squares)]
        return tf.ensure_shape(tf.numpy_function(self._distance, state, tf.float64), ())

    def _distance(self, count, sums, squares):
        mean = sums / max(count, 1.0)
        fake = Moments.of_sums(int(count), self.real.mean + mean, squares - count * np.outer(mean, mean))
        return np.float64(frechet_distance(self.real, fake))

    def get_config(self):
        real = {"count": self.real.count, "mean": self.real.mean, "covariance": self.real.covariance}
        return {"name": self.name, "real": {key: np.asarray(value).tolist() for key, value in real.items()}}

    @classmethod
    def from_config(cls, config):
        count, mean, covariance = (np.asarray(config["real"][key]) for key in ("count", "mean", "covariance"))
        return cls(Moments.of_sums(int(count), mean, covariance * (count - 1)), name=config["name"])


@keras.saving.register_keras_serializable("keras_gan")
class StreamingInceptionScore(keras.metrics.Metric):
    """`inception_score` over all probabilities given to `update_state`, as one part: exp(H(y) - H(y|x)).

    classes: their number. `update_state` takes p(y|x) [n, classes]. The state is sums, in float64, so that replicas'
    states add up: two replicas equal one. `result` is 1 before any sample.
    """

    def __init__(self, classes, name="inception_score", **kwargs):
        super().__init__(name=name, dtype="float64", **kwargs)
        self.classes = classes
        self.count = self.add_weight((), "zeros", "float64", name="count")
        self.sums = self.add_weight((classes,), "zeros", "float64", name="sums")  # of p(y|x)
        self.entropies = self.add_weight((), "zeros", "float64", name="entropies")  # of - sum p log p

    def update_state(self, probabilities):
        p = tf.cast(probabilities, tf.float64)
        self.count.assign_add(tf.cast(tf.shape(p)[0], tf.float64))
        self.sums.assign_add(tf.reduce_sum(p, axis=0))
        self.entropies.assign_add(_entropy(p))

    def result(self):
        n = tf.maximum(tf.convert_to_tensor(self.count), 1.0)
        return tf.exp(_entropy(tf.convert_to_tensor(self.sums) / n) - tf.convert_to_tensor(self.entropies) / n)

    def get_config(self):
        return {"name": self.name, "classes": self.classes}


def _entropy(p):
    return -tf.reduce_sum(tf.math.xlogy(p, tf.maximum(p, tf.constant(TINY, tf.float64))))
