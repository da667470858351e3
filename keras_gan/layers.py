"""Layers of the papers that Keras does not have, and two of Keras's that run faster here (more are in narrow.py)."""

import keras
import tensorflow as tf
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class Maxout(keras.layers.Layer):
    """max_j (x W_j + b_j), j = 1..pieces (Goodfellow et al. 2013, "Maxout Networks", eq. 1).

    Input [n, d], output [n, units]. One kernel [d, units * pieces] holds the pieces of a unit side by side, so that
    the layer is one matrix product and one maximum.
    """

    def __init__(self, units, pieces, kernel_initializer="glorot_uniform", kernel_constraint=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.pieces = pieces
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units * self.pieces),
            initializer=self.kernel_initializer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.bias = self.add_weight(shape=(self.units * self.pieces,), initializer="zeros", name="bias")

    def call(self, x):
        if len(x.shape) != 2:
            raise ValueError(f"Maxout takes vectors [n, d], not {tuple(x.shape)}; flatten them, or use MaxPieces.")
        pieces = ops.add(ops.matmul(x, self.kernel), self.bias)
        return ops.max(ops.reshape(pieces, (-1, self.units, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "pieces": self.pieces,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
        }


@keras.saving.register_keras_serializable("keras_gan")
class MaxPieces(keras.layers.Layer):
    """max over groups of `pieces` neighbouring channels: maxout of a convolution (Goodfellow et al. 2013, section 3).

    Input [..., channels * pieces], output [..., channels].
    """

    def __init__(self, pieces, **kwargs):
        super().__init__(**kwargs)
        self.pieces = pieces

    def call(self, x):
        if x.shape[-1] % self.pieces:
            raise ValueError(f"{x.shape[-1]} channels cannot be divided into groups of {self.pieces} pieces.")
        return ops.max(ops.reshape(x, (-1, *x.shape[1:-1], x.shape[-1] // self.pieces, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] // self.pieces)

    def get_config(self):
        return {**super().get_config(), "pieces": self.pieces}


@keras.saving.register_keras_serializable("keras_gan")
class ContrastNormalisation(keras.layers.Layer):
    """scale (x - mean) / ||x - mean||_2 for each image: pylearn2's global contrast normalisation (Goodfellow et al.
    2014, code: scale 55 for CIFAR-10, which gives 32 x 32 x 3 pixels a standard deviation of about 1)."""

    def __init__(self, scale=55.0, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, x):
        x = ops.cast(x, "float32")  # a sum of squares over an image leaves the range of float16
        axes = tuple(range(1, len(x.shape)))
        centred = x - ops.mean(x, axis=axes, keepdims=True)
        squares = ops.sum(ops.square(centred), axis=axes, keepdims=True)
        # A constant image has no contrast to normalise; the floor keeps its gradient finite.
        return ops.cast(self.scale * centred * ops.rsqrt(ops.maximum(squares, 1e-8)), self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


@keras.saving.register_keras_serializable("keras_gan")
class UntiedBias(keras.layers.Layer):
    """x + b with one b for each position and channel (pylearn2's `tied_b: 0`)."""

    def build(self, input_shape):
        self.bias = self.add_weight(shape=tuple(input_shape[1:]), initializer="zeros", name="bias")

    def call(self, x):
        return x + self.bias


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


@keras.saving.register_keras_serializable("keras_gan")
class SumOverPlaces(keras.layers.Layer):
    """Feature maps [n, h, w, c] -> their sums over h and w, [n, c] (Miyato and Koyama 2018, figure 14: a sum, where
    GlobalAveragePooling2D would take the mean)."""

    def call(self, x):
        return ops.sum(ops.cast(x, "float32"), axis=(1, 2))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1])


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


@keras.saving.register_keras_serializable("keras_gan")
class MinibatchDiscrimination(keras.layers.Layer):
    """[f(x_i), o(x_i)], M_i = f(x_i) T, c_b(x_i, x_j) = exp(-||M_ib - M_jb||_1), o_b(x_i) = sum_{j != i} c_b(x_i, x_j)
    (Salimans et al. 2016, "Improved Techniques for Training GANs", section 3.2, with the sum of the authors' code).

    Input f, [n, A]; output [n, A + kernels], o in [0, n - 1]: how many samples of the minibatch are close to this one,
    for each of B = `kernels` ideas of closeness in C = `dimensions` numbers. T is [A, B * C]. A minibatch is what one
    replica gives to D in one call: D's scores belong to its size, and real and fake samples go in separate calls.
    The paper's sum includes j = i, which adds 1 to every o and is left to the bias of the next layer. Memory: some
    C n^2 B floats, 20 MB at n = 100. Raises ValueError for other input than vectors.
    """

    mixes_samples = True

    def __init__(self, kernels=100, dimensions=5, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        if min(kernels, dimensions) < 1:
            raise ValueError(f"kernels and dimensions must be at least 1; got {kernels} and {dimensions}.")
        self.kernels = kernels
        self.dimensions = dimensions
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        if len(input_shape) != 2:
            raise ValueError(f"MinibatchDiscrimination takes vectors [n, d], not {tuple(input_shape)}; flatten them.")
        shape = (input_shape[-1], self.kernels * self.dimensions)
        self.kernel = self.add_weight(shape=shape, initializer=self.kernel_initializer, name="kernel")

    def call(self, x):
        rows = ops.cast(ops.matmul(x, self.kernel), "float32")
        # One dimension at a time: the sum over C of [n, n, B, C] at once reads memory in an order that is slower.
        dimensions = ops.unstack(ops.reshape(rows, (-1, self.kernels, self.dimensions)), axis=2)
        distance = sum(ops.abs(m[:, None] - m[None]) for m in dimensions)
        others = ops.sum(ops.exp(-distance), axis=1) - 1.0
        return ops.concatenate([x, ops.cast(others, x.dtype)], axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1] + self.kernels)

    def get_config(self):
        return {
            **super().get_config(),
            "kernels": self.kernels,
            "dimensions": self.dimensions,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


# Virtual batch normalisation (Salimans et al. 2016, section 3.5): a generator
#     z -> ReferenceBatch(m) -> ... VirtualBatchNormalization(m) ... -> WithoutReference(m) -> images
# carries m fixed rows of z, chosen before training, in front of its n rows. The paper's two forward passes, of the
# reference and of the samples, are one pass of m + n rows, through any layers that treat rows one by one.


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
