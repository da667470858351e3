"""Improved GAN: its terms by hand, its history, and what of it compares samples. What every game owes is in
test_games.py."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from worker import IMAGE, pair, same, state

from keras_gan import GAN, WGANGP, ImprovedGAN, penalties
from keras_gan.augmentation import DiffAugment
from keras_gan.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_gan.step.turn import Turn

IMAGES = np.random.default_rng(0).uniform(-1, 1, (32, *IMAGE)).astype("float32")
REAL, FAKE = tf.constant([[1.0], [3.0]]), tf.constant([[-1.0], [0.0]])


def constant(factor, name):
    return layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(factor), name=name)


def line(**options):
    """G(z) = z and D(x) = 2 x, by way of f(x) = 4 x."""
    z, x = keras.Input((1,)), keras.Input((1,))
    score = constant(0.5, "score")(constant(4.0, "f")(x))
    return ImprovedGAN(keras.Model(z, constant(1.0, "g")(z)), keras.Model(x, score), **options)


def terms_of(model):
    turn = Turn(model, None, None, model.seed_of(0))
    named = model.discriminator_terms(REAL, FAKE, turn) | model.generator_terms(REAL, FAKE, turn)
    return {name: float(value) for name, value in named.items()}


# Scores: real 2, 6; fake -2, 0. sp(-2) = .126928, sp(-6) = .002476, sp(0) = .693147, sp(2) = 2.126928.
PLAIN = {"d_real_fake": (0.126928 + 0.002476) / 2 + (0.126928 + 0.693147) / 2, "g_fool": (2.126928 + 0.693147) / 2}


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, PLAIN),
        # sp(a) - sp(-a) = a: a tenth of the mean logit, .1 (2 + 6)/2 = .4, is added.
        ({"real_target": 0.9}, PLAIN | {"d_real_fake": PLAIN["d_real_fake"] + 0.4}),
        # E f is 4 (1 + 3)/2 = 8 on real and 4 (-1 + 0)/2 = -2 on fake: 10^2.
        ({"feature_layer": "f"}, {"d_real_fake": PLAIN["d_real_fake"], "g_match": 100.0}),
    ],
)
def test_terms_by_hand(options, expected):
    model = line(**options)
    assert terms_of(model) == pytest.approx(expected, abs=2e-6) and set(model.terms) == set(expected)


def test_history_by_hand():
    model = line(history_weight=0.5)
    assert model.terms == ("d_real_fake", "g_fool", "d_history", "g_history")
    # theta_D = (4, 1/2) against (3, 1): 1 + 1/4, times 1/2; theta_G = 1 against -1: 4, times 1/2.
    for mean, value in zip(model.past["discriminator"] + model.past["generator"], (3.0, 1.0, -1.0), strict=True):
        mean.assign([[value]])
    assert terms_of(model) == pytest.approx(PLAIN | {"d_history": 0.625, "g_history": 2.0}, abs=2e-6)


def remembering(**options):
    model = ImprovedGAN(*pair(), history_weight=0.5, **options)
    model.compile(keras.optimizers.SGD(0.3), keras.optimizers.SGD(0.2))
    return model


@pytest.mark.parametrize("steps_before", [0, 7])
def test_the_mean_is_that_of_the_parameters_at_the_beginning_of_every_step(steps_before):
    """A preset has the number of its steps, but no history: the first step of a training has nothing to pay."""
    model, seen, shown = remembering(), {"generator": [], "discriminator": []}, []
    model.steps.assign(steps_before)
    for _ in range(4):
        for player, values in seen.items():
            values.append(getattr(model, player).get_weights())
        shown.append(model.fit(IMAGES, batch_size=32, verbose=0).history["g_history"][0])
    for player, values in seen.items():
        for mean, *over_time in zip(model.past[player], *values, strict=True):
            np.testing.assert_allclose(mean, np.mean(over_time, axis=0), atol=1e-6)
    # In the second step the mean lies halfway: w |theta_2 - (theta_1 + theta_2)/2|^2 = w/4 |theta_2 - theta_1|^2.
    first, second = seen["generator"][:2]
    moved = sum(np.square(two - one).sum() for one, two in zip(first, second, strict=True))
    assert shown[:2] == pytest.approx([0.0, 0.5 / 4 * moved], rel=1e-4) and moved > 1e-6


def test_history_holds_the_players_back():
    ways = []
    for weight in (0.0, 1.0):
        model = ImprovedGAN(*pair(), history_weight=weight)
        model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
        start = model.discriminator.get_weights()
        model.fit(IMAGES, batch_size=4, shuffle=False, epochs=3, verbose=0)
        ways.append(sum(np.square(a - b).sum() for a, b in zip(start, model.discriminator.get_weights(), strict=True)))
    assert ways[1] < 0.8 * ways[0]


def test_without_a_weight_no_history_is_kept():
    kept = [model.count_params() for model in (GAN(*pair()), ImprovedGAN(*pair()), remembering())]
    players = sum(player.count_params() for player in pair())
    assert kept[0] == kept[1] and kept[2] == kept[0] + players + 1  # and the count of times
    assert ImprovedGAN(*pair()).past == {"discriminator": [], "generator": []}


def test_the_plain_game_is_goodfellows():
    """The same weights, noise and data: bit for bit."""
    states = []
    for game in (GAN, ImprovedGAN):
        model = game(*pair(), real_target=0.9, seed=3)
        model.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01))
        model.fit(IMAGES, batch_size=8, shuffle=False, verbose=0)
        states.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    np.testing.assert_array_equal(*states)


def test_only_the_generator_matches_features():
    model = line(feature_layer="f")
    turn = Turn(model, None, None, model.seed_of(0))
    z = tf.constant([[-1.0], [0.0]])
    with tf.GradientTape() as tape:
        value = model.generator_terms(REAL, model.generator(z), turn)["g_match"]
    # (8 - 4 g mean z)^2 has the slope 2 (8 + 2 g) 2 = 40 at g = 1.
    assert float(tape.gradient(value, model.generator.trainable_variables)[0][0, 0]) == pytest.approx(40.0)


def conditional(**options):
    generator, discriminator = pair(classes=3)
    name = next(layer.name for layer in discriminator.layers if isinstance(layer, layers.LeakyReLU))
    return ImprovedGAN(generator, discriminator, classes=3, feature_layer=name, **options)


def test_features_of_a_conditional_discriminator():
    model = conditional()
    model.compile()
    history = model.fit(IMAGES, np.arange(32) % 3, verbose=0).history
    assert set(history) == {"d_real_fake", "g_match"} and history["g_match"][0] > 0


def test_features_are_those_of_what_the_discriminator_sees():
    model = comparing(feature_layer="f", augmentation=DiffAugment())
    real, fake = tf.constant(IMAGES[:4]), tf.constant(IMAGES[4:8])
    for training in (True, False):
        turn = Turn(model, None, None, model.seed_of(0), training)
        seen = [model.features(turn.augmented(x)) for x in (real, fake)]
        matched = model.generator_terms(real, fake, turn)["g_match"]
        assert float(matched) == pytest.approx(float(penalties.feature_matching(*seen)), rel=1e-5)
        plain = penalties.feature_matching(model.features(real), model.features(fake))
        assert (abs(float(matched - plain)) > 1e-4) == training


def comparing(**options):
    """A game whose D compares the samples of a minibatch."""
    keras.utils.set_random_seed(0)
    x = images = keras.Input(IMAGE)
    x = layers.Dense(8, "relu", name="f")(layers.Flatten()(x))
    x = MinibatchDiscrimination(4, 2)(x)
    return ImprovedGAN(pair()[0], keras.Model(images, layers.Dense(1)(x), name="discriminator"), **options)


def test_a_discriminator_that_compares_samples_has_real_and_fake_in_two_passes():
    model = comparing()
    assert model.mixes_samples and not ImprovedGAN(*pair()).mixes_samples
    turn = Turn(model, None, None, model.seed_of(0))
    real, fake = tf.constant(IMAGES[:4]), tf.constant(IMAGES[4:8])
    together = tf.split(model.discriminator(tf.concat([real, fake], 0)), 2)
    for half, alone, mixed in zip(turn.both(real, fake), (real, fake), together, strict=True):
        np.testing.assert_allclose(half, model.discriminator(alone), atol=1e-6)
        assert np.abs(half - mixed).max() > 1e-4


def test_a_gradient_penalty_refuses_it():
    with pytest.raises(ValueError, match="minibatch discrimination"):
        WGANGP(pair()[0], comparing().discriminator)


def test_everything_at_once_is_resumed_exactly(tmp_path):
    def made():
        model = comparing(feature_layer="f", history_weight=0.1, real_target=0.9, average_decay=0.9, seed=5)
        model.compile()
        return model

    whole, half = made(), made()
    for model, epochs in ((whole, 2), (half, 1)):
        model.fit(IMAGES, batch_size=16, shuffle=False, epochs=epochs, verbose=0)
    half.save(tmp_path / "game.keras")
    again = keras.models.load_model(tmp_path / "game.keras")
    again.fit(IMAGES, batch_size=16, shuffle=False, verbose=0)
    assert not same(state(whole), state(again))
    assert float(again.times) == 4.0 and np.abs(again.past["generator"][0]).max() > 0


@pytest.mark.parametrize(
    "options, named",
    [({"feature_layer": "conv_9"}, "conv_9"), ({"history_weight": -1.0}, "history_weight"), ({"real_target": 0}, "1")],
)
def test_bad_options_are_named_in_one_sentence(options, named):
    with pytest.raises(ValueError, match=named) as caught:
        ImprovedGAN(*pair(), **options)
    assert len(str(caught.value).splitlines()) == 1
