"""Virtual batch normalisation: Salimans et al. 2016, "Improved Techniques for Training GANs", arXiv:1606.03498, section
3.5. A generator

    z -> ReferenceBatch(m) -> ... VirtualBatchNormalization(m) ... -> WithoutReference(m) -> images

carries m fixed rows of z, chosen before training, in front of its n rows. The paper's two forward passes, of the
reference and of the samples, are one pass of m + n rows, through any layers that treat rows one by one.
"""

import keras
from keras import ops


class _Referenced(keras.layers.Layer):
    """A layer that knows how many rows in front of a batch are its reference."""

    def __init__(self, reference, **kwargs):
        super().__init__(**kwargs)
        if reference < 2:
            raise ValueError(f"A reference batch needs at least 2 rows for a variance; got {reference}.")
        self.reference = reference

    def get_config(self):
        return {**super().get_config(), "reference": self.reference}


@keras.saving.register_keras_serializable("keras_gan")
class ReferenceBatch(_Referenced):
    """z [n, d] -> [reference + n, d]: a fixed batch of z before the given one (Salimans et al. 2016, section 3.5).

    The batch is a weight that is not trained: files keep it, and the average of G has the same. z_initializer: an
    initialiser that draws it from the distribution of the game's z, N(0, 1) unless given.
    """

    def __init__(self, reference, z_initializer=None, **kwargs):
        super().__init__(reference, **kwargs)
        self.z_initializer = keras.initializers.get(z_initializer or keras.initializers.RandomNormal(0.0, 1.0))

    def build(self, input_shape):
        if len(input_shape) != 2:
            raise ValueError(f"ReferenceBatch takes the generator's z [n, d], not {tuple(input_shape)}.")
        self.z = self.add_weight(
            shape=(self.reference, input_shape[-1]), initializer=self.z_initializer, trainable=False, name="z"
        )

    def call(self, z):
        return ops.concatenate([ops.cast(self.z, z.dtype), z], axis=0)

    def compute_output_shape(self, input_shape):
        return (None if input_shape[0] is None else self.reference + input_shape[0], *input_shape[1:])

    def get_config(self):
        return {**super().get_config(), "z_initializer": keras.initializers.serialize(self.z_initializer)}


@keras.saving.register_keras_serializable("keras_gan")
class VirtualBatchNormalization(_Referenced):
    """gamma (x - mean) / sqrt(variance + epsilon) + beta for each map (Salimans et al. 2016, section 3.5).

    Input and output: [m + n, d] or [m + n, h, w, c], whose first m = `reference` rows are the reference batch. Its own
    rows are normalised by its own mean mu and variance v over rows and places; a sample by the statistics of the
    reference and itself together, which do not see the other samples: with its own mean mu_i and variance v_i over
    places (v_i = 0 for vectors) and w = 1 / (m + 1),

        mean_i = mu + w (mu_i - mu),   variance_i = (1 - w) v + w v_i + w (1 - w) (mu_i - mu)^2.

    Training and sampling are the same: there are no moving averages. The gradient passes through the statistics.
    """

    def __init__(self, reference, epsilon=1e-5, gamma_initializer="ones", **kwargs):
        super().__init__(reference, **kwargs)
        self.epsilon = epsilon
        self.gamma_initializer = keras.initializers.get(gamma_initializer)

    def build(self, input_shape):
        if len(input_shape) not in (2, 4):
            raise ValueError(
                f"VirtualBatchNormalization takes [n, d] or [n, height, width, maps], not {tuple(input_shape)}."
            )
        self.gamma = self.add_weight(shape=input_shape[-1:], initializer=self.gamma_initializer, name="gamma")
        self.beta = self.add_weight(shape=input_shape[-1:], initializer="zeros", name="beta")

    def call(self, x):
        given, x = x.dtype, ops.cast(x, "float32")
        places = tuple(range(1, len(x.shape) - 1))
        reference, samples = x[: self.reference], x[self.reference :]
        mean, variance = ops.moments(reference, axes=(0, *places), keepdims=True)
        reference = (reference - mean) * ops.rsqrt(variance + self.epsilon)
        own = ops.mean(samples, axis=places, keepdims=True) if places else samples
        spread = ops.mean(ops.square(samples - own), axis=places, keepdims=True) if places else 0.0
        weight = 1.0 / (self.reference + 1.0)
        variance = (1.0 - weight) * (variance + weight * ops.square(own - mean)) + weight * spread
        samples = (samples - mean - weight * (own - mean)) * ops.rsqrt(variance + self.epsilon)
        return ops.cast(self.gamma * ops.concatenate([reference, samples], axis=0) + self.beta, given)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {
            **super().get_config(),
            "epsilon": self.epsilon,
            "gamma_initializer": keras.initializers.serialize(self.gamma_initializer),
        }


@keras.saving.register_keras_serializable("keras_gan")
class WithoutReference(_Referenced):
    """[reference + n, ...] -> [n, ...]: what a generator with a ReferenceBatch gives back."""

    def call(self, x):
        return x[self.reference :]

    def compute_output_shape(self, input_shape):
        return (None if input_shape[0] is None else input_shape[0] - self.reference, *input_shape[1:])
