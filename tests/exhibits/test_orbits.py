"""The toy game of historical averaging: gradient descent orbits, and with the average it comes to the equilibrium."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import exhibits, penalties


def distance(way):
    return np.hypot(*(way - 1.0).T)


def test_two_steps_by_hand():
    # At (2, 0): f = 4, f' = 4; x moves by -.1 * 4 * (0 - 1) = .4, y by .1 * (4 - 1) = .3. In the second step the mean
    # is (2.2, .15), and the weight 1/2 takes .1 * 2 * 1/2 * (.2, .15) = (.02, .015) off: f = 5.76, f' = 4.8,
    # x: 2.4 + .1 * 4.8 * .7 - .02 = 2.716, y: .3 + .1 * 4.76 - .015 = .761.
    way = exhibits.orbit(weight=0.5, rate=0.1, steps=2)
    np.testing.assert_allclose(way, [[2, 0], [2.4, 0.3], [2.716, 0.761]], atol=1e-12)
    # Left of 0 f is the identity: x = -1 moves by -.1 * (3 - 1), y by .1 * (-1 - 1).
    np.testing.assert_allclose(exhibits.orbit(rate=0.1, steps=1, start=(-1.0, 3.0))[1], [-1.2, 2.8], atol=1e-12)


def test_gradient_descent_orbits_and_with_the_average_it_converges():
    plain, averaged = (distance(exhibits.orbit(weight, 0.01, 5000)) for weight in (0.0, 0.1))
    assert plain[2500:].min() > 0.9 and plain[4000:].max() > plain[:1000].max()  # it never comes near, and widens
    assert averaged[0] == pytest.approx(2**0.5) and averaged[4000:].max() < 0.005
    strong = distance(exhibits.orbit(1.0, 0.01, 5000))  # a stronger one slows the way there
    assert averaged[-1] < strong[-1] < 0.2


def test_it_is_what_the_penalty_gives():
    """The same way by the gradients of penalties.historical_averaging."""
    way = exhibits.orbit(weight=0.3, rate=0.05, steps=20)
    theta = [tf.Variable(2.0, dtype=tf.float64), tf.Variable(0.0, dtype=tf.float64)]
    seen = []
    for _ in range(20):
        seen.append([float(value) for value in theta])
        means = list(tf.constant(np.mean(seen, axis=0)))
        with tf.GradientTape(persistent=True) as tape:
            x, y = theta
            value = (tf.where(x < 0, x, x * x) - 1.0) * (y - 1.0)
            cost = 0.3 * penalties.historical_averaging(theta, means)
            players = value + cost, cost - value
        slopes = [tape.gradient(player, variable) for player, variable in zip(players, theta, strict=True)]
        for variable, slope in zip(theta, slopes, strict=True):
            variable.assign_sub(0.05 * slope)
    np.testing.assert_allclose([float(value) for value in theta], way[-1], atol=1e-9)


def test_the_picture_tells_where_each_way_ends():
    drawn = exhibits.historical_orbits(weights=(0.0, 0.1), steps=300)
    plane, distances = drawn.axes
    labels = [line.get_label() for line in distances.lines]
    ends = [distance(exhibits.orbit(weight, 0.01, 300))[-1] for weight in (0.0, 0.1)]
    assert labels == [f"no averaging: {ends[0]:.2g} at the end", f"weight 0.1: {ends[1]:.2g} at the end"]
    np.testing.assert_array_equal(plane.lines[0].get_xydata(), exhibits.orbit(0.0, 0.01, 300))


@pytest.mark.parametrize("options", [{"weight": -1.0}, {"steps": 0}, {"rate": 0.0}])
def test_an_orbit_without_sense_is_refused(options):
    with pytest.raises(ValueError, match="orbit needs"):
        exhibits.orbit(**options)
