"""What every game owes: its options are kept and checked, a restart goes on bit for bit, two replicas train like one.
Then what each adds, by hand: one file, because the games are a few lines each over one step."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from reads import unordered_reads
from sums import unordered_sums
from worker import IMAGE, mirrored, pair, same, state

from keras_gan import (
    BEGAN,
    EBGAN,
    EBGANLN,
    LSGAN,
    R1GAN,
    R3GAN,
    WGAN,
    WGANGP,
    CycleGAN,
    HingeGAN,
    ImprovedGAN,
    Pix2Pix,
    SemiSupervisedGAN,
)
from keras_gan.games.ebgan import energy
from keras_gan.networks import cyclegan, pix2pix, semi_supervised
from keras_gan.step.turn import Turn

IMAGES = np.random.default_rng(0).uniform(-1, 1, (64, *IMAGE)).astype("float32")


def auto_encoder(code=False):
    """(generator, discriminator) whose D gives its images back, and its code too where asked."""
    generator, _ = pair()
    images = keras.Input(IMAGE)
    hidden = layers.Dense(6, "tanh")(layers.Flatten()(images))
    back = layers.Reshape(IMAGE)(layers.Dense(64)(hidden))
    return generator, keras.Model(images, [back, hidden] if code else back, name="discriminator")


def matched():
    """A pair whose D has a layer with a name."""
    generator, _ = pair()
    images = keras.Input(IMAGE)
    hidden = layers.Dense(6, "tanh", name="features")(layers.Flatten()(images))
    return generator, keras.Model(images, layers.Dense(1)(hidden), name="discriminator")


def translators(conditional=True):
    """A U-Net of 8 x 8 pixels, and a D of patches of 7."""
    return pix2pix.unet(IMAGE, 1, 4), pix2pix.discriminator(IMAGE, 1, 7, 4, conditional=conditional)


def both_ways():
    """Two translators and two judges of patches of 7."""
    return cyclegan.generator(IMAGE, 4, 1), cyclegan.discriminator(IMAGE, 7, 4)


def classifying():
    """A pair whose D tells four classes apart."""
    generator, _ = pair()
    return generator, semi_supervised.discriminator(IMAGE, 4, (8, 6), input_noise=0.0, noise=0.0)


def without_statistics():
    """What EBGANLN asks of a D, from layers that treat samples one by one."""
    generator, _ = pair()
    images = keras.Input(IMAGE)
    hidden = layers.Dense(6, "tanh")(layers.Flatten()(images))
    outputs = {
        "logits": layers.Dense(4)(hidden),
        "noisy_logits": layers.Dense(4)(hidden),
        "reconstruction": layers.Reshape(IMAGE)(layers.Dense(64)(hidden)),
        "costs": layers.Dense(2, "softplus")(hidden),
    }
    return generator, keras.Model(images, outputs, name="discriminator")


falling = keras.optimizers.schedules.CosineDecay
vanishing = keras.optimizers.schedules.PolynomialDecay

GAMES = {
    "lsgan": lambda **options: LSGAN(*pair(dropout=0.3), **options),
    "lsgan pearson": lambda **options: LSGAN(*pair(), a=-1.0, b=1.0, c=0.0, **options),
    "wgan": lambda **options: WGAN(*pair(), clip=0.05, discriminator_steps=2, long_turns=False, **options),
    "wgan long turns": lambda **options: WGAN(*pair(), discriminator_steps=4, **options),
    "wgan_gp": lambda **options: WGANGP(*pair(), penalty_weight=3.0, discriminator_steps=2, **options),
    "hinge": lambda **options: HingeGAN(*pair(), **options),
    "r1": lambda **options: R1GAN(*pair(), gamma=2.0, **options),
    "r3gan": lambda **options: R3GAN(*pair(), gamma=2.0, **options),
    "r3gan falling": lambda **options: R3GAN(*pair(), gamma=falling(2.0, 6, alpha=0.1), **options),
    "ebgan": lambda **options: EBGAN(*auto_encoder(code=True), margin=8.0, **options),
    "ebgan_pt": lambda **options: EBGAN(*auto_encoder(code=True), pulling_away_weight=0.2, **options),
    "began": lambda **options: BEGAN(*auto_encoder(), gamma=0.6, lambda_k=0.2, **options),
    "improved": lambda **options: ImprovedGAN(*pair(), history_weight=0.1, real_target=0.9, **options),
    "improved matching": lambda **options: ImprovedGAN(*matched(), feature_layer="features", **options),
    "cyclegan": lambda **options: CycleGAN(*both_ways(), pool_size=40, **options),
    "cyclegan without a pool": lambda **options: CycleGAN(*both_ways(), pool_size=0, **options),
    "pix2pix": lambda **options: Pix2Pix(*translators(), l1_weight=10.0, **options),
    "pix2pix unconditional": lambda **options: Pix2Pix(*translators(conditional=False), **options),
    "semi_supervised": lambda **options: SemiSupervisedGAN(*classifying(), discriminator_decay=0.9, **options),
    "ebgan_ln": lambda **options: EBGANLN(
        *without_statistics(), margin=vanishing(9.0, 3, 0.0), layer_weights=(1.0, 0.1), **options
    ),
    "r3gan labels": lambda **options: R3GAN(*pair(classes=4), gamma=2.0, classes=4, **options),
}


def made(name, optimizers=True, **options):
    keras.utils.set_random_seed(1)
    model = GAMES[name](average_decay=0.9, **options)
    given = [keras.optimizers.Adam(rate, beta_1=0.5) for rate in (0.002, 0.001)]
    if isinstance(model, CycleGAN):
        # Its normalised layers have steep slopes at the start, and L1's signs cancel in them: Adam would make full
        # steps of what rounding leaves.
        given = [keras.optimizers.SGD(rate, momentum=0.5) for rate in (0.0002, 0.005)]
    model.compile(*(given if optimizers else ()))
    return model


def fit(model, images=IMAGES):
    if model.from_input:
        return model.fit(-images, images, batch_size=32, shuffle=False, verbose=0).history
    labels = np.arange(len(images)) % 4 if model.classes or model.half_labelled else None
    return model.fit(images, labels, batch_size=32, shuffle=False, verbose=0).history


@pytest.mark.parametrize("name", sorted(GAMES))
def test_terms_are_finite_and_both_players_move(name):
    model = made(name)
    before = [player.get_weights() for player in (model.generator, model.discriminator)]
    history = fit(model)
    assert set(history) == {*model.terms, *model.measures}
    assert all(np.isfinite(values).all() for values in history.values())
    for player, weights in zip((model.generator, model.discriminator), before, strict=True):
        if name == "wgan long turns" and player is model.generator:
            continue  # it waits
        moves = [np.abs(now - then).max() for now, then in zip(player.get_weights(), weights, strict=True)]
        assert max(moves) > 1e-4


@pytest.mark.parametrize("name", sorted(GAMES))
def test_config_round_trip(name):
    model = made(name)
    again = type(model).from_config(model.get_config())
    assert again.get_config() == model.get_config()


@pytest.mark.parametrize("name", sorted(GAMES))
def test_the_papers_optimizers_are_the_default(name):
    model = made(name, optimizers=False)
    assert all(o.built for o in (model.generator_optimizer, model.discriminator_optimizer))
    assert model.generator_optimizer is not model.discriminator_optimizer


@pytest.mark.parametrize("name", sorted(GAMES))
def test_a_keras_file_in_the_middle_changes_nothing(name, tmp_path):
    """Four steps in one go are two steps, a file, and two steps, bit for bit: also k of BEGAN."""
    whole, halves = made(name, seed=3), made(name, seed=3)
    fit(whole)
    fit(whole)
    fit(halves)
    halves.save(tmp_path / "game.keras")
    again = keras.models.load_model(tmp_path / "game.keras")
    fit(again)
    assert not same(state(whole), state(again))


def step_of(name):
    """(model, a batch for its step ...)."""
    model = made(name)
    rows = 32 * model.discriminator_steps
    images = np.zeros((rows, *IMAGE), "float32")
    if model.from_input:
        return model, images, images
    return model, images, *([np.zeros(rows, "int32")] if model.classes or model.half_labelled else [])


@pytest.mark.parametrize("name", sorted(GAMES))
def test_no_sum_depends_on_which_thread_is_first(name):
    assert not unordered_sums(*step_of(name))


@pytest.mark.parametrize("name", sorted(GAMES))
def test_no_weight_is_read_while_it_is_written(name):
    assert not unordered_reads(*step_of(name))


# What sees one replica's samples alone, the pulling-away term and feature matching; what has dropout; and two that add
# nothing to their like.
ONE_REPLICA = {"ebgan_pt", "improved matching", "lsgan", "cyclegan without a pool", "pix2pix unconditional"}


@pytest.mark.parametrize("name", sorted(set(GAMES) - ONE_REPLICA))
def test_one_replica_is_two_replicas(name):
    alone = made(name)
    fit(alone)
    with mirrored().scope():
        together = made(name)
    fit(together)
    for one, two in zip(alone.get_weights(), together.get_weights(), strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)


@pytest.mark.parametrize("name", sorted(GAMES))
def test_evaluation_moves_nothing_and_shows_every_term(name):
    model = made(name)
    before = state(model)
    told = np.arange(32) % 4 if model.classes or model.half_labelled else IMAGES[:32] if model.from_input else None
    shown = model.evaluate(IMAGES[:32], told, batch_size=32, verbose=0, return_dict=True)
    assert set(shown) == {*model.terms, *model.measures} and all(np.isfinite(list(shown.values())))
    assert not same(before, state(model))


BAD = [
    (LSGAN, {"a": 1.0}, "real target"),
    (WGAN, {"clip": 0.0}, "clip"),
    (WGANGP, {"penalty_weight": -1.0}, "penalty_weight"),
    (R1GAN, {"gamma": 0.0}, "gamma"),
    (R3GAN, {"gamma": 0.0}, "gamma"),
    (Pix2Pix, {"l1_weight": -1.0}, "l1_weight=-1.0"),
    (Pix2Pix, {"l1_weight": 0.0, "adversarial_weight": 0.0}, "one above"),
    (CycleGAN, {"cycle_weight": 0.0, "adversarial_weight": 0.0}, "the first or the last above"),
    (EBGAN, {"margin": 0.0}, "margin"),
    (EBGAN, {}, "two outputs"),
    (EBGANLN, {"margin": -1.0}, "margin and all weights"),
    (EBGANLN, {}, "The discriminator must give"),
    (SemiSupervisedGAN, {}, "no layer 'features'"),
    (BEGAN, {"gamma": 1.5}, "gamma"),
    (BEGAN, {}, "gives its images back"),
]


@pytest.mark.parametrize("game, options, named", BAD)
def test_bad_options_are_named_in_one_sentence(game, options, named):
    with pytest.raises(ValueError, match=named) as caught:
        game(*pair(), **options)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("game", [WGANGP, R1GAN, R3GAN])
def test_gradient_penalties_refuse_batch_normalisation_in_the_critic(game):
    with pytest.raises(ValueError, match="one by one"):
        game(*pair(normalised=True))


def test_wgan_clips_every_weight_of_the_critic_and_none_of_the_generator():
    model = made("wgan")
    assert max(np.abs(w).max() for w in model.discriminator.get_weights()) > 0.05
    fit(model)
    assert max(np.abs(w).max() for w in model.discriminator.get_weights()) == pytest.approx(0.05)
    assert max(np.abs(w).max() for w in model.generator.get_weights()) > 0.05


def test_the_critic_has_a_hundred_minibatches_before_each_of_the_first_moves_and_every_500th():
    model = WGAN(*pair(), discriminator_steps=50)
    model.compile()

    def moves(steps):
        return [float(model.balance({}, training=True)["g_moves"]) for _ in range(steps)]

    assert moves(6) == [0, 1, 0, 1, 0, 1]  # 2 x 50 minibatches each
    assert moves(44) == [0, 1] * 22 and int(model.generator_moves) == 25
    assert moves(3) == [1, 1, 1]
    model.generator_moves.assign(499)
    assert moves(4) == [1, 0, 1, 1]  # the move after the 500th waits
    assert model.moves(model.discriminator) is True


def test_a_generator_that_waits_does_not_move_at_all():
    model = made("wgan long turns")
    before = model.generator.get_weights() + [v.numpy() for v in model.generator_optimizer.variables]
    critic = model.discriminator.get_weights()
    fit(model)  # two steps of 16 minibatches
    after = model.generator.get_weights() + [v.numpy() for v in model.generator_optimizer.variables]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert np.abs(model.discriminator.get_weights()[0] - critic[0]).max() > 1e-5


def points(function, dimension=1):
    """A network of points from a function of layers."""
    x = keras.Input((dimension,))
    return keras.Model(x, function(x))


def scaled(factor):
    """x -> factor x, as a network with one weight."""
    return points(layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(factor)))


REAL, FAKE = tf.constant([[1.0], [3.0]]), tf.constant([[-1.0], [0.0]])


def terms_of(model):
    """The terms on REAL and FAKE, worked out below for f(x) = 2 x."""
    turn = Turn(model, None, None, model.seed_of(0))
    named = model.discriminator_terms(REAL, FAKE, turn) | model.generator_terms(REAL, FAKE, turn)
    return {name: float(value) for name, value in named.items()}


@pytest.mark.parametrize(
    "game, options, expected",
    [
        # Scores: real 2, 6; fake -2, 0. The slope is 2 everywhere.
        (LSGAN, {}, {"d_least_squares": 0.5 * 13 + 0.5 * 2, "g_least_squares": 0.5 * 5}),
        (WGAN, {}, {"d_wasserstein": -1 - 4, "g_wasserstein": 1.0}),
        (WGANGP, {}, {"d_wasserstein": -5.0, "d_gradient_penalty": 10 * (2 - 1) ** 2, "g_wasserstein": 1.0}),
        (HingeGAN, {}, {"d_hinge": 0.0 + 0.5, "g_hinge": 1.0}),
        # sp(-2) = .126928, sp(-6) = .002476, sp(0) = .693147, sp(2) = 2.126928; R1 = 3/2 * 4.
        (R1GAN, {"gamma": 3.0}, {"d_real_fake": 0.474739, "d_r1": 6.0, "g_fool": 1.410038}),
        # Pairs differ by 4 and 6: sp(-4) = .018150, sp(-6) = .002476; sp(4) = 4.018150, sp(6) = 6.002476.
        (R3GAN, {}, {"d_relativistic": 0.010313, "d_r1": 2.0, "d_r2": 2.0, "g_relativistic": 5.010313}),
    ],
)
def test_terms_by_hand(game, options, expected):
    model = game(scaled(1.0), scaled(2.0), **options)
    assert terms_of(model) == pytest.approx(expected, abs=2e-6, rel=1e-5)


def test_gamma_may_follow_a_schedule_of_the_updates():
    """The authors' cosine from 1 to .1 in 4 updates: half way it is .55, and R1 = gamma / 2 * 2^2."""
    model = R3GAN(scaled(1.0), scaled(2.0), gamma=falling(1.0, 4, alpha=0.1))
    for steps, gamma in ((0, 1.0), (2, 0.55), (4, 0.1), (9, 0.1)):
        model.steps.assign(steps)
        assert terms_of(model)["d_r1"] == pytest.approx(2 * gamma, rel=1e-5)
    again = R3GAN.from_config(model.get_config())
    again.steps.assign(2)
    assert terms_of(again)["d_r2"] == pytest.approx(1.1, rel=1e-5)


def test_ebgan_by_hand():
    # D gives back half of x and the code is x: energies |x|/2 are .5, 1.5 on real, .5, 0 on fake (m = 1).
    x = keras.Input((1,))
    half = layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(0.5))(x)
    model = EBGAN(scaled(1.0), keras.Model(x, [half, x]), margin=1.0, pulling_away_weight=0.1)
    # d = 1 + ((1 - .5) + (1 - 0))/2; g = .25; codes -1 and 0: the dead one has no direction, so f_PT = 0.
    assert terms_of(model) == pytest.approx({"d_energy": 1.75, "g_energy": 0.25, "g_pulling_away": 0.0}, abs=1e-5)


def test_the_energy_is_a_norm_and_not_a_mean():
    images = tf.ones([2, 2, 2, 1])
    assert np.ravel(energy(images, tf.zeros_like(images))) == pytest.approx([2.0, 2.0])  # sqrt(4 * 1)
    with tf.GradientTape() as tape:
        tape.watch(images)
        value = energy(images, tf.identity(images))
    assert np.isfinite(tape.gradient(value, images)).all()


def test_began_by_hand():
    # L(v) = |v - v/2| = |v|/2: L(x) = 1, L(G) = .25. gamma L(x) - L(G) = .5 - .25 = .25.
    model = BEGAN(scaled(1.0), scaled(0.5), gamma=0.5, lambda_k=0.2)
    model.k.assign(0.4)
    values = terms_of(model)
    assert values == pytest.approx({"d_equilibrium": 0.9, "d_real": 1.0, "g_fake": 0.25})
    tensors = {name: tf.constant(value) for name, value in values.items()}
    shown = model.balance(tensors, training=False)
    assert (float(shown["k"]), float(shown["M"])) == (pytest.approx(0.4), pytest.approx(1.25))
    assert float(model.balance(tensors, training=True)["k"]) == pytest.approx(0.4 + 0.2 * 0.25)
    for _ in range(20):
        model.balance(tensors, training=True)
    assert float(model.k) == 1.0  # clipped


def test_interpolates_are_drawn_anew_each_turn_and_are_the_same_on_two_replicas():
    model = made("wgan_gp")
    one, two = (Turn(model, None, None, model.seed_of(turn)).uniform(tf.zeros([8, 3, 3, 1])) for turn in (0, 1))
    assert one.shape == (8, 1, 1, 1) and (np.abs(one - two) > 0).all()
    assert 0.0 <= np.min(one) and np.max(one) < 1.0

    def drawn():
        return Turn(model, None, None, model.seed_of(0)).uniform(tf.zeros([4, 3, 3, 1]))

    parts = mirrored().experimental_local_results(mirrored().run(drawn))
    np.testing.assert_array_equal(np.concatenate(parts), one)
