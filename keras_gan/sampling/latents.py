"""The generator's input z: its distribution, drawn for a training minibatch or for numbered samples."""

import math

import keras
import tensorflow as tf

from keras_gan.sampling import threefry


class Latent:
    """A distribution of z, float32 [n, dimension].

    minibatch(n, seed): n rows for training, any independent draw; `seed` is an int32 [2] tensor.
    numbered(seeds, dimension): row i is a function of seeds[i] (int64) and of nothing else.
    """

    def minibatch(self, n, dimension, seed):
        raise NotImplementedError(f"{type(self).__name__} does not say how a training minibatch of z is drawn.")

    def numbered(self, seeds, dimension):
        raise NotImplementedError(f"{type(self).__name__} does not say how the z of a seed is drawn.")

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


@keras.saving.register_keras_serializable("keras_gan")
class Normal(Latent):
    """z ~ N(0, 1)."""

    def minibatch(self, n, dimension, seed):
        return tf.random.stateless_normal([n, dimension], seed)

    def numbered(self, seeds, dimension):
        """Box and Muller 1958: sqrt(-2 log u) cos(2 pi v).

        In float64, then rounded: a float32 logarithm or cosine has another last bit in a full SIMD register than in
        the remainder of a tensor, so that the z of a seed would depend on the batch.
        """
        u, v = (tf.cast(x, tf.float64) for x in threefry.uniforms(seeds, dimension))
        return tf.cast(tf.sqrt(-2.0 * tf.math.log(u)) * tf.cos(2.0 * math.pi * v), tf.float32)


@keras.saving.register_keras_serializable("keras_gan")
class Uniform(Latent):
    """z ~ U(low, high); U(-sqrt 3, sqrt 3) has unit variance."""

    def __init__(self, low=-1.0, high=1.0):
        if not -math.inf < low < high < math.inf:
            raise ValueError(f"{type(self).__name__} needs finite limits, low < high; got low={low}, high={high}.")
        self.low = low
        self.high = high

    def minibatch(self, n, dimension, seed):
        return tf.random.stateless_uniform([n, dimension], seed, self.low, self.high)

    def numbered(self, seeds, dimension):
        return self.low + (self.high - self.low) * threefry.uniforms(seeds, dimension)[0]

    def get_config(self):
        return {"low": self.low, "high": self.high}


@keras.saving.register_keras_serializable("keras_gan")
class Stratified(Uniform):
    """z ~ U(low, high) in one dimension, one draw per stratum and in ascending order within a minibatch.

    The 1-D demonstrations draw z so: with the data sorted too, the i-th z meets the i-th x, and the arrows z -> G(z)
    of Goodfellow et al. 2014, figure 1, do not cross.
    """

    def minibatch(self, n, dimension, seed):
        if dimension != 1:
            raise ValueError(f"Stratified z has one dimension, not {dimension}: all would ascend together.")
        position = tf.cast(tf.range(n), tf.float32)[:, None] + tf.random.stateless_uniform([n, dimension], seed)
        return self.low + (self.high - self.low) * position / tf.cast(n, tf.float32)
