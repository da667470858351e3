"""The step: who moves, when, by which gradient, and what is logged."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from worker import game, noise_states, pair, same, state

from keras_gan import GAN, AdversarialModel
from keras_gan.sampling import latents
from keras_gan.step import replicas

IMAGES = np.random.default_rng(0).uniform(-1, 1, (64, 8, 8, 1)).astype("float32")


def trainable(player):
    return [v.numpy() for v in player.trainable_variables]


def equal(one, other):
    return [a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True)]


class Observed(GAN):
    """Notes, outside of any graph, the players after each update of D, and what each turn was given."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.seen = {"players": [], "real": [], "fake": [], "values": []}

    def constrain(self):
        self.seen["players"].append((trainable(self.generator), trainable(self.discriminator)))

    def discriminator_terms(self, real, fake, turn):
        named = super().discriminator_terms(real, fake, turn)
        self.seen["real"].append(real.numpy())
        self.seen["fake"].append(fake.numpy())
        self.seen["values"].append(float(named["d_real_fake"]))
        return named

    def generator_terms(self, real, fake, turn):
        self.seen["fake"].append(fake.numpy())
        return super().generator_terms(real, fake, turn)


def observed(pair_options=None, **options):
    model = Observed(*pair(**(pair_options or {})), **options)
    model.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.02), run_eagerly=True)
    return model


@pytest.mark.parametrize("normalised", [False, True])
def test_each_turn_moves_its_own_player_by_exactly_the_other_by_nothing(normalised):
    model = observed({"dropout": 0.3, "normalised": normalised}, discriminator_steps=3)
    generator, discriminator = trainable(model.generator), trainable(model.discriminator)
    model.fit(IMAGES[:48], batch_size=48, verbose=0)
    assert len(model.seen["players"]) == 3
    for seen_generator, seen_discriminator in model.seen["players"]:
        assert all(equal(seen_generator, generator))
        assert not any(equal(seen_discriminator[:1], discriminator[:1]))
        discriminator = seen_discriminator
    assert all(equal(trainable(model.discriminator), discriminator))
    assert not any(equal(trainable(model.generator)[:1], generator[:1]))


def test_five_updates_of_the_discriminator_to_one_of_the_generator():
    model = game(discriminator_steps=5)
    model.fit(IMAGES[:60], batch_size=20, epochs=2, verbose=0)
    assert int(model.steps) == int(model.generator_optimizer.iterations) == 6
    assert int(model.discriminator_optimizer.iterations) == 30


def test_turns_get_fresh_data_and_fresh_noise():
    """The k minibatches are the rows t, t + k, t + 2k, ... of the batch, and no two turns share their z."""
    model = observed(discriminator_steps=4)
    model.fit(IMAGES, batch_size=64, shuffle=False, epochs=2, verbose=0)
    for turn in range(4):
        np.testing.assert_array_equal(model.seen["real"][turn], IMAGES[turn::4])
    fakes = np.stack([fake.ravel() for fake in model.seen["fake"]])
    assert len(fakes) == 10 and len(np.unique(fakes[:, 0])) == 10
    rows = np.concatenate([fake.reshape(16, -1) for fake in model.seen["fake"]])
    assert len(np.unique(rows, axis=0)) == 160


def test_the_log_is_the_mean_over_steps_and_turns():
    """Raw values would show the last batch alone (pitfalls, 'More')."""
    model = observed(discriminator_steps=2)
    history = model.fit(IMAGES, batch_size=16, verbose=0).history
    assert set(history) == {"d_real_fake", "g_fool"} == set(GAN.terms)
    assert len(model.seen["values"]) == 8
    np.testing.assert_allclose(history["d_real_fake"], [np.mean(model.seen["values"])], rtol=1e-6)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def linear(objective, k=1, real_target=1.0):
    """G(z) = a z + c, D(x) = w x + b, with weights chosen by hand."""
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    discriminator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    generator.set_weights([np.array([[0.7]]), np.array([-0.2])])
    discriminator.set_weights([np.array([[-1.3]]), np.array([0.4])])
    model = GAN(generator, discriminator, objective=objective, discriminator_steps=k, real_target=real_target, seed=11)
    model.compile(keras.optimizers.SGD(0.5), keras.optimizers.SGD(0.25))
    return model


@pytest.mark.parametrize("objective", ["non_saturating", "minimax"])
@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("real_target", [1.0, 0.9])
def test_one_step_is_the_gradient_worked_out_by_hand(objective, k, real_target):
    """d/da softplus(a) = sigmoid(a); everything else is the chain rule on paper, in float64."""
    model = linear(objective, k, real_target)
    x = np.linspace(-2, 3, 8 * k)[:, None].astype("float32")
    seed = [replicas.fold(tf.constant([11, 0]), model.steps.value, turn) for turn in range(k + 1)]
    z = [replicas.minibatch(model.latent, 8, model.latent_dim, s).numpy().astype("float64") for s in seed]
    model.fit(x, batch_size=8 * k, shuffle=False, verbose=0)

    a, c, w, b, t = 0.7, -0.2, -1.3, 0.4, real_target
    for turn in range(k):
        real, fake = x[turn::k].astype("float64"), a * z[turn] + c
        slope_real = sigmoid(w * real + b) - t  # of t sp(-s) + (1 - t) sp(s)
        slope_fake = sigmoid(w * fake + b)
        w, b = (
            w - 0.25 * np.mean(slope_real * real) - 0.25 * np.mean(slope_fake * fake),
            b - 0.25 * np.mean(slope_real) - 0.25 * np.mean(slope_fake),
        )
    score = w * (a * z[k] + c) + b
    slope = -sigmoid(score) if objective == "minimax" else sigmoid(score) - 1.0
    a, c = a - 0.5 * np.mean(slope * w * z[k]), c - 0.5 * np.mean(slope * w)
    reached = [float(v.numpy().item()) for v in (*model.generator.variables, *model.discriminator.variables)]
    np.testing.assert_allclose(reached, [a, c, w, b], rtol=1e-5)


class TwoTerms(AdversarialModel):
    """A linear game whose sum of terms has the gradient 1 * 2 + 1 * 3 for D's bias."""

    terms = ("d_two", "d_three", "g_one")

    def discriminator_terms(self, real, fake, turn):
        return {"d_two": 2.0 * tf.reduce_mean(turn.critic(real)), "d_three": 3.0 * tf.reduce_mean(turn.critic(fake))}

    def generator_terms(self, real, fake, turn):
        return {"g_one": tf.reduce_mean(turn.critic(fake))}


def test_the_objective_is_the_sum_of_the_named_terms():
    model = TwoTerms(*pair((1,)))
    model.compile("sgd", keras.optimizers.SGD(0.1))
    bias = model.discriminator.trainable_variables[-1]
    before = bias.numpy().item()
    history = model.fit(IMAGES[:, 0, 0], batch_size=64, verbose=0).history
    assert bias.numpy().item() == pytest.approx(before - 0.1 * 5.0, abs=1e-6)
    assert set(history) == set(TwoTerms.terms)


def test_the_objective_holds_what_the_layers_of_a_player_add():
    """A weight penalty that a network brings along is part of what its player minimises, as in any Keras model."""
    generator, discriminator = pair()
    dense = next(layer for layer in discriminator.layers if isinstance(layer, keras.layers.Dense))
    dense.kernel.regularizer = keras.regularizers.L2(1.0)
    kernel = dense.kernel.numpy()
    model = GAN(generator, discriminator)
    model.compile("sgd", keras.optimizers.SGD(0.1))
    model.fit(np.zeros((8, 8, 8, 1), "float32"), batch_size=8, verbose=0)
    # 0.1 * 2 w is taken off: far more than the first step of the game could.
    assert np.abs(dense.kernel.numpy()).sum() < 0.9 * np.abs(kernel).sum()


@pytest.mark.parametrize("normalised", [False, True])
def test_evaluate_changes_nothing_and_is_repeatable(normalised):
    """Pitfall 4: a custom step needs a test_step."""
    model = game(pair_options={"dropout": 0.3, "normalised": normalised}, average_decay=0.9)
    model.fit(IMAGES, verbose=0)
    noise = [v.numpy() for v in noise_states(model)]
    before = state(model)
    for variable, value in zip(noise_states(model), noise, strict=True):
        variable.assign(value)
    first = model.evaluate(IMAGES, verbose=0, return_dict=True)
    assert all(equal([v.numpy() for v in noise_states(model)], noise))
    assert not same(before, state(model))
    assert model.evaluate(IMAGES, verbose=0, return_dict=True) == first
    assert set(first) == set(GAN.terms)


def test_evaluate_of_an_undecided_discriminator_is_log_four():
    """D = 1/2 everywhere: eq. 1 is -log 4, and G's term is log 2 (Goodfellow et al. 2014, section 4.1)."""
    model = game()
    for variable in model.discriminator.trainable_variables:
        variable.assign(np.zeros(variable.shape))
    found = model.evaluate(IMAGES, verbose=0, return_dict=True)
    assert found["d_real_fake"] == pytest.approx(np.log(4.0), abs=1e-6)
    assert found["g_fool"] == pytest.approx(np.log(2.0), abs=1e-6)


@pytest.mark.parametrize("normalised", [False, True])
def test_the_average_is_the_formula(normalised):
    """Pitfall 24: the clone starts from the generator's weights, not from fresh ones."""
    model = game(average_decay=0.5, pair_options={"normalised": normalised})
    expected = model.generator.get_weights()
    assert all(equal(expected, model.average_generator.get_weights()))
    for t in range(8):
        model.fit(IMAGES[:8], batch_size=8, verbose=0)
        decay = min(0.5, (1 + t) / (10 + t))
        expected = [e + (1 - decay) * (g - e) for e, g in zip(expected, model.generator.get_weights(), strict=True)]
    for average, wanted in zip(model.average_generator.get_weights(), expected, strict=True):
        np.testing.assert_allclose(average, wanted, rtol=1e-4, atol=1e-6)
    assert not model.average_generator.trainable_variables


def test_the_discriminator_trains_with_dropout():
    """Pitfalls, 'More': without training=True the step would leave Dropout off, and reruns with other masks equal."""
    runs = []
    for seed in (0, 0, 1):
        model = game(pair_options={"dropout": 0.5})
        model.latent = latents.Uniform(-1.0, -1.0 + 1e-6)  # all but constant: only the masks are left to differ
        model.seed = seed
        model.fit(IMAGES[:8], batch_size=8, verbose=0)
        runs.append(model.discriminator.get_weights())
    assert all(equal(runs[0], runs[1]))
    assert np.abs(runs[0][0] - runs[2][0]).max() > 1e-4


class Masks(keras.layers.Dropout):
    """Dropout that keeps the masks it has drawn."""

    def call(self, inputs, training=False):
        if not hasattr(self, "drawn"):
            self.drawn = []
        if training:
            self.drawn.append(super().call(tf.ones_like(inputs), training=True).numpy().astype(bool))
        return inputs


@pytest.mark.parametrize("normalised", [False, True])
def test_no_two_dropout_layers_share_a_mask(normalised):
    """Seeds told apart by addition meet: one layer's second draw was the next layer's first (pitfalls, 'More')."""
    inputs = keras.Input((40,))
    x = keras.layers.BatchNormalization()(inputs) if normalised else inputs
    masking = [Masks(0.5) for _ in range(3)]
    for layer in masking:
        x = layer(keras.layers.Dense(40)(x))
    discriminator = keras.Model(inputs, keras.layers.Dense(1)(x))
    generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(40)])
    model = GAN(generator, discriminator, discriminator_steps=2)
    model.compile("sgd", "sgd", run_eagerly=True)
    model.fit(np.zeros((32, 40), "float32"), batch_size=16, epochs=2, shuffle=False, verbose=0)
    rows = np.concatenate([mask for layer in masking for mask in layer.drawn])
    assert len(rows) >= 3 * 2 * 2 * 2 * 8
    assert len(np.unique(rows, axis=0)) == len(rows)


def test_dropout_steps_are_finite_and_seeds_matter():
    one, other = game(seed=1, pair_options={"dropout": 0.2}), game(seed=2, pair_options={"dropout": 0.2})
    for model in (one, other):
        model.fit(IMAGES, verbose=0)
        assert all(np.isfinite(w).all() for w in model.get_weights())
    assert same(state(one), state(other))


def test_attributes_of_keras_stay_keras():
    """Pitfalls, 'More': compile() of Keras overwrites self.loss and its like."""
    own = {"trackers", "latent", "steps", "seed", "terms", "seen"}
    assert not own & {"loss", "losses", "optimizer", "summary"}
    model = game()
    assert model.losses == [] and model.loss is None and model.summary(print_fn=lambda line: None) is None


class Shown(GAN):
    """A game with a measure among its terms, whose gradient would be seen."""

    measures = ("d_shown",)

    def discriminator_terms(self, real, fake, turn):
        return {**super().discriminator_terms(real, fake, turn), "d_shown": 100.0 * tf.reduce_mean(turn.critic(real))}


def test_measures_among_the_terms_are_shown_and_not_minimised():
    shown, plain = Shown(*pair()), GAN(*pair())
    for model in (shown, plain):
        model.compile("sgd", "sgd")
        history = model.fit(IMAGES[:16], batch_size=16, verbose=0, shuffle=False).history
    assert all(equal(shown.discriminator.get_weights(), plain.discriminator.get_weights()))
    assert set(shown.get_metrics_result()) - set(history) == {"d_shown"}


class OneRests(GAN):
    """A game in which the player of that name never moves."""

    def moves(self, player):
        return tf.constant(player.name != self.resting)


@pytest.mark.parametrize("resting", ["generator", "discriminator"])
def test_a_resting_player_keeps_weights_and_optimizer_and_the_other_moves_as_ever(resting):
    model, plain = OneRests(*pair()), GAN(*pair())
    model.resting = resting
    for one in (model, plain):
        one.compile(keras.optimizers.Adam(0.01, weight_decay=0.1), keras.optimizers.Adam(0.01, weight_decay=0.1))
    rests = [getattr(model, resting), getattr(model, f"{resting}_optimizer")]
    before = [[v.numpy() for v in part.variables] for part in rests]
    for one in (model, plain):
        one.fit(IMAGES[:16], batch_size=16, verbose=0, shuffle=False)
    for part, old in zip(rests, before, strict=True):
        assert all(equal([v.numpy() for v in part.variables], old))
    if resting == "generator":  # D moved first: what it did cannot depend on who comes after
        assert all(equal(trainable(model.discriminator), trainable(plain.discriminator)))
    else:
        assert not any(equal(trainable(model.generator)[:1], [pair()[0].get_weights()[0]]))


class Asks(GAN):
    shows_condition = False


def test_a_discriminator_may_be_asked_for_the_label_instead_of_being_told():
    generator, told = pair(classes=3)
    model = Asks(generator, pair()[1], classes=3)
    model.compile("sgd", "sgd")
    history = model.fit(IMAGES[:16], np.arange(16) % 3, batch_size=16, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    with pytest.raises(ValueError, match="one input"):
        Asks(generator, told, classes=3)
