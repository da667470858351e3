"""Penalties against numbers worked out by hand, and their own gradients."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import penalties

W = tf.Variable([[3.0], [4.0]])


def linear(x):
    """f(x) = 3 x_1 + 4 x_2: its slope is (3, 4), of norm 5, everywhere."""
    return tf.matmul(x, W)


def quadratic(x):
    """f(x) = x^2 / 2 summed over a row: its slope at x is x."""
    return 0.5 * tf.reduce_sum(tf.square(x), axis=list(range(1, x.shape.rank)), keepdims=True)


REAL, FAKE = tf.constant([[1.0, 0.0], [0.0, 2.0]]), tf.constant([[0.0, 0.0], [0.0, -2.0]])


def test_gradient_penalty_by_hand():
    # A linear critic pays (5 - 1)^2 = 16 wherever it is asked, and (5 - 0)^2 = 25 with target 0.
    assert float(penalties.gradient_penalty(linear, REAL, FAKE, tf.zeros([2, 1]))) == pytest.approx(16.0, rel=1e-5)
    assert float(penalties.gradient_penalty(linear, REAL, FAKE, tf.zeros([2, 1]), 0.0)) == pytest.approx(25.0, rel=1e-5)


def test_gradient_penalty_is_taken_on_the_straight_line():
    # x~ = e x + (1 - e) G: (.25, 0) of norm 1/4 and .75 * 2 - .25 * 2 = 1 of norm 1: ((1/4 - 1)^2 + 0)/2 = 9/32.
    epsilon = tf.constant([[0.25], [0.75]])
    assert float(penalties.gradient_penalty(quadratic, REAL, FAKE, epsilon)) == pytest.approx(9 / 32, rel=1e-5)


def test_the_gradient_of_the_gradient_penalty():
    # (|w| - 1)^2 has the gradient 2 (|w| - 1) w / |w| = 2 * 4 * (3, 4)/5 = (4.8, 6.4).
    with tf.GradientTape() as tape:
        penalty = penalties.gradient_penalty(linear, REAL, FAKE, tf.zeros([2, 1]))
    np.testing.assert_allclose(np.ravel(tape.gradient(penalty, W)), [4.8, 6.4], rtol=1e-5)


def test_a_flat_critic_has_a_finite_gradient():
    flat = tf.Variable(tf.zeros([2, 1]))
    with tf.GradientTape() as tape:
        penalty = penalties.gradient_penalty(lambda x: tf.matmul(x, flat), REAL, FAKE, tf.zeros([2, 1]))
    assert float(penalty) == pytest.approx(1.0, abs=1e-5) and np.isfinite(tape.gradient(penalty, flat)).all()


def test_zero_centred_by_hand():
    # 1/2 * 25 for the linear critic; for the quadratic one the mean of 1/2 |x|^2: (1 + 4)/2 / 2 = 1.25.
    assert float(penalties.zero_centred(linear, REAL)) == pytest.approx(12.5)
    assert float(penalties.zero_centred(quadratic, REAL)) == pytest.approx(1.25)
    with tf.GradientTape() as tape:
        penalty = penalties.zero_centred(linear, REAL)
    np.testing.assert_allclose(np.ravel(tape.gradient(penalty, W)), [3.0, 4.0], rtol=1e-6)  # 1/2 |w|^2 -> w


def test_slopes_of_images_and_patches_are_those_of_one_sample():
    images = tf.reshape(tf.range(1.0, 9.0), [2, 2, 2, 1])
    # f = x^2 / 2 at each of four places: patches [2, 2, 2, 1], whose sum is the sample's score.
    squares = penalties.squared_slopes(lambda x: 0.5 * tf.square(x), images)
    np.testing.assert_allclose(squares, [1 + 4 + 9 + 16, 25 + 36 + 49 + 64])


def test_pulling_away_by_hand():
    # Cosines: (1, 0).(0, 1) = 0, (1, 0).(1, 1)/sqrt 2 = .7071, (0, 1).(1, 1)/sqrt 2 = .7071; squares 0, 1/2, 1/2, each
    # for two ordered pairs of six: (0 + 1/2 + 1/2) * 2 / 6 = 1/3. The lengths do not matter.
    codes = tf.constant([[1.0, 0.0], [0.0, 5.0], [2.0, 2.0]])
    assert float(penalties.pulling_away(codes)) == pytest.approx(1 / 3, rel=1e-6)
    assert float(penalties.pulling_away(tf.ones([4, 3]))) == pytest.approx(1.0, rel=1e-6)
    assert float(penalties.pulling_away(tf.eye(3))) == pytest.approx(0.0, abs=1e-7)


def test_opposite_codes_are_pulled_away_too_and_dead_ones_are_harmless():
    assert float(penalties.pulling_away(tf.constant([[1.0, 0.0], [-3.0, 0.0]]))) == pytest.approx(1.0)
    codes = tf.Variable(tf.zeros([3, 2]))
    with tf.GradientTape() as tape:
        value = penalties.pulling_away(codes)
    assert float(value) == 0.0 and np.isfinite(tape.gradient(value, codes)).all()


def test_paired_features_by_hand():
    # |d| = 0.5 and 1.5 in the first row: 0.25 + (1.5 - 0.25); the second is not rejected; 0.1 and 0 in the third.
    fake = tf.constant([[1.0, 2.0], [9.0, 9.0], [0.1, 4.0]])
    real = tf.constant([[0.5, 3.5], [0.0, 0.0], [0.0, 4.0]])
    value = float(penalties.paired_features(fake, real, tf.constant([True, False, True])))
    assert value == pytest.approx((1.5 + 0.01) / 6, rel=1e-6)
    assert float(penalties.paired_features(fake, fake, tf.ones(3))) == 0.0


def test_slopes_of_paired_features_are_clipped_and_of_rejected_fakes_alone():
    # 2 d clipped to [-1, 1], over the 2n = 4 rows of the batch: d = 0.25, -3 in the row that D rejects.
    fake, real = tf.constant([[0.25, -3.0], [5.0, 5.0]]), tf.zeros([2, 2])
    with tf.GradientTape() as tape:
        tape.watch([fake, real])
        value = penalties.paired_features(fake, real, tf.constant([True, False]))
    np.testing.assert_allclose(tape.gradient(value, fake), [[0.125, -0.25], [0.0, 0.0]], rtol=1e-6)


def test_feature_matching_by_hand():
    # Means of the real features: (2, 0), of the fake ones: (0, 1); ||(2, -1)||^2 = 5, whatever their numbers.
    real, fake = tf.constant([[1.0, 0.0], [3.0, 0.0]]), tf.Variable([[0.0, 4.0], [0.0, -1.0], [0.0, 0.0]])
    with tf.GradientTape() as tape:
        value = penalties.feature_matching(real, fake)
    assert float(value) == pytest.approx(5.0)
    # 2 (E f(G) - E f(x)) / n = 2 (-2, 1) / 3 for each of three rows.
    np.testing.assert_allclose(tape.gradient(value, fake), np.tile([-4 / 3, 2 / 3], (3, 1)), rtol=1e-6)
    maps = tf.reshape(real, [2, 1, 2, 1]), tf.reshape(fake, [3, 1, 2, 1])
    assert float(penalties.feature_matching(*maps)) == pytest.approx(5.0)


def test_historical_averaging_by_hand():
    # (1 - 3)^2 + (2 - 2)^2 + (5 - 4)^2 = 5, and the gradient is 2 (theta - mean), also where the mean is theta itself.
    values = [tf.Variable([1.0, 2.0]), tf.Variable([[5.0]])]
    means = [tf.constant([3.0, 2.0]), tf.constant([[4.0]])]
    with tf.GradientTape(persistent=True) as tape:
        value = penalties.historical_averaging(values, means)
        nothing = penalties.historical_averaging(values, values)
    assert (float(value), float(nothing)) == (pytest.approx(5.0), 0.0)
    for slope, expected in zip(tape.gradient(value, values), ([-4, 0], [[2]]), strict=True):
        np.testing.assert_allclose(slope, expected)
    assert not np.any(tape.gradient(nothing, values)[0])
