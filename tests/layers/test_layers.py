"""Layers against NumPy, and against numbers small enough to check by eye."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from layer_values import built, normal, value_and_gradients

from keras_gan.fast.batch_norm import BatchNormalization
from keras_gan.layers.contrast import ContrastNormalisation
from keras_gan.layers.maxout import Maxout, MaxPieces
from keras_gan.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_gan.layers.untied_bias import UntiedBias
from keras_gan.layers.virtual_batch_norm import ReferenceBatch, VirtualBatchNormalization, WithoutReference


@pytest.fixture
def by_hand():
    """Two units of two pieces: w = (1, 0) b = .5 | (0, 1) b = -1, and (-1, -1) b = 4 | (2, -1) b = 0."""
    layer = built(Maxout(2, 2), 2)
    layer.set_weights([np.array([[1, 0, -1, 2], [0, 1, -1, -1]], "float32"), np.array([0.5, -1, 4, 0], "float32")])
    return layer


@pytest.mark.parametrize(
    "x, expected",
    [
        ([1, 2], [1.5, 1]),  # 1.5 | 1 and 1 | 0
        ([0, 4], [3, 0]),  # .5 | 3 and 0 | -4
        ([3, -1], [3.5, 7]),  # 3.5 | -2 and 2 | 7
    ],
)
def test_maxout_by_hand(by_hand, x, expected):
    np.testing.assert_array_equal(by_hand(np.array([x], "float32")), [expected])


def test_maxout_gradient_goes_to_the_winning_piece_only(by_hand):
    x = tf.constant([[3.0, -1.0]])  # the first piece of unit 1 wins, the second of unit 2
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(by_hand(x) * [[1.0, 10.0]])
    to_x, to_kernel, to_bias = tape.gradient(y, [x, by_hand.kernel.value, by_hand.bias.value])
    np.testing.assert_array_equal(to_x, [[1 + 10 * 2, 10 * -1]])
    np.testing.assert_array_equal(to_kernel, [[3, 0, 0, 30], [-1, 0, 0, -10]])
    np.testing.assert_array_equal(to_bias, [1, 0, 0, 10])


@pytest.mark.parametrize("units, pieces", [(1, 1), (7, 1), (1, 5), (6, 3)])
def test_maxout_is_its_formula(units, pieces):
    layer, x = built(Maxout(units, pieces), 4), normal(9, 4, seed=5)
    kernel, bias = (weight.astype("float64") for weight in layer.get_weights())
    expected = np.empty((9, units))
    for unit in range(units):
        columns = slice(unit * pieces, (unit + 1) * pieces)
        expected[:, unit] = np.max(x @ kernel[:, columns] + bias[columns], axis=1)
    np.testing.assert_allclose(layer(x), expected, atol=1e-6)


def test_max_pieces_by_hand():
    x = np.array([[1, 5, 2, -1, 0, -3]], "float32")
    np.testing.assert_array_equal(MaxPieces(3)(x), [[5, 0]])
    np.testing.assert_array_equal(MaxPieces(2)(x), [[5, 2, 0]])


def test_max_pieces_of_a_1x1_convolution_is_maxout_at_every_pixel():
    maxout, convolution = built(Maxout(3, 2), 4), built(keras.layers.Conv2D(6, 1), 5, 5, 4)
    kernel, bias = maxout.get_weights()
    convolution.set_weights([kernel[None, None], bias])
    x = normal(2, 5, 5, 4, seed=3)
    pixels = keras.ops.reshape(maxout(x.reshape(-1, 4)), (2, 5, 5, 3))
    np.testing.assert_allclose(MaxPieces(2)(convolution(x)), pixels, atol=1e-6)


@pytest.mark.parametrize(
    "layer, shape",
    [
        (Maxout(6, 3, keras.initializers.RandomUniform(-0.005, 0.005), keras.constraints.MaxNorm(1.9365)), (4,)),
        (Maxout(2, 2), (3,)),
        (MaxPieces(2), (5, 5, 8)),
        (MaxPieces(4), (8,)),
        (ContrastNormalisation(7.0), (4, 4, 3)),
        (UntiedBias(), (4, 4, 3)),
        (MinibatchDiscrimination(3, 2, "he_normal"), (5,)),
        (ReferenceBatch(2, keras.initializers.RandomUniform(0.0, 1.0)), (5,)),
        (VirtualBatchNormalization(2, epsilon=0.1, gamma_initializer="zeros"), (4, 4, 3)),
        (WithoutReference(2), (4, 4, 3)),
    ],
)
def test_config_and_shape_round_trip(layer, shape):
    built(layer, *shape)
    twin = built(keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer)), *shape, seed=9)
    assert type(twin) is type(layer) and twin.get_config() == layer.get_config()
    twin.set_weights(layer.get_weights())
    x = normal(3, *shape, seed=7)
    np.testing.assert_array_equal(twin(x), layer(x))
    assert layer(x).shape[1:] == layer(keras.Input(shape)).shape[1:]


def test_maxout_initialiser_and_constraint():
    layer = Maxout(40, 5, keras.initializers.RandomUniform(-0.005, 0.005), keras.constraints.MaxNorm(2.0, axis=0))
    layer.build((None, 50))
    assert 0.0049 < np.abs(layer.kernel.numpy()).max() <= 0.005 and not layer.bias.numpy().any()

    # Every piece is one unit to pylearn2's max_col_norm: (6, 8), norm 10, shrinks to (1.2, 1.6); (.6, .8) stays.
    layer = Maxout(1, 2, kernel_constraint=keras.constraints.MaxNorm(2.0, axis=0))
    layer.build((None, 2))
    layer.kernel.assign([[6.0, 0.6], [8.0, 0.8]])
    keras.optimizers.SGD(1.0).apply([tf.zeros((2, 2))], [layer.kernel])
    np.testing.assert_allclose(layer.kernel, [[1.2, 0.6], [1.6, 0.8]], atol=1e-5)


def test_contrast_normalisation_by_hand():
    # Means 2 and 0. (-1, 1, -1, 1) has the norm 2, 55/2 = 27.5; (3, 4, -7, 0) has sqrt 74, 55/sqrt 74 = 6.393620.
    x = np.array([[[1], [3], [1], [3]], [[3], [4], [-7], [0]]], "float32")
    expected = [[-27.5, 27.5, -27.5, 27.5], [19.180860, 25.574480, -44.755340, 0]]
    np.testing.assert_allclose(ContrastNormalisation(55.0)(x)[..., 0], expected, rtol=1e-6)


def test_contrast_normalisation_forgets_brightness_and_contrast():
    x = normal(3, 32, 32, 3)
    y = ContrastNormalisation(55.0)(x)
    np.testing.assert_allclose(ContrastNormalisation(55.0)(0.2 * x - 0.7), y, atol=1e-4)
    np.testing.assert_allclose(np.std(y, axis=(1, 2, 3)), 0.992316, rtol=1e-5)  # 55 / sqrt(3072)


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16", "mixed_bfloat16"])
def test_contrast_normalisation_of_a_flat_image(dtype):
    """It has no contrast; neither it nor its gradient may become NaN."""
    x = tf.fill((1, 4, 4, 1), 0.5)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = ContrastNormalisation(55.0, dtype=dtype)(x)
    assert not np.any(y) and np.isfinite(tape.gradient(y, x)).all()


def test_untied_bias_by_hand():
    layer = UntiedBias()
    x = np.arange(8, dtype="float32").reshape(1, 2, 2, 2)
    np.testing.assert_array_equal(layer(x), x)  # it starts at 0
    layer.bias.assign(10 * x[0])
    np.testing.assert_array_equal(layer(np.concatenate([x, -x])), np.concatenate([11 * x, 9 * x]))


@pytest.mark.parametrize(
    "layer, shape", [(MaxPieces(2), (4, 5)), (MaxPieces(3), (6, 4, 4, 8)), (Maxout(2, 2), (2, 3, 4))]
)
def test_inputs_that_do_not_fit_are_refused(layer, shape):
    """Else a reshape of -1 would hide it: 4 rows of 5 channels are 5 rows of 2 pairs."""
    with pytest.raises(ValueError, match="pieces|Maxout"):
        layer(normal(*shape))


def test_batch_normalization_is_keras_own():
    ours, theirs = (
        built(kind(momentum=0.9, epsilon=1e-3), 4, 5, 6)
        for kind in (BatchNormalization, keras.layers.BatchNormalization)
    )
    for layer in (ours, theirs):
        layer.moving_variance.assign(np.ones(6))
    x, weighting = 3 * normal(7, 4, 5, 6, seed=7) + 1, normal(7, 4, 5, 6, seed=8)
    for training in (True, False):
        pair = (value_and_gradients(layer, x, weighting, training=training) for layer in (ours, theirs))
        for fused, composed in zip(*pair, strict=True):
            np.testing.assert_allclose(fused, composed, rtol=1e-4, atol=1e-3)
    for fused, composed in zip(ours.non_trainable_weights, theirs.non_trainable_weights, strict=True):
        np.testing.assert_allclose(fused, composed, rtol=1e-5)


def test_batch_normalization_of_vectors_and_frozen():
    layer, x = built(BatchNormalization(), 6), normal(7, 6)
    centred = layer(x, training=True) - layer.beta
    np.testing.assert_allclose(np.mean(centred, 0), 0, atol=1e-5)
    frozen = built(BatchNormalization(trainable=False), 4, 4, 2)
    frozen.moving_variance.assign(np.ones(2))
    maps = normal(3, 4, 4, 2)
    np.testing.assert_array_equal(frozen(maps, training=True), frozen(maps, training=False))


@pytest.fixture
def comparison():
    """Kernel 1 sees (f, 2 f), kernel 2 (0, f)."""
    layer = built(MinibatchDiscrimination(2, 2), 1)
    layer.set_weights([np.array([[1, 2, 0, 1]], "float32")])
    return layer


def test_minibatch_discrimination_by_hand(comparison):
    # f = 0, 1, 3: ||M_i - M_j||_1 is 3, 9, 6 of kernel 1 and 1, 3, 2 of kernel 2, for the pairs 01, 02, 12.
    e = np.exp
    expected = [[0, e(-3) + e(-9), e(-1) + e(-3)], [1, e(-3) + e(-6), e(-1) + e(-2)], [3, e(-9) + e(-6), e(-3) + e(-2)]]
    np.testing.assert_allclose(comparison(np.array([[0], [1], [3]], "float32")), expected, atol=1e-6)
    # A sample alone has nobody near; equal samples have n - 1.
    np.testing.assert_allclose(comparison(np.array([[5]], "float32")), [[5, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(comparison(np.full((4, 1), 5, "float32")), [[5, 3, 3]] * 4, atol=1e-6)


def test_minibatch_discrimination_gradient_by_hand(comparison):
    # sum_i o_1(i) = 2 (e^-3|f0-f1| + e^-3|f0-f2| + e^-3|f1-f2|) = 2 (c01 + c02 + c12): each nearer neighbour pulls.
    f = tf.constant([[0.0], [1.0], [3.0]])
    with tf.GradientTape() as tape:
        tape.watch(f)
        closeness = tf.reduce_sum(comparison(f)[:, 1])
    c01, c02, c12 = np.exp([-3, -9, -6])
    expected = [[6 * (c01 + c02)], [6 * (c12 - c01)], [6 * (-c02 - c12)]]
    np.testing.assert_allclose(tape.gradient(closeness, f), expected, atol=1e-6)


def test_minibatch_discrimination_is_its_formula():
    layer, f = built(MinibatchDiscrimination(3, 4), 5), 0.3 * normal(7, 5, seed=5)
    rows = (f.astype("float64") @ layer.get_weights()[0]).reshape(7, 3, 4)
    closeness = np.exp(-np.abs(rows[:, None] - rows[None]).sum(axis=3))
    others = closeness.sum(axis=1) - closeness[np.arange(7), np.arange(7)]
    np.testing.assert_allclose(layer(f), np.concatenate([f, others], axis=1), atol=1e-5)


@pytest.mark.parametrize("options", [{"kernels": 0}, {"dimensions": 0}])
def test_minibatch_discrimination_refuses_what_it_cannot_do(options):
    with pytest.raises(ValueError, match="at least 1"):
        MinibatchDiscrimination(**options)
    with pytest.raises(ValueError, match="flatten"):
        MinibatchDiscrimination()(np.zeros((2, 4, 4, 1), "float32"))


@pytest.mark.parametrize("shape", [(6,), (3, 4, 2)])
def test_virtual_batch_normalization_is_that_of_the_reference_and_the_sample(shape):
    """Each sample's statistics: those of NumPy over the m reference rows and itself."""
    m, layer, x = 5, built(VirtualBatchNormalization(5, epsilon=1e-3), *shape), 3 * normal(9, *shape, seed=7) + 20
    gamma, beta = (weight.astype("float64") for weight in layer.get_weights())
    axes = tuple(range(len(shape)))

    def normalised(rows, by):
        by = by.astype("float64")
        return gamma * (rows - by.mean(axis=axes)) / np.sqrt(by.var(axis=axes) + 1e-3) + beta

    y = layer(x)
    np.testing.assert_allclose(y[:m], normalised(x[:m], x[:m]), atol=2e-4)
    for sample, row in zip(x[m:], y[m:], strict=True):
        np.testing.assert_allclose(row, normalised(sample, np.concatenate([x[:m], sample[None]])), atol=2e-4)


def test_virtual_batch_normalization_by_hand():
    # Reference 0 and 2: mean 1, variance 1. With 4: mean 2, variance (4 + 0 + 4)/3.
    y = VirtualBatchNormalization(2, epsilon=0.0)(np.array([[0], [2], [4]], "float32"))
    np.testing.assert_allclose(y, [[-1], [1], [2 / np.sqrt(8 / 3)]], rtol=1e-6)


def referenced(m=4):
    z = keras.Input((3,))
    x = ReferenceBatch(m)(z)
    x = keras.layers.Reshape((2, 2, 4))(keras.layers.Dense(16)(x))
    x = keras.layers.Conv2DTranspose(2, 3, 2, "same")(keras.layers.ReLU()(VirtualBatchNormalization(m)(x)))
    return keras.Model(z, WithoutReference(m)(VirtualBatchNormalization(m)(x)))


def test_a_generator_with_a_reference_makes_each_sample_alone(tmp_path):
    """Unlike batch normalisation: whatever else is in the batch, in training and in sampling; and a file keeps it."""
    generator, z = referenced(), normal(6, 3)
    together = generator(z, training=True)
    assert together.shape == (6, 4, 4, 2) and generator.output_shape == (None, 4, 4, 2)
    np.testing.assert_allclose(generator(z[2:3], training=False), together[2:3], atol=1e-5)
    (reference,) = generator.non_trainable_weights
    assert reference.shape == (4, 3) and 0.3 < np.std(reference) < 2.0
    generator.save(tmp_path / "generator.keras")
    again = keras.models.load_model(tmp_path / "generator.keras")
    np.testing.assert_array_equal(again(z), generator(z))
    np.testing.assert_array_equal(again.non_trainable_weights[0], reference)
    reference.assign(2.0 * reference + 1.0)
    assert np.abs(generator(z) - again(z)).max() > 1e-3


def test_the_gradient_passes_through_the_statistics_of_the_reference():
    generator = referenced()
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.square(generator(normal(1, 3)))[..., 0])
    gradients = tape.gradient(y, generator.trainable_variables)
    assert all(np.isfinite(gradient).all() and np.abs(gradient).max() > 0 for gradient in gradients[:3])
    # The dense layer's bias moves sample and reference together: without its part in mu the slope would not vanish.
    layer, x = VirtualBatchNormalization(2), tf.constant([[0.0], [2.0], [4.0]])
    shift = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(layer(x + shift)[2:])
    assert float(tape.gradient(y, shift)) == pytest.approx(0.0, abs=1e-6)


def test_a_reference_that_is_none_is_refused():
    for kind in (ReferenceBatch, VirtualBatchNormalization, WithoutReference):
        with pytest.raises(ValueError, match="at least 2 rows"):
            kind(1)
    with pytest.raises(ValueError, match="z"):
        ReferenceBatch(2)(np.zeros((2, 4, 4, 1), "float32"))
    with pytest.raises(ValueError, match="maps"):
        VirtualBatchNormalization(2)(np.zeros((4, 3, 3), "float32"))
