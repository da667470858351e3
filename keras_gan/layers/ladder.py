"""The parts of a ladder network: Rasmus, Valpola, Honkala, Berglund and Raiko 2015, "Semi-Supervised Learning with
Ladder Networks", arXiv:1507.02672, section 3 and algorithm 1, and the authors' code CuriousAI/ladder.

An encoder runs twice, with noise and without, and a decoder comes down again. At each layer l it meets the noisy
encoder's z~ on the way, and `Combinator` makes of both an estimate z^ of the clean z, which `DenoisingCost` judges.
"""

import keras
from keras import ops

EPSILON = 1e-10  # under the root of every normalisation of the authors' code


def standardised(x):
    """(x - m) / sqrt(v + 1e-10) in float32, m and v the mean and the variance of each unit over the batch."""
    mean, variance = ops.moments(ops.cast(x, "float32"), axes=0, keepdims=True)
    return (ops.cast(x, "float32") - mean) * ops.rsqrt(variance + EPSILON)


@keras.saving.register_keras_serializable("keras_gan")
class Standardisation(keras.layers.Layer):
    """N_B(x): each unit of x [n, d] less its mean over the batch, by its standard deviation (algorithm 1). No gain and
    no shift, which the ladder adds after the noise.

    moving: of the clean encoder; moving statistics are kept, which take the batch's place where a batch cannot be had,
    outside of training. The variance among them is that of n - 1, as in the code. Without them it is always the batch's
    own statistics, also outside of training: those of the noisy encoder and of the decoder.
    """

    mixes_samples = True

    def __init__(self, moving=False, momentum=0.99, **kwargs):
        super().__init__(**kwargs)
        if not 0.0 <= momentum < 1.0:
            raise ValueError(f"momentum must lie in [0, 1); got {momentum}.")
        self.moving = moving
        self.momentum = momentum

    def build(self, input_shape):
        if len(input_shape) != 2:
            raise ValueError(f"Standardisation takes vectors [n, d], not {tuple(input_shape)}; flatten them.")
        if self.moving:
            # Without autocast: half precision would round what is averaged over many steps.
            shape, kept = input_shape[-1:], {"trainable": False, "aggregation": "mean", "autocast": False}
            self.moving_mean = self.add_weight(shape=shape, initializer="zeros", name="moving_mean", **kept)
            self.moving_variance = self.add_weight(shape=shape, initializer="ones", name="moving_variance", **kept)

    def call(self, x, training=None):
        given, x = x.dtype, ops.cast(x, "float32")
        if self.moving and not training:
            return ops.cast((x - self.moving_mean) * ops.rsqrt(self.moving_variance + EPSILON), given)
        if self.moving:
            mean, variance = ops.moments(x, axes=0)
            n = ops.cast(ops.shape(x)[0], "float32")
            unbiased = variance * (n / ops.maximum(n - 1.0, 1.0))
            for kept, new in ((self.moving_mean, mean), (self.moving_variance, unbiased)):
                kept.assign(kept * self.momentum + ops.stop_gradient(new) * (1.0 - self.momentum))
        return ops.cast(standardised(x), given)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {**super().get_config(), "moving": self.moving, "momentum": self.momentum}


@keras.saving.register_keras_serializable("keras_gan")
class Shift(keras.layers.Layer):
    """gamma (z + beta): what a ladder's layer adds after normalisation and noise (algorithm 1). gain: whether there is
    a gamma, which a ReLU has no use for; only the top layer, before the softmax, has one."""

    def __init__(self, gain=False, **kwargs):
        super().__init__(**kwargs)
        self.gain = gain

    def build(self, input_shape):
        self.beta = self.add_weight(shape=input_shape[-1:], initializer="zeros", name="beta")
        if self.gain:
            self.gamma = self.add_weight(shape=input_shape[-1:], initializer="ones", name="gamma")

    def call(self, z):
        return self.gamma * (z + self.beta) if self.gain else z + self.beta

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {**super().get_config(), "gain": self.gain}


@keras.saving.register_keras_serializable("keras_gan")
class Combinator(keras.layers.Layer):
    """[z~, u] -> z^ = (z~ - mu(u)) v(u) + mu(u) for each unit, with

        mu(u) = a1 sigmoid(a2 u + a3) + a4 u + a5,   v(u) = a6 sigmoid(a7 u + a8) + a9 u + a10

    (section 2.1, eq. 1 and 2): the best estimate where the clean z is Gaussian given u. z~: the noisy encoder's, u: the
    normalised way down, both [n, d]; a1 ... a10 are [d], at first 0, but a2 and a7 are 1, so that z^ starts at 0.
    """

    def build(self, input_shape):
        width = input_shape[0][-1:]
        self.a = [
            self.add_weight(shape=width, initializer="ones" if number in (2, 7) else "zeros", name=f"a{number}")
            for number in range(1, 11)
        ]

    def call(self, inputs):
        z, u = inputs
        a1, a2, a3, a4, a5, a6, a7, a8, a9, a10 = self.a
        mu = a1 * ops.sigmoid(a2 * u + a3) + a4 * u + a5
        v = a6 * ops.sigmoid(a7 * u + a8) + a9 * u + a10
        return (z - mu) * v + mu

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[0])


@keras.saving.register_keras_serializable("keras_gan")
class DenoisingCost(keras.layers.Layer):
    """[z^, z_pre] -> ||z - z^_BN||^2 / d for each row, float32 [n, 1]; z_pre is what the clean encoder normalises, m
    and s are its mean and standard deviation over the batch, z = (z_pre - m) / s, and z^_BN = (z^ - m) / s (section 3.2
    and algorithm 1): the estimate is corrected by the clean layer's own statistics, so that a network cannot lower the
    cost by letting its z fade. Both [n, d]."""

    mixes_samples = True

    def call(self, inputs):
        estimate, clean = (ops.cast(one, "float32") for one in inputs)
        mean, variance = ops.moments(clean, axes=0, keepdims=True)
        root = ops.rsqrt(variance + EPSILON)
        difference = (estimate - mean) * root - (clean - mean) * root
        return ops.mean(ops.square(difference), axis=1, keepdims=True)

    def compute_output_shape(self, input_shape):
        return (input_shape[0][0], 1)
