"""Optimisers against loops in NumPy and numbers by hand; the pair as stock callbacks see it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.optimizers import (
    Adam,
    AdamUnderRoot,
    DividedLearningRate,
    FallingLastThird,
    FallingSecondHalf,
    RisingMomentumSGD,
    torch_rmsprop,
)
from keras_gan.step.players import Players


def path(optimizer, gradients, start=1.0):
    """Where a variable goes under the gradients, one row a step."""
    variable = keras.Variable(np.full(gradients.shape[1:], start, "float32"))
    optimizer.build([variable])
    rows = []
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient)], [variable])
        rows.append(variable.numpy())
    return np.array(rows)


def normal(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


@pytest.mark.parametrize(
    "initial, expected",
    [
        # Gradient 1, rate .1, momentum .5 -> .7 in 2 steps. v: -.1; .6 x -.1 - .1 = -.16; .7 x -.16 - .1 = -.212;
        # .7 x -.212 - .1 = -.2484. w: 1 - .1 = .9; .74; .528; .2796.
        (0.5, [0.9, 0.74, 0.528, 0.2796]),
        # From 0: m = 0, .35, .7, .7. v: -.1; -.035 - .1 = -.135; -.0945 - .1 = -.1945; -.13615 - .1 = -.23615.
        (0.0, [0.9, 0.765, 0.5705, 0.33435]),
    ],
)
def test_rising_momentum_by_hand(initial, expected):
    walked = path(RisingMomentumSGD(0.1, initial, 0.7, rising_steps=2), np.ones((4, 1), "float32"))
    np.testing.assert_allclose(walked[:, 0], expected, atol=1e-6)


def test_rising_momentum_against_a_loop():
    gradients = normal(10, 5)
    weights, velocity, expected = np.ones(5), np.zeros(5), []
    for t, gradient in enumerate(gradients.astype("float64")):
        momentum = 0.5 + 0.2 * min(t / 6, 1)
        velocity = momentum * velocity - 0.1 / 1.5**t * gradient
        weights = weights + velocity
        expected.append(weights)
    optimizer = RisingMomentumSGD(DividedLearningRate(0.1, 1.5), 0.5, 0.7, rising_steps=6)
    np.testing.assert_allclose(path(optimizer, gradients), expected, atol=1e-6)


def test_constant_momentum_is_keras_sgd():
    gradients = normal(10, 5)
    ours = path(RisingMomentumSGD(0.1, 0.6, 0.6, rising_steps=3), gradients)
    np.testing.assert_allclose(ours, path(keras.optimizers.SGD(0.1, momentum=0.6), gradients), atol=1e-6)


def test_adam_with_a_rising_beta_2_against_a_loop():
    """v <- b(t) v + (1 - b(t)) g^2, corrected by 1 - b(t)^t, b on a cosine from .9 to .99 over 6 updates, as torch has
    it where a script sets beta_2 in each step (brownvc/R3GAN)."""
    gradients = normal(10, 5)
    weights, m, v, expected = np.ones(5), np.zeros(5), np.zeros(5), []
    for t, gradient in enumerate(gradients.astype("float64")):
        beta_2 = 0.9 * (0.5 * (1 + np.cos(np.pi * min(t / 6, 1))) * -0.1 + 1.1)
        m, v = 0.5 * m + 0.5 * gradient, beta_2 * v + (1 - beta_2) * gradient**2
        corrected = np.sqrt(v / (1 - beta_2 ** (t + 1)))
        weights = weights - 0.1 * m / (1 - 0.5 ** (t + 1)) / (corrected + 1e-7)
        expected.append(weights)
    rising = keras.optimizers.schedules.CosineDecay(0.9, 6, alpha=1.1)
    optimizer = Adam(0.1, beta_1=0.5, beta_2=rising)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    np.testing.assert_allclose(path(optimizer, gradients), expected, atol=2e-6)
    np.testing.assert_allclose(path(again, gradients), expected, atol=2e-6)


def test_adam_against_a_loop():
    gradients = normal(10, 5)
    weights, m, v, expected = np.ones(5), np.zeros(5), np.zeros(5), []
    for t, gradient in enumerate(gradients.astype("float64"), start=1):
        m = 0.5 * m + 0.5 * gradient
        v = 0.99 * v + 0.01 * gradient**2
        weights = weights - 0.1 * np.sqrt(1 - 0.99**t) / (1 - 0.5**t) * m / (np.sqrt(v) + 1e-3)
        expected.append(weights)
    settings = dict(learning_rate=0.1, beta_1=0.5, beta_2=0.99, epsilon=1e-3)
    np.testing.assert_allclose(path(Adam(**settings), gradients), expected, atol=1e-6)
    np.testing.assert_allclose(path(keras.optimizers.Adam(**settings), gradients), expected, atol=1e-6)


def test_adam_takes_the_sparse_gradient_of_an_embedding():
    table = keras.Variable(np.ones((3, 2), "float32"))
    optimizer = Adam(0.1)
    optimizer.build([table])
    optimizer.apply([tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]), tf.constant([3, 2]))], [table])
    np.testing.assert_allclose(table.numpy(), [[1, 1], [0.9, 0.9], [1, 1]], atol=1e-5)


def test_adam_refuses_amsgrad():
    with pytest.raises(ValueError, match="amsgrad"):
        Adam(amsgrad=True)


def test_divided_learning_rate():
    rate = DividedLearningRate()
    # log 1.000004 = 3.999992e-6. 125,000 updates: .1 e^-.499999 = .06065313; a million: .1 e^-3.999992 = .001831579;
    # four million: .1 e^-15.99997 = 1.1e-8, below the floor.
    by_hand = {0: 0.1, 1: 0.0999996, 125_000: 0.06065313, 1_000_000: 0.001831579, 4_000_000: 1e-6}
    for updates, expected in by_hand.items():
        assert float(rate(updates)) == pytest.approx(expected, rel=1e-5), updates
        assert float(rate(tf.constant(updates, tf.int64))) == pytest.approx(expected, rel=1e-5), updates
    assert float(DividedLearningRate(0.8, 2.0, 0.15)(2)) == pytest.approx(0.2)  # .8 / 2^2
    assert float(DividedLearningRate(0.8, 2.0, 0.15)(3)) == pytest.approx(0.15)  # .8 / 2^3 = .1, under the floor


@pytest.mark.parametrize(
    "optimizer",
    [
        RisingMomentumSGD(0.3, 0.4, 0.8, rising_steps=7, clipnorm=2.0, name="g"),
        RisingMomentumSGD(DividedLearningRate(0.2, 1.01, 1e-3), 0.5, 0.5, rising_steps=3),
        keras.optimizers.LossScaleOptimizer(RisingMomentumSGD(0.1, 0.5, 0.7, rising_steps=2), initial_scale=4.0),
    ],
)
def test_optimizer_round_trip(optimizer):
    twin = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert type(twin) is type(optimizer) and twin.get_config() == optimizer.get_config()
    np.testing.assert_array_equal(path(twin, normal(8, 3)), path(optimizer, normal(8, 3)))


def test_schedule_round_trip():
    schedule = DividedLearningRate(0.2, 1.01, 1e-3)
    twin = keras.optimizers.schedules.deserialize(keras.optimizers.schedules.serialize(schedule))
    assert type(twin) is DividedLearningRate and twin.get_config() == schedule.get_config()


def rates(*optimizers):
    return [float(optimizer.learning_rate) for optimizer in optimizers]


@pytest.fixture(params=["plain", "loss scaling"])
def pair(request):
    """G at .1 with SGD, D at .4 with Adam, built on one variable each."""
    optimizers = keras.optimizers.SGD(0.1), keras.optimizers.Adam(0.4)
    if request.param == "loss scaling":
        optimizers = tuple(keras.optimizers.LossScaleOptimizer(optimizer) for optimizer in optimizers)
    for optimizer in optimizers:
        optimizer.build([keras.Variable([1.0])])
    return optimizers


def test_players_keep_the_ratio_of_their_rates(pair):
    players = Players(*pair)
    assert float(players.learning_rate) == pytest.approx(0.1)
    for set_to, expected in ((0.05, 0.2), (1.0, 4.0), (1e-6, 4e-6), (0.1, 0.4)):
        players.learning_rate = set_to
        assert rates(players, *pair) == pytest.approx([set_to, set_to, expected], rel=1e-5)


def test_players_keep_the_ratio_through_zero(pair):
    """A warm-up begins at 0, and its next rate must find D's again."""
    players = Players(*pair)
    players.learning_rate = 0.0
    assert rates(*pair) == [0.0, 0.0]
    players.learning_rate = 0.05
    assert rates(*pair) == pytest.approx([0.05, 0.2], rel=1e-5)


@pytest.mark.parametrize("scheduled", [0, 1])
def test_players_with_a_schedule_refuse_a_rate_and_change_neither(scheduled):
    optimizers = [keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.4)]
    optimizers[scheduled] = keras.optimizers.SGD(DividedLearningRate(0.3))
    before = rates(*optimizers)
    with pytest.raises(TypeError, match="LearningRateSchedule"):
        Players(*optimizers).learning_rate = 0.05
    assert rates(*optimizers) == before


def test_players_own_no_state(pair):
    generator_optimizer, discriminator_optimizer = pair
    players = Players(*pair)
    assert [id(v) for v in players.variables] == [id(v) for o in pair for v in o.variables]
    store = {}
    players.save_own_variables(store)
    assert not store
    generator_optimizer.apply([tf.constant([1.0])])
    assert int(players.iterations) == int(generator_optimizer.iterations) == 1
    assert int(discriminator_optimizer.iterations) == 0


def test_players_round_trip():
    players = Players(RisingMomentumSGD(0.1), keras.optimizers.Adam(0.4, beta_1=0.5))
    twin = keras.optimizers.deserialize(keras.optimizers.serialize(players), custom_objects={"Players": Players})
    assert type(twin.generator_optimizer) is RisingMomentumSGD
    assert twin.get_config() == players.get_config()
    assert rates(twin, twin.discriminator_optimizer) == pytest.approx([0.1, 0.4])


def test_the_rate_that_falls_in_the_second_half():
    schedule = FallingSecondHalf(0.2, steps=100)
    assert [float(schedule(step)) for step in (0, 50, 75, 100, 130)] == pytest.approx([0.2, 0.2, 0.1, 0.0, 0.0])
    again = FallingSecondHalf.from_config(schedule.get_config())
    assert float(again(60)) == float(schedule(60)) == pytest.approx(0.16)


@pytest.mark.parametrize("size", [1.0, 1e-3, 1e-4])
def test_rmsprop_is_torchs_for_gradients_as_small_as_a_clipped_critics(size):
    """By hand, the first update: v = 0.01 g^2, so that w moves by rate g / (0.1 g + 1e-8), ten rates."""
    gradients = size * normal(5, 3)
    v, w, rows = np.zeros(3), np.zeros(3), []
    for gradient in gradients.astype("float64"):
        v = 0.99 * v + 0.01 * gradient**2
        w = w - 0.1 * gradient / (np.sqrt(v) + 1e-8)
        rows.append(w)
    found = path(torch_rmsprop(0.1), gradients, start=0.0)
    np.testing.assert_allclose(found, rows, atol=0.03)  # with Keras's epsilon 1e-8, w would hardly have moved


def test_adam_with_epsilon_under_the_root_is_the_authors_loop():
    """openai/improved-gan, nn.py, adam_updates, in NumPy; the gradients are as small as the root of epsilon."""
    gradients, rate, beta_1, beta_2 = 1e-4 * normal(6, 3), 0.01, 0.5, 0.999
    walked = path(AdamUnderRoot(rate, beta_1=beta_1, epsilon=1e-8), gradients)
    w, m, v = np.ones(3), np.zeros(3), np.zeros(3)
    for t, gradient in enumerate(gradients.astype("float64"), 1):
        m, v = beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2
        w = w - rate * (m / (1 - beta_1**t)) / np.sqrt(v / (1 - beta_2**t) + 1e-8)
        np.testing.assert_allclose(walked[t - 1], w, rtol=1e-6)
    # A first gradient of 1e-4 is a step of rate / sqrt(2), where epsilon beside the root would leave it whole.
    (first,) = path(AdamUnderRoot(rate, epsilon=1e-8), np.full((1, 1), 1e-4, "float32"))
    assert 1.0 - first[0] == pytest.approx(rate / 2**0.5, rel=1e-3)


def test_the_rate_falls_in_the_last_third():
    schedule = FallingLastThird(0.3, steps=90)
    assert [float(schedule(step)) for step in (0, 60, 75, 90, 95)] == pytest.approx(
        [0.3, 0.3, 0.15, 0.0, 0.0], abs=1e-7
    )
    assert FallingLastThird.from_config(schedule.get_config()).get_config() == schedule.get_config()


@pytest.mark.parametrize("options", [{"epsilon": 0.0}, {"beta_2": FallingSecondHalf(0.9, 10)}])
def test_adam_with_epsilon_under_the_root_says_what_it_takes(options):
    with pytest.raises(ValueError, match="takes epsilon > 0 and a constant beta_2"):
        AdamUnderRoot(**options)
