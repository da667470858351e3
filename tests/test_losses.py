"""Objectives against numbers worked out by hand from the papers' formulas."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import losses

LN3, LN4 = 1.0986123, 1.3862944  # sigmoid(ln 3) = 3/4, sigmoid(-ln 3) = 1/4, sigmoid(ln 4) = 4/5, sigmoid(-ln 4) = 1/5

CASES = [
    # D(x) = 3/4, 1/2 and D(G(z)) = 1/4, 1/2; -log 3/4 = 0.287682, -log 1/2 = 0.693147, -log 1/4 = 1.386294.
    # d = (0.287682 + 0.693147)/2 + (0.287682 + 0.693147)/2; minimax g = -(0.287682 + 0.693147)/2;
    # non-saturating g = (1.386294 + 0.693147)/2.
    ("minimax", [LN3, 0.0], [-LN3, 0.0], 0.980829, -0.490415),
    ("non_saturating", [LN3, 0.0], [-LN3, 0.0], 0.980829, 1.039721),
    # D(x) = 1/5 and D(G(z)) = 4/5: D is deceived both times. -log 1/5 = 1.609438, -log 4/5 = 0.223144.
    # d = 1.609438 + 1.609438; minimax g = log 1/5; non-saturating g = -log 4/5.
    ("minimax", [-LN4], [LN4], 3.218876, -1.609438),
    ("non_saturating", [-LN4], [LN4], 3.218876, 0.223144),
    # D = 1/2 everywhere, the fixed point: d = log 4; g = log 1/2 and -log 1/2.
    ("minimax", [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1.386294, -0.693147),
    ("non_saturating", [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1.386294, 0.693147),
    # (a, b, c) = (0, 1, 1): d = 1/2 (.25 + 1)/2 + 1/2 (.25 + 1)/2, g = 1/2 (.25 + 4)/2; and at D's targets.
    ("least_squares", [0.5, 2.0], [0.5, -1.0], 0.625, 1.0625),
    ("least_squares", [1.0, 1.0], [0.0, 0.0], 0.0, 0.5),
    # d = (-2 + 1)/2 - (1 + 3)/2, g = -(-2 + 1)/2.
    ("wasserstein", [1.0, 3.0], [-2.0, 1.0], -2.5, 0.5),
    ("wasserstein", [0.0], [4.0], 4.0, -4.0),
    # d = (.5 + 0)/2 + (0 + 1)/2, g = -(-3 + 0)/2; and 2 + 3 with both on the wrong side.
    ("hinge", [0.5, 2.0], [-3.0, 0.0], 0.75, 1.5),
    ("hinge", [-1.0], [2.0], 5.0, -2.0),
    # Pairs differ by ln 9 and 0: d = (log(1 + 1/9) + log 2)/2, g = (log(1 + 9) + log 2)/2; by -ln 4: log 5, log 5/4.
    ("relativistic", [LN3, 0.0], [-LN3, 0.0], 0.399254, 1.497866),
    ("relativistic", [0.0], [LN4], 1.609438, 0.223144),
    # m = 10: d = (1 + 3)/2 + (6 + 0)/2, g = (4 + 12)/2; at the margin fakes cost D nothing.
    ("energy", [1.0, 3.0], [4.0, 12.0], 5.0, 8.0),
    ("energy", [0.0], [10.0], 0.0, 10.0),
]
LOGITS = ("minimax", "non_saturating")  # pairs with D = sigmoid(a)
PAIRS = sorted({name for name, *_ in CASES})


def pair(name):
    return getattr(losses, f"{name}_discriminator"), getattr(losses, f"{name}_generator")


def generators(name, real, fake):
    """G's objective; the relativistic one takes real scores too."""
    objective = pair(name)[1]
    return float(objective(fake, real) if name == "relativistic" else objective(fake))


def scores(values, shape=(-1, 1), dtype="float32"):
    return tf.constant(np.reshape(values, shape), dtype)


def slopes(objective, *logits):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = objective(*logits)
    return [np.ravel(tf.convert_to_tensor(gradient)) for gradient in tape.gradient(value, logits)]


def test_every_pair_has_two_cases():
    public = {name.rsplit("_", 1)[0] for name in vars(losses) if name.endswith(("_discriminator", "_generator"))}
    public -= {"two_way", "equilibrium"}  # two logits for each row, a third argument: below
    assert set(PAIRS) == public
    assert all(sum(name == case[0] for case in CASES) >= 2 for name in public)


@pytest.mark.parametrize("name, real, fake, d, g", CASES)
def test_by_hand(name, real, fake, d, g):
    assert float(pair(name)[0](scores(real), scores(fake))) == pytest.approx(d, abs=2e-6)
    assert generators(name, scores(real), scores(fake)) == pytest.approx(g, abs=2e-6)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("shape", [(12,), (3, 2, 2, 1), (1, 4, 3, 1)])
def test_patches_count_like_samples(name, shape):
    discriminator = pair(name)[0]
    real, fake = np.linspace(-3, 4, 12), np.linspace(5, -2, 12)
    assert float(discriminator(scores(real, shape), scores(fake, shape))) == pytest.approx(
        float(discriminator(scores(real), scores(fake))), rel=1e-6
    )
    patches = generators(name, scores(real, shape), scores(fake, shape))
    assert patches == pytest.approx(generators(name, scores(real), scores(fake)), rel=1e-6)


def test_real_and_fake_are_averaged_apart():
    # Three real at D = 3/4 and one fake at D = 1/4: d = 0.287682 + 0.287682, whatever the numbers of each.
    assert float(losses.minimax_discriminator(scores([LN3] * 3), scores([-LN3]))) == pytest.approx(0.575364, abs=2e-6)


# Slopes in the logit a, n = 4 (the sheet, section 0): D's are -(1 - D)/n on real and D/n on fake; G's are -D/n
# (minimax) and -(1 - D)/n (non-saturating). At a = ln 3, 0, -ln 3, ln 4, D = .75, .5, .25, .8; at +-100 and +-1e4
# D is 0 or 1 to 1e-43.
SLOPES = [
    ([LN3, 0.0, -LN3, LN4], "minimax", [-0.1875, -0.125, -0.0625, -0.2]),
    ([LN3, 0.0, -LN3, LN4], "non_saturating", [-0.0625, -0.125, -0.1875, -0.05]),
    ([-1e4, -100.0, 100.0, 1e4], "minimax", [0.0, 0.0, -0.25, -0.25]),
    ([-1e4, -100.0, 100.0, 1e4], "non_saturating", [-0.25, -0.25, 0.0, 0.0]),
]


@pytest.mark.parametrize("logits, name, expected", SLOPES)
def test_slopes_of_the_generator(logits, name, expected):
    np.testing.assert_allclose(slopes(pair(name)[1], scores(logits))[0], expected, atol=1e-7)


@pytest.mark.parametrize(
    "logits, on_real, on_fake",
    [
        ([LN3, 0.0, -LN3, LN4], [-0.0625, -0.125, -0.1875, -0.05], [0.1875, 0.125, 0.0625, 0.2]),
        ([-1e4, -100.0, 100.0, 1e4], [-0.25, -0.25, 0.0, 0.0], [0.0, 0.0, 0.25, 0.25]),
    ],
)
@pytest.mark.parametrize("name", LOGITS)
def test_slopes_of_the_discriminator(name, logits, on_real, on_fake):
    real, fake = slopes(pair(name)[0], scores(logits), scores(logits))
    np.testing.assert_allclose(real, on_real, atol=1e-7)
    np.testing.assert_allclose(fake, on_fake, atol=1e-7)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("name, g", [("minimax", -2525.0), ("non_saturating", 2525.0)])
def test_values_at_extreme_logits(name, g, dtype):
    # sp(1e4) = 1e4, sp(100) = 100, sp of their negatives = 0: the mean of the four is 10100/4 = 2525, for D twice.
    # 64 entries, whose sum of 161,600 a float16 cannot hold: the mean must be taken in float32.
    logits = scores([-1e4, -100.0, 100.0, 1e4] * 16, dtype=dtype)
    discriminator, generator = pair(name)
    d, g_value = discriminator(logits, logits), generator(logits)
    assert d.dtype == g_value.dtype == tf.float32
    half = {"float32": 1e-6, "float16": 1e-3, "bfloat16": 8e-3}[dtype]  # 1e4 itself is rounded in half precision
    assert float(d) == pytest.approx(5050.0, rel=half)
    assert float(g_value) == pytest.approx(g, rel=half)


# Two points x1, x2 with p_data = (3/4, 1/4) and p_g = (1/4, 3/4), and one logit of D for each.
REAL, FAKE = [0, 0, 0, 1], [0, 1, 1, 1]


def game(logits, target=1.0):
    return losses.minimax_discriminator(tf.gather(logits, REAL), tf.gather(logits, FAKE), target)


@pytest.mark.parametrize(
    "target, optimum",
    [
        (1.0, [LN3, -LN3]),  # D* = p_data/(p_data + p_g) = 3/4, 1/4
        (0.9, [0.730888, -1.236763]),  # D* = .9 x 3/4 = .675, .9 x 1/4 = .225; ln(.675/.325), ln(.225/.775)
        (0.5, [-0.510826, -1.945910]),  # D* = .375, .125; ln(.375/.625), ln(.125/.875)
    ],
)
def test_optimal_discriminator(target, optimum):
    def objective(logits):
        return game(logits, target)

    np.testing.assert_allclose(slopes(objective, tf.constant(optimum))[0], 0.0, atol=1e-6)
    at_optimum = float(objective(tf.constant(optimum)))
    for away in ([0.1, 0.0], [0.0, -0.1], [-0.1, 0.1]):
        assert float(objective(tf.constant(np.add(optimum, away), tf.float32))) > at_optimum + 1e-4


def test_value_at_the_optimum_is_twice_the_jensen_shannon_divergence_less_log_4():
    # m = (1/2, 1/2); KL(p_data || m) = 3/4 log 3/2 + 1/4 log 1/2 = .304099 - .173287 = .130812 = KL(p_g || m) = JSD.
    # max_D V = -log 4 + 2 x .130812 = -1.386294 + .261624 = -1.124670, and D minimises -V.
    assert float(game(tf.constant([LN3, -LN3]))) == pytest.approx(1.124670, abs=2e-6)


@pytest.mark.parametrize(
    "real, fake, target, d",
    [
        # -.9 log 3/4 - .1 log 1/4 - log 1/2 = .258914 + .138629 + .693147
        (LN3, 0.0, 0.9, 1.090690),
        # -.7 log 1/5 - .3 log 4/5 - log 1/5 = 1.126607 + .066943 + 1.609438
        (-LN4, LN4, 0.7, 2.802988),
    ],
)
def test_one_sided_smoothing_by_hand(real, fake, target, d):
    assert float(losses.minimax_discriminator(scores([real]), scores([fake]), target)) == pytest.approx(d, abs=2e-6)


@pytest.mark.parametrize("name", PAIRS)
def test_every_objective_is_taken_in_float32(name):
    """Scores of 1,000 in float16: their mean over 128 rows is not the infinity that a float16 sum would give."""
    real, fake = scores([1000.0] * 128, dtype="float16"), scores([-1000.0] * 128, dtype="float16")
    assert np.isfinite(float(pair(name)[0](real, fake))) and np.isfinite(generators(name, real, fake))


def test_the_pearson_choice_of_least_squares_by_hand():
    # (a, b, c) = (-1, 1, 0): d = 1/2 (.5 - 1)^2 + 1/2 (.5 + 1)^2 = .125 + 1.125, g = 1/2 .5^2.
    half = scores([0.5])
    assert float(losses.least_squares_discriminator(half, half, -1.0, 1.0)) == pytest.approx(1.25)
    assert float(losses.least_squares_generator(half, 0.0)) == pytest.approx(0.125)
    # Figure 1: a fake at 5 is far on the real side; least squares pulls it back to c, with slope 5 - c.
    assert slopes(lambda fake: losses.least_squares_generator(fake, 1.0), scores([5.0]))[0] == pytest.approx(4.0)


def test_slopes_stop_where_the_hinges_do():
    real, fake = slopes(losses.hinge_discriminator, scores([0.5, 2.0]), scores([-3.0, 0.0]))
    np.testing.assert_allclose(real, [-0.5, 0.0])
    np.testing.assert_allclose(fake, [0.0, 0.5])
    _, fake = slopes(losses.energy_discriminator, scores([1.0, 3.0]), scores([4.0, 12.0]))
    np.testing.assert_allclose(fake, [-0.5, 0.0])


def test_a_pair_of_equals_moves_apart_with_slope_one_half():
    # sp(-(a - b)) at a = b has the slope -sigmoid(0) = -1/2 in a and 1/2 in b.
    real, fake = slopes(losses.relativistic_discriminator, scores([3.0]), scores([3.0]))
    assert (real, fake) == (pytest.approx(-0.5), pytest.approx(0.5))


# D(x) = 3/4 and D(G(z)) = 1/4 as two logits (fake, real): only their difference counts. -log 3/4 = 0.287682.
REAL_ROWS, FAKE_ROWS = [[0.0, LN3], [2.0, 2.0 + LN3]], [[LN3, 0.0], [5.0, 5.0 - LN3]]


def test_two_way_by_hand():
    real, fake = tf.constant(REAL_ROWS), tf.constant(FAKE_ROWS)
    np.testing.assert_allclose(losses.two_way_logit(real), [[LN3], [LN3]], rtol=1e-6)
    # (0.287682 + 0.287682) / 2; 1/2 log p_fake = -0.143841.
    assert float(losses.two_way_discriminator(real, fake)) == pytest.approx(0.287682, abs=2e-6)
    assert float(losses.two_way_generator(fake)) == pytest.approx(-0.143841, abs=2e-6)


def test_two_way_is_the_cross_entropy_of_a_softmax_over_the_whole_batch():
    real, fake = np.random.default_rng(0).normal(size=(2, 5, 2)).astype("float32")
    both = np.concatenate([real, fake])
    logarithms = both - np.log(np.exp(both).sum(1, keepdims=True))
    expected = -np.mean([*logarithms[:5, 1], *logarithms[5:, 0]])
    assert float(losses.two_way_discriminator(real, fake)) == pytest.approx(expected, rel=1e-5)


def test_slopes_of_the_two_way_logits():
    # D = 3/4 on the fakes: 1/(2n) of p_fake - 1 = -3/4 for D, and the reverse for G, on either logit.
    fake = tf.constant([[0.0, LN3], [0.0, LN3]])
    on_fake = slopes(lambda x: losses.two_way_discriminator(tf.constant(REAL_ROWS), x), fake)[0]
    np.testing.assert_allclose(on_fake, [-0.1875, 0.1875] * 2, atol=1e-6)
    np.testing.assert_allclose(slopes(losses.two_way_generator, fake)[0], [0.1875, -0.1875] * 2, atol=1e-6)


def test_classification_by_hand():
    # p = (1/4, 3/4) and (1/5, 4/5): (-log 3/4 - log 1/5) / 2 = (0.287682 + 1.609438) / 2; finite at any logit.
    logits = tf.constant([[0.0, LN3], [0.0, LN4]])
    assert float(losses.classification(logits, tf.constant([1, 0]))) == pytest.approx(0.948560, abs=2e-6)
    assert float(losses.classification(tf.constant([[1e4, 0.0]]), tf.constant([1]))) == pytest.approx(1e4)


def test_equilibrium_by_hand():
    """Errors L(x) = 1, 3 and L(G(z)) = 4, 12 with k = 1/4: 2 - 8 / 4 = 0, and G's 8 (Berthelot et al., section 3.4)."""
    real, fake = scores([1.0, 3.0]), scores([4.0, 12.0])
    assert float(losses.equilibrium_discriminator(real, fake, 0.25)) == pytest.approx(0.0, abs=1e-6)
    assert float(losses.equilibrium_generator(fake)) == pytest.approx(8.0)
    with tf.GradientTape() as tape:
        tape.watch([real, fake])
        value = losses.equilibrium_discriminator(real, fake, 0.25)
    slopes_real, slopes_fake = tape.gradient(value, [real, fake])
    np.testing.assert_allclose(np.ravel(slopes_real), [0.5, 0.5])
    np.testing.assert_allclose(np.ravel(slopes_fake), [-0.125, -0.125])
