"""DiffAugment against NumPy, and its place in the step: real and fake apart, the same for a penalty, exact restarts."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from sums import unordered_sums
from worker import IMAGE, mirrored, pair, same, state

from keras_gan import EBGAN, GAN, R3GAN, DiffAugment, GDnet, Pix2Pix, penalties
from keras_gan.augmentation import colour, cutout, translation
from keras_gan.networks import pix2pix
from keras_gan.step import replicas
from keras_gan.step.turn import Turn

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(-1, 1, (64, *IMAGE)).astype("float32")
X = RANDOM.uniform(-1, 1, (6, 16, 11, 3)).astype("float32")
LOW, HIGH = 0.0, 1.0 - 2.0**-24  # the ends of what a generator of U[0, 1) gives


def u(*rows):
    return tf.constant(rows, tf.float32)


def test_colour_is_brightness_then_saturation_then_contrast():
    numbers = RANDOM.uniform(size=(6, 3)).astype("float32")
    for x, (brightness, saturation, contrast), found in zip(X, numbers, colour(X, numbers), strict=True):
        x = x + brightness - 0.5
        x = np.stack([x.mean(2) + 2 * saturation * (x[..., channel] - x.mean(2)) for channel in range(3)], 2)
        np.testing.assert_allclose(found, x.mean() + (contrast + 0.5) * (x - x.mean()), atol=1e-5)


def test_colour_by_hand():
    """One pixel (0.2, 0.4, 0.9), mean 0.5: brightness +0.25, no saturation, and contrast about itself does nothing."""
    pixel = np.array([0.2, 0.4, 0.9], "float32").reshape(1, 1, 1, 3)
    np.testing.assert_allclose(np.ravel(colour(pixel, u([0.75, 0.0, 0.9]))), [0.75] * 3, atol=1e-6)
    np.testing.assert_allclose(np.ravel(colour(pixel, u([0.5, 0.5, 0.5]))), np.ravel(pixel), atol=1e-6)


def test_translation_moves_whole_pixels_and_fills_with_grey():
    """16 rows move by up to 2, 11 columns by up to 1."""
    moves = [(LOW, LOW, -2, -1), (HIGH, HIGH, 2, 1), (0.5, 0.5, 0, 0), (0.3, 0.9, -1, 1), (0.7, 0.1, 1, -1)]
    found = translation(X[:5], u(*(move[:2] for move in moves)))
    for image, x, (_, _, down, right) in zip(found, X, moves, strict=False):
        wide = np.pad(x, ((2, 2), (1, 1), (0, 0)))
        np.testing.assert_array_equal(image, wide[2 + down : 18 + down, 1 + right : 12 + right])


def test_cutout_is_half_of_each_side_and_centred_anywhere_in_the_image():
    """Rows: 8 of 16 from -4 to 12. Columns: 5 of 11 from -2 to 8."""
    cuts = [(LOW, LOW, -4, -2), (HIGH, HIGH, 12, 8), (0.5, 0.5, 4, 3)]
    found = cutout(X[:3], u(*(cut[:2] for cut in cuts)))
    for image, x, (_, _, top, left) in zip(found, X, cuts, strict=False):
        expected = x.copy()
        expected[max(top, 0) : top + 8, max(left, 0) : left + 5] = 0
        np.testing.assert_array_equal(image, expected)


def test_every_place_is_equally_often():
    numbers = (np.arange(17 * 5) + 0.5) / (17 * 5)
    x = np.ones((len(numbers), 16, 16, 1), "float32")
    gone = 1 - cutout(x, np.stack([numbers, numbers], 1).astype("float32")).numpy()[..., 0]
    ends = [np.flatnonzero(image.any(1))[-1] + (0 if image[-1].any() else 1) for image in gone]
    starts = [np.flatnonzero(image.any(1))[0] for image in gone]
    tops = [end - 8 if image[0].any() else start for image, start, end in zip(gone, starts, ends, strict=True)]
    assert np.bincount(np.array(tops) + 4).tolist() == [5] * 17


@pytest.mark.parametrize("name", ["colour", "translation", "cutout"])
def test_the_gradient_reaches_x_and_is_the_difference_quotient(name):
    augmentation = DiffAugment([name])
    x, numbers = tf.constant(X[:2, :8, :8]), tf.random.stateless_uniform([2, augmentation.numbers], [1, 2])
    weights = tf.random.stateless_normal(x.shape, [3, 4])
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = tf.reduce_sum(weights * augmentation(x, numbers))
    slope = tape.gradient(value, x)
    direction = tf.random.stateless_normal(x.shape, [5, 6])
    # Each is linear in x plus a constant, so the quotient of a large step is exact.
    difference = tf.reduce_sum(weights * (augmentation(x + direction, numbers) - augmentation(x, numbers)))
    assert float(tf.reduce_sum(slope * direction)) == pytest.approx(float(difference), rel=1e-4, abs=1e-4)
    assert np.abs(slope).max() > 0


def test_the_policy_is_checked_and_kept():
    augmentation = DiffAugment(("cutout", "colour"))
    assert augmentation.numbers == 5
    config = keras.saving.serialize_keras_object(augmentation)
    assert keras.saving.deserialize_keras_object(config).policy == ("cutout", "colour")
    numbers = tf.random.stateless_uniform([6, 5], [1, 2])
    by_hand = colour(cutout(X, numbers[:, :2]), numbers[:, 2:])
    np.testing.assert_array_equal(augmentation(X, numbers), by_hand)
    for policy in ((), ("colour", "rotation")):
        with pytest.raises(ValueError, match="policy must name some of colour, translation, cutout"):
            DiffAugment(policy)
    with pytest.raises(ValueError, match="Augmentation would move an image and not the input that D sees"):
        Pix2Pix(pix2pix.unet((8, 8, 3)), pix2pix.discriminator((8, 8, 3), 3, 7), augmentation=augmentation)
    of_images = pix2pix.discriminator((8, 8, 3), receptive_field=7, conditional=False)
    assert Pix2Pix(pix2pix.unet((8, 8, 3)), of_images, augmentation=augmentation).augmentation is augmentation
    with pytest.raises(ValueError, match="Augmentation is of images"):
        GAN(*pair((2,)), augmentation=augmentation)


def made(game=GAN, players=None, **options):
    model = game(*(players or pair()), augmentation=DiffAugment(), average_decay=0.9, **options)
    model.compile(keras.optimizers.Adam(0.002), keras.optimizers.Adam(0.001))
    return model


def turn_of(model, turn=0, training=True):
    return Turn(model, None, None, model.seed_of(turn), training)


def test_tensors_have_draws_of_their_own_and_keep_them():
    model = made()
    turn, real, fake = turn_of(model), tf.ones((4, *IMAGE)), tf.ones((4, *IMAGE))
    first, other = turn.augmented(real), turn.augmented(fake)
    assert np.abs(first - other).max() > 0.01
    np.testing.assert_array_equal(turn.augmented(real), first)
    assert len({image.tobytes() for image in first.numpy()}) == 4
    assert np.abs(turn_of(model, turn=1).augmented(real) - first).max() > 0.01
    np.testing.assert_array_equal(turn_of(model).augmented(real), first)
    model.steps.assign_add(1)
    assert np.abs(turn_of(model).augmented(real) - first).max() > 0.01


def test_without_augmentation_and_in_evaluation_d_sees_x_itself():
    real = tf.ones((4, *IMAGE))
    assert turn_of(GAN(*pair())).augmented(real) is real
    assert turn_of(made(), training=False).augmented(real) is real


@pytest.mark.parametrize("normalised", [False, True])
def test_both_and_each_alone_score_the_same_augmented_images(normalised):
    model = made(players=pair(normalised=normalised))
    turn, (real, fake) = turn_of(model), tf.split(tf.constant(IMAGES[:8]), 2)
    told = [model.discriminator(turn.augmented(x), training=True) for x in (real, fake)]
    for scores, expected, x in zip(turn.both(real, fake), told, (real, fake), strict=True):
        np.testing.assert_allclose(scores, expected, atol=1e-5)
        np.testing.assert_allclose(turn.critic(x), expected, atol=1e-5)


def test_a_penalty_is_of_the_slope_with_respect_to_x_before_the_transformation():
    """D(x) = w . T(x) for a cutout T: the slope is w outside of the cut and 0 inside."""
    x = keras.Input(IMAGE)
    linear = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")(keras.layers.Flatten()(x))
    model = R3GAN(pair()[0], keras.Model(x, linear), augmentation=DiffAugment(["cutout"]))
    turn, real = turn_of(model), tf.ones((4, *IMAGE))
    left = np.sum(turn.augmented(real), axis=(1, 2, 3))  # pixels that are not cut
    np.testing.assert_allclose(penalties.squared_slopes(turn.critic, real), left)
    assert left.min() >= 48 and left.max() <= 60


def code_and_back():
    images = keras.Input(IMAGE)
    hidden = keras.layers.Dense(6)(keras.layers.Flatten()(images))
    back = keras.layers.Reshape(IMAGE)(keras.layers.Dense(64)(hidden))
    return pair()[0], keras.Model(images, [back, hidden], name="discriminator")


def two_way():
    images = keras.Input(IMAGE)
    return pair()[0], keras.Model(images, keras.layers.Dense(2)(keras.layers.Flatten()(images)), name="discriminator")


@pytest.mark.parametrize("game, players", [(R3GAN, pair), (EBGAN, code_and_back), (GDnet, two_way)])
def test_games_that_ask_for_more_than_a_score_train_on_augmented_images(game, players):
    model = made(game, players())
    history = model.fit(IMAGES, batch_size=32, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    plain = game(*players(), average_decay=0.9)
    plain.compile(keras.optimizers.Adam(0.002), keras.optimizers.Adam(0.001))
    plain.fit(IMAGES, batch_size=32, verbose=0)
    moved = zip(model.discriminator.get_weights(), plain.discriminator.get_weights(), strict=True)
    assert max(np.abs(one - other).max() for one, other in moved) > 1e-5


@pytest.mark.parametrize("game", [GAN, R3GAN])
def test_a_file_in_the_middle_changes_nothing(game, tmp_path):
    """Four steps in one go are two steps, a file, and two steps, bit for bit."""
    whole, halves = made(game, seed=3, discriminator_steps=2), made(game, seed=3, discriminator_steps=2)
    for _ in range(2):
        whole.fit(IMAGES, batch_size=32, shuffle=False, verbose=0)
    halves.fit(IMAGES, batch_size=32, shuffle=False, verbose=0)
    halves.save(tmp_path / "game.keras")
    again = keras.models.load_model(tmp_path / "game.keras")
    assert again.augmentation.policy == halves.augmentation.policy
    again.fit(IMAGES, batch_size=32, shuffle=False, verbose=0)
    assert not same(state(whole), state(again))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("game", [GAN, R3GAN])
def test_no_sum_depends_on_which_thread_is_first(game, channels):
    shape = (8, 8, channels)
    assert not unordered_sums(made(game, pair(shape)), np.zeros((32, *shape), "float32"))


def test_files_of_before_augmentation_are_read():
    config = GAN(*pair()).get_config()
    del config["augmentation"]
    assert GAN.from_config(config).augmentation is None


def test_replicas_draw_the_parts_of_one_draw_and_train_as_one():
    model = made()
    whole = turn_of(model).augmented(tf.constant(IMAGES[:8])).numpy()
    strategy = mirrored()

    def drawn():
        return turn_of(model).augmented(tf.constant(IMAGES)[replicas.number() * 4 :][:4])

    parts = [part.numpy() for part in strategy.experimental_local_results(strategy.run(drawn))]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)
    model.fit(IMAGES, batch_size=32, shuffle=False, verbose=0)
    with strategy.scope():
        together = made()
    together.fit(IMAGES, batch_size=32, shuffle=False, verbose=0)
    for one, two in zip(model.get_weights(), together.get_weights(), strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)
