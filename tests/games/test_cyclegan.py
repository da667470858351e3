"""CycleGAN: its terms by hand, its pool, and its translations."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_gan import CycleGAN
from keras_gan.layers import Halves, ReflectionPadding2D
from keras_gan.networks import cyclegan
from keras_gan.step.pool import Pool
from keras_gan.step.turn import Turn

SHAPE = (8, 8, 3)
RANDOM = np.random.default_rng(0)
A, B = (RANDOM.integers(0, 256, (12, *SHAPE), "uint8") for _ in range(2))


def game(**options):
    keras.utils.set_random_seed(0)
    model = CycleGAN(cyclegan.generator(SHAPE, 4, 1), cyclegan.discriminator(SHAPE, 7, 4), **options)
    model.compile()
    return model


def by_hand():
    """G(a) = 2 a and F(b) = 3 b; the scores are the images."""
    z, both = keras.Input((1,)), keras.Input((4, 4, 2))
    a, b = Halves()(both)
    generator = keras.Model([z, both], layers.Concatenate()([layers.Rescaling(3.0)(b), layers.Rescaling(2.0)(a)]))
    images = keras.Input((4, 4, 2))
    return generator, keras.Model(images, layers.Rescaling(1.0)(images))


def test_terms_by_hand():
    """a = 0.1, b = 0.4, so that F(b) = 1.2, G(a) = 0.2, F(G(a)) = 0.6, G(F(b)) = 2.4, F(a) = 0.3, G(b) = 0.8."""
    model = CycleGAN(*by_hand(), cycle_weight=5.0, identity_weight=0.1)
    real = tf.stack([tf.fill((2, 4, 4), 0.1), tf.fill((2, 4, 4), 0.4)], axis=-1)
    turn = Turn(model, real, (real,), model.seed_of(0), training=False)
    fake = turn.generate()
    np.testing.assert_allclose(fake[0, 0, 0], [1.2, 0.2], rtol=1e-6)
    named = model.discriminator_terms(real, fake, turn) | model.generator_terms(real, fake, turn)
    assert {name: float(value) for name, value in named.items()} == pytest.approx({
        "d_least_squares": 0.5 * (0.9**2 + 1.2**2 + 0.6**2 + 0.2**2), "g_least_squares": 0.2**2 + 0.8**2,
        "g_cycle": 5 * (0.5 + 2.0), "g_identity": 5 * 0.1 * (0.2 + 0.4),
    }, rel=1e-5)  # fmt: skip


def test_domains_do_not_mix():
    """What b becomes does not depend on a, and the judges see one domain each."""
    model = game()
    pair = np.concatenate([A, B], axis=-1).astype("float32") / 127.5 - 1
    other = pair.copy()
    other[..., :3] = -other[..., :3]
    z = np.zeros((12, 1), "float32")
    one, two = model.generator([z, pair]).numpy(), model.generator([z, other]).numpy()
    np.testing.assert_allclose(one[..., :3], two[..., :3], atol=1e-6)
    assert np.abs(one[..., 3:] - two[..., 3:]).max() > 1e-3
    one, two = model.discriminator(pair).numpy(), model.discriminator(other).numpy()
    np.testing.assert_allclose(one[..., 1], two[..., 1], atol=1e-6)
    assert np.abs(one[..., 0] - two[..., 0]).max() > 1e-4
    np.testing.assert_allclose(model.translate(A), model.generator([z, pair])[..., 3:], atol=1e-5)
    np.testing.assert_allclose(model.translate(B, to="a"), model.generator([z, pair])[..., :3], atol=1e-5)
    with pytest.raises(ValueError, match='to is "a" or "b"'):
        model.translate(A, to="c")


def test_a_translation_depends_on_its_image_alone_and_survives_a_file(tmp_path):
    model = game(average_decay=0.9)
    model.fit(A, B, batch_size=6, verbose=0)
    whole = model.translate(A)
    np.testing.assert_array_equal(whole[5:7], model.translate(A[5:7]))
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras").translate(A), whole)
    with pytest.raises(ValueError, match=r"translates images \[n, 8, 8, 3\]"):
        model.translate(A[:, :4])


def test_images_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match=r"have one shape; got \(8, 8, 3\) and \(4, 8, 3\)"):
        game().fit(A, B[:, :4], batch_size=6)
    with pytest.raises(ValueError, match="learns from batches"):
        game().fit(A, batch_size=6)
    with pytest.raises(ValueError, match="as many images of either domain; got 5 and 4. Sets of unlike length are"):
        game().fit(A[:5], B[:4], batch_size=6)
    with pytest.raises(ValueError, match=r"pass image_shape=\(8, 8, 3\)"):
        game().fit(A[:, :4], B[:, :4], batch_size=6)


class Holder(keras.Model):
    """Something that has weights."""


def test_the_pool_is_filled_and_then_gives_back_earlier_fakes():
    pool, shown, new = Pool(Holder(), 8, (1, 1, 1)), [], []
    for step in range(200):
        fake = tf.reshape(tf.range(4.0) + 4 * step, [4, 1, 1, 1])
        shown.append(pool.exchange(fake, tf.constant([5, step])).numpy().ravel())
        new.append(fake.numpy().ravel())
    np.testing.assert_array_equal(shown[:2], new[:2])  # as long as there is room
    later, fresh = np.concatenate(shown[2:]), np.concatenate(new[2:])
    assert len(np.unique(later)) == len(later)  # nothing is shown twice: it leaves the pool, or never enters it
    earlier = later != fresh
    assert (later[earlier] < fresh[earlier]).all() and 0.45 < earlier.mean() < 0.55
    held = pool.fakes.numpy().ravel()
    assert not set(held) & set(np.concatenate(shown[2:])) and int(pool.count) == 8


def test_a_batch_larger_than_the_pool_goes_by():
    pool = Pool(Holder(), 2, (1, 1, 1))
    fake = tf.reshape(tf.range(4.0), [4, 1, 1, 1])
    np.testing.assert_array_equal(pool.exchange(fake, tf.constant([0, 1])), fake)
    assert not pool.fakes.numpy().any()


def test_batches_of_unlike_sizes_are_never_shown_an_empty_place():
    pool = Pool(Holder(), 7, (1, 1, 1))
    number = 1.0
    for step, size in enumerate((2, 6, 3, 6, 1, 4, 7, 5, 6) * 5):
        fake = tf.reshape(tf.range(number, number + size), [size, 1, 1, 1])
        number += size
        assert (pool.exchange(fake, tf.constant([5, step])).numpy() > 0).all()
    assert (pool.fakes.numpy() > 0).all()


def test_mirrored_edges():
    x = np.arange(9.0, dtype="float32").reshape(1, 3, 3, 1)
    np.testing.assert_array_equal(ReflectionPadding2D(1)(x)[0, :, :, 0], np.pad(x[0, :, :, 0], 1, mode="reflect"))


def test_the_papers_translator():
    """Appendix 7.2, 6 blocks for 128 pixels: 7.8 million weights; and a judge of patches of 70."""
    network = cyclegan.translator((128, 128, 3))
    assert network.count_params() == pytest.approx(7.84e6, rel=0.01)
    assert cyclegan.discriminator((128, 128, 3)).output.shape[1:] == (16, 16, 2)
