"""Learning from few labels: the terms of both games by hand, what D's average and its statistics are, and that errors
fall. What every game owes is in test_games.py."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from reads import unordered_reads
from worker import IMAGE, pair, same, state

from keras_gan import EBGANLN, SemiSupervisedGAN, data
from keras_gan.evaluation.class_errors import score_errors
from keras_gan.evaluation.measure import measure_model
from keras_gan.networks import ladder, semi_supervised
from keras_gan.step import conditions
from keras_gan.step.turn import Turn

REAL, FAKE = tf.constant([[1.0], [3.0]]), tf.constant([[-1.0], [0.0]])
FEW, LABEL = tf.constant([[2.0], [0.0]]), tf.constant([1, 0])
LOG = np.log1p(np.exp(-1.0))  # sp(-1) = .313262


def dense(weights, name=None):
    return layers.Dense(
        len(weights), use_bias=False, kernel_initializer=keras.initializers.Constant([weights]), name=name
    )


def line(**options):
    """G(z) = z; f(x) = 2 x and l = (f/2, -f/2) = (x, -x)."""
    z, x = keras.Input((1,)), keras.Input((1,))
    f = dense([2.0], "f")(x)
    return SemiSupervisedGAN(
        keras.Model(z, dense([1.0])(z)), keras.Model(x, dense([0.5, -0.5])(f)), feature_layer="f", **options
    )


def terms_of(model):
    turn = Turn(model, REAL, (FEW, LABEL), model.seed_of(0))
    named = model.discriminator_terms(REAL, FAKE, turn) | model.generator_terms(REAL, FAKE, turn)
    return {name: float(value) for name, value in named.items()}


def softplus(x):
    return np.log1p(np.exp(x))


def test_the_terms_of_the_classifier_by_hand():
    # l = (x, -x): -log p_1 at x = 2 is log(1 + e^4), and -log p_0 at x = 0 is log 2; argmax is 0 in both rows.
    labelled = (softplus(4.0) + np.log(2.0)) / 2
    # log Z = log(e^x + e^-x) at 1, 3 (real) and -1, 0 (fake).
    real, fake = (np.log(np.exp(x) + np.exp(-x)) for x in (np.array([1.0, 3.0]), np.array([-1.0, 0.0])))
    unlabelled = 0.5 * np.mean(-real + softplus(real)) + 0.5 * np.mean(softplus(fake))  # as the authors' code has it
    expected = {"d_labelled": labelled, "d_unlabelled": unlabelled, "d_error": 0.5, "g_match": (4.0 - -1.0) ** 2}
    assert terms_of(line()) == pytest.approx(expected, rel=1e-5)
    assert terms_of(line(unlabelled_weight=0.25))["d_unlabelled"] == pytest.approx(0.25 * unlabelled, rel=1e-5)


def test_the_slope_of_the_unlabelled_term_is_that_of_the_classes_together():
    """d/dl_k of -log D(x) is -p_k (1 - D(x)), p the softmax: the K + 1 classes' softmax, whose last logit is 0."""
    logits = tf.constant([[0.3, -1.2, 0.8]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = tf.nn.softplus(-tf.reduce_logsumexp(logits, axis=1))
    whole = tf.nn.softmax(tf.concat([logits, [[0.0]]], 1))[0].numpy()
    np.testing.assert_allclose(tape.gradient(value, logits)[0], -tf.nn.softmax(logits)[0] * whole[3], rtol=1e-5)


def test_the_probability_of_the_real_is_z_by_z_plus_1():
    x = np.array([[1.0]], "float32")
    z = np.exp(1.0) + np.exp(-1.0)
    assert line().probability(x).item() == pytest.approx(z / (z + 1.0), rel=1e-5)
    assert line().classify(np.array([[1.0], [-1.0]])).tolist() == [0, 1]


def test_matched_means_are_means_over_the_units():
    z, x = keras.Input((1,)), keras.Input((1,))
    f = dense([1.0, 3.0], "f")(x)
    model = SemiSupervisedGAN(keras.Model(z, dense([1.0])(z)), keras.Model(x, layers.Dense(2)(f)), feature_layer="f")
    # Means of x are 2 and -1/2: differences 2.5 and 7.5 of the two units.
    assert terms_of(model)["g_match"] == pytest.approx((2.5**2 + 7.5**2) / 2, rel=1e-5)


def auto_encoder(**options):
    """G(z) = z; D gives back 0 and the logits (x, -x), the noisy ones (2 x, -2 x)."""
    z, x = keras.Input((1,)), keras.Input((1,))
    outputs = {
        "logits": dense([1.0, -1.0])(x),
        "noisy_logits": dense([2.0, -2.0])(x),
        "reconstruction": dense([0.0])(x),
        "costs": dense([1.0, 0.0])(x),
    }
    return EBGANLN(keras.Model(z, dense([1.0])(z)), keras.Model(x, outputs), **options)


def test_the_terms_of_the_ladder_by_hand():
    # Energies in [0, 1]: x^2 / 4: .25, 2.25 on real (mean 1.25), .25, 0 on fake; m = 1: (.75 + 1) / 2.
    expected = {
        "d_labelled": (softplus(8.0) + np.log(2.0)) / 2, "d_reconstruction": 3 * 1.25, "d_contrast": 3 * 0.875,
        "g_energy": 0.125, "margin": 1.0, "d_error": 0.5,
    }  # fmt: skip
    model = auto_encoder(margin=1.0, reconstruction_weight=3.0)
    assert terms_of(model) == pytest.approx(expected, rel=1e-5)
    assert set(model.terms) | set(model.measures) == set(expected)
    full = auto_encoder(margin=1.0, reconstruction_weight=3.0, layer_weights=(10.0, 1.0))
    assert terms_of(full) == pytest.approx(expected | {"d_denoising": 20.0}, rel=1e-5)  # costs 1 and 3, and none


def test_the_margin_falls_and_then_the_generator_rests():
    falling = keras.optimizers.schedules.PolynomialDecay(16.0, 4, 0.0)
    model = auto_encoder(margin=falling)
    shown = []
    for step in (0, 1, 4, 9):
        model.steps.assign(step)
        shown.append((terms_of(model)["margin"], bool(model.moves(model.generator))))
    assert shown == [(16.0, True), (12.0, True), (0.0, False), (0.0, False)]
    assert terms_of(model)["d_contrast"] == terms_of(model)["g_energy"] == 0.0
    assert model.moves(model.discriminator) is True
    assert EBGANLN.from_config(model.get_config()).margin.get_config() == falling.get_config()


def laddered(**options):
    keras.utils.set_random_seed(0)
    return EBGANLN(pair()[0], ladder.discriminator(IMAGE, 10, (12,)), **options)


def batches(**options):
    return data.load("digits", batch_size=50, labelled=100, seed=1, **options)


def test_a_bare_ladder_has_no_fakes():
    """With a margin of 0 the generator never moves, and what it makes changes nothing."""
    learnt = []
    for seed in (0, 1):
        model = laddered(margin=0.0)
        model.generator.set_weights([w + seed for w in model.generator.get_weights()])
        before = model.generator.get_weights()
        model.compile(run_eagerly=True)
        model.fit(batches(), steps_per_epoch=2, verbose=0)
        assert all(np.array_equal(a, b) for a, b in zip(before, model.generator.get_weights(), strict=True))
        learnt.append(model.discriminator.get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*learnt, strict=True))


def test_only_the_samples_of_all_rows_move_the_clean_encoders_statistics():
    """Neither fakes nor the few that have a label: the statistics are those of Rasmus's clean pass."""
    model = laddered(margin=5.0)
    real, condition = conditions.unpack(next(iter(batches())), model)
    turn = Turn(model, real, condition, model.seed_of(0))
    turn.generate()
    model.discriminator_terms(real, turn.fake, turn)
    model.generator_terms(real, turn.fake, turn)
    h = (real.numpy().reshape(50, -1) + 1) / 2 @ model.discriminator.get_layer("w1").get_weights()[0]
    mean, variance = model.discriminator.get_layer("clean1").get_weights()
    np.testing.assert_allclose(mean, 0.01 * h.mean(axis=0), rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(variance, 0.99 + 0.01 * h.var(axis=0, ddof=1), rtol=1e-4)


def classifier(**options):
    keras.utils.set_random_seed(0)
    return SemiSupervisedGAN(
        pair()[0], semi_supervised.discriminator(IMAGE, 10, (40, 20), 0.1, 0.1), discriminator_decay=0.9, **options
    )


GAMES = {
    "classifier": classifier,
    "ladder": lambda **options: laddered(margin=keras.optimizers.schedules.PolynomialDecay(9.0, 4, 0.0), **options),
}


@pytest.mark.parametrize("name", GAMES)
def test_a_restart_within_half_labelled_data_is_exact(name, tmp_path):
    """Six steps are three, a file, and three: the second half of the ladder's has no fakes any more."""
    whole, half = GAMES[name](seed=2), GAMES[name](seed=2)
    for model, steps in ((whole, 6), (half, 3)):
        model.compile(run_eagerly=True)
        model.fit(batches(), steps_per_epoch=steps, verbose=0)
    half.save(tmp_path / "game.keras")
    again = keras.models.load_model(tmp_path / "game.keras")
    again.fit(batches(), steps_per_epoch=3, verbose=0)
    assert not same(state(whole), state(again))
    test = data.images_of(data.read("digits", split="test"))
    np.testing.assert_array_equal(whole.classify(test), again.classify(test))


def test_the_average_of_the_discriminator_is_what_classifies():
    model = classifier()
    model.compile(run_eagerly=True)
    seen = []
    for _ in range(3):
        model.fit(batches(), steps_per_epoch=1, verbose=0)
        seen.append(model.discriminator.get_weights()[0])
    first = classifier().discriminator.get_weights()[0]
    expected = first
    for t, now in enumerate(seen):
        expected = expected + (1 - min(0.9, (t + 1) / (t + 10))) * (now - expected)
    np.testing.assert_allclose(model.average_discriminator.get_weights()[0], expected, atol=1e-6)
    test = data.read("digits", split="test")
    logits = model.average_discriminator(data.images_of(test), training=False)
    np.testing.assert_array_equal(model.classify(test.values), np.argmax(logits, axis=1))


def test_the_ladders_step_is_ordered_also_where_fakes_come_to_an_end():
    """Statistics and states of noise are written in a step, the latter within a branch."""
    model = GAMES["ladder"]()
    model.compile()
    images = np.zeros((8, *IMAGE), "float32")
    assert not unordered_reads(model, images, np.zeros(8, "int32"))


@pytest.mark.parametrize("name", GAMES)
def test_errors_fall_and_evaluate_counts_them(name):
    model = GAMES[name]()
    model.compile(*(keras.optimizers.Adam(0.003) for _ in range(2)))
    (before,) = score_errors(model, "digits")
    model.fit(batches(), steps_per_epoch=120, verbose=0)
    (after,) = score_errors(model, "digits")
    assert after.name == "errors@297" and after.protocol.real == "digits test 8x8x1"
    assert after.value < 100 < before.value and after.plus_minus == pytest.approx(
        np.sqrt(after.value * (1 - after.value / 297))
    )
    assert "errors" in {score.protocol.metric for score in measure_model(model, "digits", 200)}


def test_labels_are_asked_for_in_one_sentence():
    model = classifier()
    model.compile()
    images, small = np.zeros((8, *IMAGE), "float32"), np.zeros((8, 4, 4, 1), "float32")
    for given, named in (
        ((images,), "learns from labels, too"),
        ((images, np.full(8, 10)), "Labels must be 0 to 9"),
        ((tf.data.Dataset.from_tensors((images, (small, np.zeros(8, int)))),), "the shape of the others"),
    ):
        with pytest.raises(ValueError, match=named) as caught:
            model.fit(*given)
        assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(ValueError, match="discriminator_decay must lie in"):
        line(discriminator_decay=1.0)
