"""Dirac-GAN: the formulas against automatic differentiation of this library's losses, and what converges."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import exhibits, losses, plots
from keras_gan.exhibits import dirac

POINTS = [(1.0, 1.0), (-0.7, 1.3), (0.4, -1.6), (-1.2, -0.3)]
ARRIVE = ("instance_noise", "zero_centred", "critical", "consensus", "non_saturating_zero_centred")
CIRCLE = ("gan", "wgan", "wgan_gp")
LAST = dirac.ROUNDS // 10


def squared_slope(psi):
    return 0.5 * 0.3 * psi**2  # gamma/2 |dD/dx|^2, gamma 0.3


# What each player minimises, by the losses of the library: name, D's, G's, D's penalty.
OBJECTIVES = [
    ("gan", losses.minimax_discriminator, losses.minimax_generator, None),
    ("non_saturating", losses.non_saturating_discriminator, losses.non_saturating_generator, None),
    ("wgan", losses.wasserstein_discriminator, losses.wasserstein_generator, None),
    (
        "wgan_gp",
        losses.wasserstein_discriminator,
        losses.wasserstein_generator,
        lambda psi: 0.35 * (abs(psi) - 1.0) ** 2,
    ),
    ("zero_centred", losses.minimax_discriminator, losses.minimax_generator, squared_slope),
    ("critical", losses.minimax_discriminator, losses.minimax_generator, lambda psi: 0.5 * psi**2),
    (
        "non_saturating_zero_centred",
        losses.non_saturating_discriminator,
        losses.non_saturating_generator,
        squared_slope,
    ),
]


def descent(discriminator, generator, penalty, theta, psi, noise=0.0, weights=1.0):
    """(theta', psi') = minus the gradients of both losses; the paper's D is high on samples, so the logit is -psi x."""
    theta, psi = tf.constant(theta), tf.constant(psi)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([theta, psi])
        real, fake = -psi * noise, -psi * (theta + noise)
        d = discriminator(real, fake) + (0.0 if penalty is None else penalty(psi))
        g = generator(fake)
    return -float(tape.gradient(g, theta)), -float(tape.gradient(d, psi))


@pytest.mark.parametrize("name, discriminator, generator, penalty", OBJECTIVES, ids=[case[0] for case in OBJECTIVES])
def test_fields_are_the_gradients_of_the_losses(name, discriminator, generator, penalty):
    for theta, psi in POINTS:
        expected = descent(discriminator, generator, penalty, theta, psi)
        np.testing.assert_allclose(dirac.GAMES[name].field(theta, psi), expected, rtol=1e-5, atol=1e-6)


def test_instance_noise_is_the_mean_over_noise():
    # 20,000 equally likely quantiles of N(0, 0.7^2) stand for the expectation
    from scipy.stats import norm

    noise = 0.7 * norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    for theta, psi in POINTS:
        expected = descent(
            losses.minimax_discriminator, losses.minimax_generator, None, theta, psi, tf.constant(noise, tf.float32)
        )
        np.testing.assert_allclose(dirac.GAMES["instance_noise"].field(theta, psi), expected, atol=1e-3)


def test_consensus_goes_down_the_square_of_the_gans_field():
    for theta, psi in POINTS:
        values = tf.constant([theta, psi], tf.float64)
        with tf.GradientTape() as outer:
            outer.watch(values)
            with tf.GradientTape() as inner:
                inner.watch(values)
                value = tf.math.log_sigmoid(values[0] * values[1])  # f(psi theta)
            field = tf.constant([-1.0, 1.0], tf.float64) * inner.gradient(value, values)
            square = 0.5 * tf.reduce_sum(field**2)
        expected = field - outer.gradient(square, values)  # gamma 1
        np.testing.assert_allclose(dirac.GAMES["consensus"].field(theta, psi), expected, rtol=1e-10)


def test_fields_take_arrays():
    theta, psi = np.array(POINTS).T
    for game in dirac.GAMES.values():
        together = np.stack(game.field(theta, psi), axis=1)
        np.testing.assert_allclose(together, [game.field(*point) for point in POINTS], rtol=1e-12)


@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 2.0])
def test_eigenvalues_of_the_penalised_game(gamma):
    """-gamma/2 +- sqrt(gamma^2/4 - f'(0)^2), f'(0) = 1/2."""
    root = np.sqrt(complex(gamma**2 / 4 - 1 / 4))
    expected = sorted([-gamma / 2 - root, -gamma / 2 + root], key=lambda value: (value.real, value.imag))
    found = dirac.eigenvalues(dirac.Game("", dirac.with_penalty(dirac.gan, gamma)))
    # At gamma = 1 the two are one: a root of an error of 1e-9 is 3e-5.
    np.testing.assert_allclose(sorted(found, key=lambda value: (value.real.round(6), value.imag)), expected, atol=1e-4)


def test_gamma_1_is_critical():
    """The slower of the two modes decays fastest there: a smaller gamma oscillates, a larger one creeps."""
    gammas = np.linspace(0.1, 2.0, 20)
    slowest = [dirac.eigenvalues(dirac.Game("", dirac.with_penalty(dirac.gan, gamma))).real.max() for gamma in gammas]
    assert gammas[np.argmin(slowest)] == pytest.approx(1.0) and min(slowest) == pytest.approx(-0.5, abs=1e-4)


def test_eigenvalues_of_the_others():
    for name in ("gan", "non_saturating"):  # +- f'(0) i: neither towards the solution nor away from it
        np.testing.assert_allclose(sorted(dirac.eigenvalues(dirac.GAMES[name]).imag), [-0.5, 0.5], atol=1e-6)
        np.testing.assert_allclose(dirac.eigenvalues(dirac.GAMES[name]).real, 0, atol=1e-6)
    # f''(0) sigma^2 +- sqrt(f''(0)^2 sigma^4 - f'(0)^2): -0.49 / 4 +- ...
    noisy = dirac.eigenvalues(dirac.GAMES["instance_noise"])
    np.testing.assert_allclose(noisy.real, -0.1225, atol=1e-6)
    np.testing.assert_allclose(np.abs(noisy.imag), np.sqrt(0.25 - 0.1225**2), atol=1e-6)
    # -gamma f'(0)^2 +- f'(0) i
    np.testing.assert_allclose(dirac.eigenvalues(dirac.GAMES["consensus"]).real, -0.25, atol=1e-6)


@pytest.mark.parametrize("name", ARRIVE)
@pytest.mark.parametrize("updates", dirac.UPDATES)
def test_noise_penalties_and_consensus_converge(name, updates):
    if (name, updates) == ("consensus", "alternating5"):
        pytest.skip("from (1, 1) five steps at a time take D to where the field is flat: the next test")
    path = dirac.trajectory(dirac.GAMES[name], updates)
    assert path.shape == (501, 2) and path[0].tolist() == [1.0, 1.0]
    assert np.hypot(*path[-LAST:].T).max() < 1e-3


def test_consensus_converges_locally():
    """It lowers |v|, which is low far away too: five steps at a time take D there, unless the start is nearer."""
    game = dirac.GAMES["consensus"]
    assert np.hypot(*dirac.trajectory(game, "alternating5")[-1]) > 5
    assert np.hypot(*dirac.trajectory(game, "alternating5", start=(0.7, 0.7))[-1]) < 1e-3


@pytest.mark.parametrize("name", CIRCLE)
@pytest.mark.parametrize("updates", dirac.UPDATES)
def test_gan_wgan_and_wgan_gp_do_not(name, updates):
    path = dirac.trajectory(dirac.GAMES[name], updates)
    assert np.hypot(*path[-LAST:].T).min() > 0.4


def test_non_saturating_gan_comes_nearer_ever_more_slowly():
    for updates in dirac.UPDATES:
        distance = np.hypot(*dirac.trajectory(dirac.GAMES["non_saturating"], updates).T)
        assert 0.1 < distance[-LAST:].mean() < 0.7 < distance[:LAST].mean()


def test_the_turns_by_hand():
    # (1, 1), field of WGAN (-psi, theta): at once (1 - .2, 1 + .2); D first: psi 1.2, then theta 1 - .2 * 1.2.
    game = dirac.Game("", dirac.wasserstein)
    np.testing.assert_allclose(dirac.trajectory(game, "simultaneous", 1)[1], [0.8, 1.2])
    np.testing.assert_allclose(dirac.trajectory(game, "alternating", 1)[1], [0.76, 1.2])
    np.testing.assert_allclose(dirac.trajectory(game, "alternating5", 1)[1], [0.6, 2.0])
    assert dirac.trajectory(dirac.GAMES["wgan"], "alternating5", 1)[1].tolist() == [0.8, 1.0]  # clipped at 1
    with pytest.raises(ValueError, match="simultaneous, alternating, alternating5; got 'never'"):
        dirac.trajectory(game, "never")


def test_the_picture_has_a_panel_for_each_game_and_says_what_arrives(tmp_path):
    drawn = exhibits.dirac_games()
    assert len(drawn.axes) == 9
    outcomes = {name: axes.texts[0].get_text() for name, axes in zip(dirac.GAMES, drawn.axes, strict=True)}
    assert {name for name, outcome in outcomes.items() if outcome.startswith("arrives")} == set(ARRIVE)
    plots.save(drawn, tmp_path / "dirac.png", dpi=40)
