"""GDnet: networks of the listed sizes, the error switch, paired features, and the plan that collapses."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from worker import mirrored, same, state

import zoo
from keras_gan import data, losses
from keras_gan.doctor import Doctor
from keras_gan.games.gdnet import GDnet, GDnetMatching, error
from keras_gan.networks import gdnet
from keras_gan.step.turn import Turn

IMAGE = (4, 4, 1)
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(-1, 1, (64, *IMAGE)).astype("float32")


def generator(classes=None):
    inputs = z = keras.Input((3,))
    if classes:
        label = keras.Input((), dtype="int32")
        inputs, z = [z, label], keras.layers.Concatenate()([z, keras.layers.Embedding(classes, 2)(label)])
    x = keras.layers.BatchNormalization()(keras.layers.Dense(8)(z))
    return keras.Model(inputs, keras.layers.Reshape(IMAGE)(keras.layers.Dense(16, "tanh")(x)), name="generator")


def discriminator(*heads):
    """Two logits alone, or the dictionary of GDnetMatching with these heads beside the features."""
    images = keras.Input(IMAGE)
    features = keras.layers.Dense(6, "relu")(keras.layers.Flatten()(images))
    x = keras.layers.Dropout(0.1)(features)
    outputs = {name: keras.layers.Dense(units)(x) for name, units in heads}
    outputs = {**outputs, "features": features} if heads else keras.layers.Dense(2)(x)
    return keras.Model(images, outputs, name="discriminator")


def switching(rate=0.05, **options):
    keras.utils.set_random_seed(0)
    model = GDnet(generator(), discriminator(), **options)
    model.compile(keras.optimizers.SGD(rate, 0.9), keras.optimizers.Adam(rate))
    return model


def matching(classes=None, **options):
    keras.utils.set_random_seed(0)
    heads = [("real_fake", 2), ("digit", classes)][: 2 if classes else 1]
    model = GDnetMatching(generator(classes), discriminator(*heads), classes=classes, **options)
    model.compile(keras.optimizers.SGD(0.05, 0.9), keras.optimizers.SGD(0.05, 0.9))
    return model


def values(variables):
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


def moved(before, variables):
    return [not np.array_equal(b, v) for b, v in zip(before, values(variables), strict=True)]


def turn_of(model, condition=None):
    return Turn(model, None, condition, model.seed_of(0), training=False)


# The networks.


@pytest.mark.parametrize(
    "network, size",
    [  # weights and biases layer by layer, and two numbers a map of batch normalisation
        (gdnet.noise_generator, 640 + 128 + 2_080 + 64 + 289),
        (gdnet.convolutional_discriminator, 520 + 40 + 25_050 + 100 + 80_100 + 200 + 202),
        (gdnet.transposed_generator, 640_256 + 512 + 819_328 + 256 + 2_049),
        (gdnet.pixel_discriminator, 340 + 25_050 + 625_500 + 1_002),
        (gdnet.dense_generator, 50_500 + 1_000 + 250_500 + 1_000 + 392_784),
        (gdnet.dense_discriminator, 785_000 + 500_500 + 125_250 + 2 * 62_750 + 502),
        (lambda: gdnet.dense_generator(64, 10), 37_500 + 1_000 + 250_500 + 1_000 + 392_784),
        (lambda: gdnet.dense_discriminator(10), 1_536_752 + 2_510),
    ],
)
def test_sizes(network, size):
    assert sum(int(np.prod(weight.shape)) for weight in network().trainable_weights) == size


@pytest.mark.parametrize(
    "network, sizes",
    [
        (gdnet.first_generator, [30, 30, 28]),
        (gdnet.noise_generator, [30, 30, 28]),
        (gdnet.convolutional_discriminator, [12, 4, 1]),
        (gdnet.transposed_generator, [5, 13, 28]),
        (gdnet.pixel_discriminator, [13, 5, 1]),
    ],
)
def test_maps_have_the_listed_sizes(network, sizes):
    kinds = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    assert [layer.output.shape[1] for layer in network().layers if isinstance(layer, kinds)] == sizes


@pytest.mark.parametrize("network", [gdnet.noise_generator, gdnet.transposed_generator, gdnet.dense_generator])
def test_generators_reach_from_black_to_white(network):
    made = network()
    z = RANDOM.normal(size=(2, made.input_shape[-1])).astype("float32")
    assert abs(made(z).numpy()).max() <= 1.0
    made.get_layer("pixels").bias.assign(-100.0 * np.ones_like(made.get_layer("pixels").bias))
    np.testing.assert_allclose(made(z), -1.0, atol=1e-6)


@pytest.mark.parametrize("network", [gdnet.dense_discriminator, gdnet.transposed_generator])
def test_first_weights_and_decay(network):
    """N(0, sqrt(2 / fan)), for a transposed convolution fan = k k out; and 5e-4 w beside the gradient."""
    made = network()
    layers = [layer for layer in made.layers if hasattr(layer, "kernel") and np.prod(layer.kernel.shape) > 1e4]
    assert layers
    for layer in layers:
        transposed = isinstance(layer, keras.layers.Conv2DTranspose)
        fan = np.prod(layer.kernel.shape[:3]) if transposed else layer.kernel.shape[0]
        assert layer.kernel.numpy().std() == pytest.approx((2 / fan) ** 0.5, rel=0.03)
    kernel = layers[0].kernel
    with tf.GradientTape() as tape:
        decay = tf.add_n(made.losses)
    np.testing.assert_allclose(tape.gradient(decay, kernel.value), 5e-4 * kernel.numpy(), rtol=1e-5)


def test_a_pixel_discriminator_gives_the_pixels_as_features():
    images = RANDOM.uniform(-1, 1, (2, 28, 28, 1)).astype("float32")
    features = gdnet.pixel_discriminator()(images)["features"]
    np.testing.assert_allclose(features, (images.reshape(2, 784) + 1) / 2, rtol=1e-6)


def test_the_code_joins_z():
    made = gdnet.dense_generator(64, classes=10)
    first = next(layer for layer in made.layers if isinstance(layer, keras.layers.Dense))
    assert first.kernel.shape == (74, 500)
    z = np.repeat(RANDOM.uniform(size=(1, 64)).astype("float32"), 10, axis=0)
    assert len(np.unique(made([z, np.arange(10)]).numpy().reshape(10, -1), axis=0)) == 10


# The error switch.


def test_error_by_hand():
    # Of four real rows one is taken for fake, of four fakes two for real: (1/4 + 2/4) / 2.
    real = tf.constant([[0.0, 1.0], [0.0, 1.0], [2.0, 3.0], [1.0, 0.0]])
    fake = tf.constant([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [3.0, 2.0]])
    assert float(error(real, fake)) == 0.375


def test_the_switch_follows_the_error():
    """D begins; below 0.2 it is G's turn, until above 0.6; what lies between changes nothing."""
    model = switching()
    wrong = [0.3, 0.21, 0.19, 0.3, 0.1, 0.59, 0.61, 0.59, 0.3, 0.05]
    turns = []
    for one in wrong:
        model.balance({"d_error": tf.constant(one)}, training=True)
        turns.append(bool(model.generator_moves.numpy()))
    assert turns == [False, False, True, True, True, True, False, False, False, True]
    model.balance({"d_error": tf.constant(0.9)}, training=False)
    assert bool(model.generator_moves.numpy())


@pytest.mark.parametrize("strategy", [tf.distribute.get_strategy, mirrored], ids=["alone", "two replicas"])
def test_who_rests_keeps_weights_momentum_and_iterations(strategy):
    with strategy().scope():
        model = switching()
    model.fit(IMAGES[:32], batch_size=16, verbose=0)  # D's optimiser holds something
    players = (model.generator, model.generator_optimizer), (model.discriminator, model.discriminator_optimizer)
    for generators_turn in (True, False):
        model.generator_moves.assign(generators_turn)
        (goer, goes), (rester, rests) = players if generators_turn else players[::-1]
        kept = [*rester.trainable_variables, *rests.variables]
        went, rested, iterations = values(goer.trainable_variables), values(kept), int(goes.iterations.numpy())
        model.fit(IMAGES[:16], batch_size=16, verbose=0)
        assert not any(moved(rested, kept))
        assert any(moved(went, goer.trainable_variables)) and int(goes.iterations.numpy()) == iterations + 1


def test_without_a_switch_both_move():
    model = switching(switch=None)
    before = values(model.generator.trainable_variables), values(model.discriminator.trainable_variables)
    history = model.fit(IMAGES[:16], batch_size=16, verbose=0).history
    assert any(moved(before[0], model.generator.trainable_variables))
    assert any(moved(before[1], model.discriminator.trainable_variables))
    assert history["g_moves"] == [1.0]


def test_the_switch_turns_in_a_training_without_tracing_anew():
    model = switching(0.02, switch=(0.25, 0.45))
    traced = []
    model.moves = lambda player: traced.append(player.name) or GDnet.moves(model, player)
    history = model.fit(np.tile(IMAGES, (60, 1, 1, 1)), batch_size=16, verbose=0).history
    moves = int(model.generator_optimizer.iterations), int(model.discriminator_optimizer.iterations)
    assert min(moves) > 0 and sum(moves) == int(model.steps) == 240 and len(traced) <= 4
    assert history["g_moves"][0] == pytest.approx(moves[0] / 240)


def test_a_resumed_game_goes_on_with_the_player_whose_turn_it_is(tmp_path):
    whole, first = switching(), switching()
    for model in (whole, first):
        model.fit(IMAGES[:32], batch_size=16, shuffle=False, verbose=0)
        model.generator_moves.assign(True)
    first.save(tmp_path / "game.keras")
    again = keras.saving.load_model(tmp_path / "game.keras")
    assert bool(again.generator_moves.numpy()) and again.switch == (0.2, 0.6)
    for model in (whole, again):
        model.fit(IMAGES[:32], batch_size=16, shuffle=False, verbose=0)
    assert not same(state(whole), state(again))


@pytest.mark.parametrize("errors, turn", [((0.0, 0.3), True), ((0.0, 0.6), False)])
def test_replicas_decide_from_their_mean_error(errors, turn):
    """In the second case replica 0 alone would switch; bit for bit, both must do the same."""
    with mirrored().scope():
        model = switching()

    def step():
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        model.balance({"d_error": tf.gather(tf.constant(errors), replica)}, training=True)

    mirrored().run(tf.function(step, autograph=False))
    assert [bool(copy.numpy()) for copy in model.generator_moves.value.values] == [turn, turn]


@pytest.mark.parametrize("switch", [(0.6, 0.2), (0.0, 0.5), (0.2, 1.0)])
def test_a_bad_switch_is_named(switch):
    with pytest.raises(ValueError, match="switch"):
        GDnet(generator(), discriminator(), switch=switch)


def test_evaluate_of_an_undecided_discriminator():
    """D = 1/2: half of log 4 for D, half of log 1/2 for G; a tie counts as fake, which is half of the batch."""
    model = switching()
    for variable in model.discriminator.trainable_variables:
        variable.assign(tf.zeros(variable.shape))
    found = model.evaluate(IMAGES, verbose=0, return_dict=True)
    assert found["d_real_fake"] == pytest.approx(np.log(2.0), abs=1e-6)
    assert found["g_climb"] == pytest.approx(-np.log(2.0) / 2, abs=1e-6)
    assert found["d_error"] == 0.5


def test_the_score_is_the_difference_of_the_logits():
    model = switching()
    two = model.discriminator(IMAGES[:8]).numpy()
    np.testing.assert_allclose(turn_of(model).critic(IMAGES[:8]), two[:, 1:] - two[:, :1], rtol=1e-5)


# Paired features.


def test_terms_of_the_matching_game_by_hand():
    model = matching()
    turn, real, fake = turn_of(model), tf.constant(IMAGES[:8]), tf.constant(IMAGES[8:16])
    named = model.discriminator_terms(real, fake, turn) | model.generator_terms(real, fake, turn)
    on_real, on_fake = (model.discriminator(x) for x in (real, fake))
    scores = [(d["real_fake"][:, 1] - d["real_fake"][:, 0]).numpy() for d in (on_real, on_fake)]
    cross_entropy = (np.log1p(np.exp(-scores[0])).sum() + np.log1p(np.exp(scores[1])).sum()) / 16
    distance = np.abs(on_fake["features"].numpy() - on_real["features"].numpy())
    costs = np.where(distance <= 0.5, distance**2, distance - 0.25).sum(1)
    assert float(named["d_real_fake"]) == pytest.approx(0.1 * cross_entropy, rel=1e-5)
    assert 0 < (scores[1] < 0).sum() < 8  # the case tells rejected from accepted ones
    assert float(named["g_match"]) == pytest.approx(costs[scores[1] < 0].sum() / 16, rel=1e-5)
    assert set(named) == set(model.terms) | set(model.measures)


@pytest.mark.parametrize("rejects", [True, False])
def test_only_fakes_that_are_rejected_move_the_generator(rejects):
    model = matching()
    model.discriminator.layers[-1].bias.assign([100.0, -100.0] if rejects else [-100.0, 100.0])
    before = values(model.generator.trainable_variables)
    model.discriminator_optimizer.learning_rate = 0.0
    model.fit(IMAGES[:16], batch_size=16, verbose=0)
    assert any(moved(before, model.generator.trainable_variables)) == rejects


def test_pairs_are_of_one_class_and_both_players_lower_the_digits_cross_entropy():
    model = matching(classes=3)
    label = tf.constant(np.arange(8) % 3)
    turn, real, fake = turn_of(model, label), tf.constant(IMAGES[:8]), tf.constant(IMAGES[8:16])
    named = model.discriminator_terms(real, fake, turn) | model.generator_terms(real, fake, turn)
    on_real, on_fake = (float(losses.classification(model.discriminator(x)["digit"], label)) for x in (real, fake))
    assert float(named["d_digit"]) == pytest.approx(0.1 * (on_real + on_fake) / 2, rel=1e-5)
    assert float(named["g_digit"]) == pytest.approx(0.1 * on_fake / 2, rel=1e-5)


def test_the_code_decides_what_is_made():
    """Images of two classes, dark and bright, are told apart and made on demand."""
    model = matching(classes=2)
    label = np.arange(64) % 2
    images = np.float32(1.2 * label - 0.6)[:, None, None, None] + RANDOM.uniform(-0.2, 0.2, (64, *IMAGE))
    model.fit(np.tile(images.astype("float32"), (60, 1, 1, 1)), np.tile(label, 60), batch_size=16, verbose=0)
    dark, bright = (model.sample(32, label=one).mean() for one in (0, 1))
    assert dark < -0.3 and bright > 0.3


def test_a_discriminator_without_the_heads_is_refused():
    with pytest.raises(ValueError, match="digit"):
        GDnetMatching(generator(3), discriminator(("real_fake", 2)), classes=3)
    with pytest.raises(ValueError, match="features"):
        GDnetMatching(generator(), discriminator())
    with pytest.raises(ValueError, match="positive"):
        matching(class_weight=0.0)


def test_config_round_trip():
    for model in (switching(switch=(0.1, 0.5)), switching(switch=None), matching(3, discriminator_weight=0.3)):
        again = type(model).from_config(model.get_config())
        assert again.get_config() == model.get_config() and again.terms == model.terms


def test_the_matching_game_comes_back_from_a_file(tmp_path):
    model = matching(classes=3)
    model.fit(IMAGES, np.arange(64) % 3, batch_size=16, verbose=0)
    model.save(tmp_path / "game.keras")
    again = keras.saving.load_model(tmp_path / "game.keras")
    np.testing.assert_array_equal(model.sample(4, label=2), again.sample(4, label=2))


# The plan that collapses.


def test_the_doctor_finds_the_first_plan_collapsed():
    """Every image is all black, whatever z is, after twenty steps: D tells all apart, and G has no slope left."""
    keras.utils.set_random_seed(0)
    model = zoo.build("gdnet_first.mnist", total_steps=937)
    digits = data.images_of(data.read("digits", image_shape=(28, 28, 1)), 512)
    assert model.sample(8).std(axis=0).mean() > 0.1
    doctor = Doctor(digits[:64], every=10, samples=64)
    model.fit(data.load(digits, batch_size=16), steps_per_epoch=60, verbose=0, callbacks=[doctor])
    assert "constant_output" in [verdict.symptom.name for verdict in doctor.verdicts()]
    assert (model.sample(8) == -1.0).all()
    # The game has no slope left; the decay of the weights, which is part of what G minimises, has: 5e-4 w.
    decay = np.sqrt(sum(np.sum((5e-4 * weight.numpy()) ** 2) for weight in model.generator.trainable_variables))
    assert doctor.records[-1]["separation"] == 1.0
    assert doctor.records[-1]["generator_gradient"] == pytest.approx(decay, rel=0.02)
