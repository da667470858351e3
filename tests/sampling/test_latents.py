"""Distributions of z: moments, Kolmogorov-Smirnov tests, independence, and what a seed fixes."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from keras_gan.sampling.latents import Latent, Normal, Stratified, Uniform

ROOT3 = 3.0**0.5
N = 20_000
LATENTS = {
    "normal": (Normal(), stats.norm()),
    "uniform": (Uniform(), stats.uniform(-1, 2)),
    "unit variance": (Uniform(-ROOT3, ROOT3), stats.uniform(-ROOT3, 2 * ROOT3)),  # variance (2 sqrt 3)^2 / 12 = 1
    "stratified": (Stratified(-5.0, 5.0), stats.uniform(-5, 10)),
}


def by_number(latent, seeds, dimension=1):
    return latent.numbered(tf.constant(seeds, tf.int64), dimension).numpy()


def by_minibatch(latent, n, dimension=1, seed=(1, 2)):
    return latent.minibatch(n, dimension, tf.constant(seed, tf.int32)).numpy()


@pytest.mark.parametrize("way", ["numbered", "minibatch"])
@pytest.mark.parametrize("name", LATENTS)
def test_distribution(name, way):
    latent, law = LATENTS[name]
    z = by_number(latent, np.arange(N)) if way == "numbered" else by_minibatch(latent, N)
    assert z.dtype == np.float32 and z.shape == (N, 1)
    z = z[:, 0].astype("float64")
    low, high = law.support()
    assert low <= z.min() and z.max() <= high
    assert z.mean() == pytest.approx(0, abs=4 * law.std() / N**0.5)
    # The variance of a sample's variance is (kurtosis - 1) sigma^4 / n, kurtosis = excess + 3.
    excess = float(law.stats("k"))
    assert z.var() == pytest.approx(law.var(), abs=4 * law.var() * ((excess + 2) / N) ** 0.5)
    assert stats.kstest(z, law.cdf).pvalue > 1e-3
    assert stats.kstest(z * 1.1, law.cdf).pvalue < 1e-3  # the test has teeth


@pytest.mark.parametrize("name", ["normal", "uniform"])
def test_columns_and_rows_are_independent(name):
    latent, law = LATENTS[name]
    for z in (by_number(latent, np.arange(5000), 6), by_minibatch(latent, 5000, 6)):
        np.testing.assert_allclose(np.corrcoef(z.T), np.eye(6), atol=4 / 5000**0.5)
        assert abs(np.corrcoef(z[:-1].ravel(), z[1:].ravel())[0, 1]) < 4 / 30_000**0.5
        assert stats.kstest(z.ravel(), law.cdf).pvalue > 1e-3


@pytest.mark.parametrize("name", LATENTS)
def test_a_number_is_a_row(name):
    latent, _ = LATENTS[name]
    seeds = np.array([5, -3, 2**40, 0, -(2**63), 2**63 - 1])
    rows = by_number(latent, seeds, 3)
    np.testing.assert_array_equal(by_number(latent, seeds[::-1], 3)[::-1], rows)
    for seed, row in zip(seeds, rows, strict=True):
        np.testing.assert_array_equal(by_number(latent, [seed], 3)[0], row)
    assert len(np.unique(rows, axis=0)) == len(seeds)


@pytest.mark.parametrize("name", LATENTS)
def test_a_minibatch_is_its_seed(name):
    latent, _ = LATENTS[name]
    first = by_minibatch(latent, 64)
    np.testing.assert_array_equal(first, by_minibatch(latent, 64))
    graph = tf.function(lambda n, seed: latent.minibatch(n, 1, seed))  # n is a tensor in the training step
    np.testing.assert_array_equal(first, graph(tf.constant(64), tf.constant([1, 2])))
    for other in ((1, 3), (2, 2), (2, 1)):
        assert not np.isin(by_minibatch(latent, 64, seed=other), first).any()


@pytest.mark.parametrize("n", [1, 7, 200])
def test_stratified_has_one_ascending_draw_in_each_stratum(n):
    z = by_minibatch(Stratified(-5.0, 5.0), n)[:, 0].astype("float64")
    strata = -5 + 10 * np.arange(n + 1) / n
    rounding = 5 * 2.0**-22
    assert (z >= strata[:-1] - rounding).all() and (z <= strata[1:] + rounding).all() and (np.diff(z) >= 0).all()
    # Uniform within the stratum: over many minibatches, the middle one's place in it.
    places = [by_minibatch(Stratified(0.0, n), n, seed=(0, i))[n // 2, 0] - n // 2 for i in range(300)]
    assert stats.kstest(places, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("name", LATENTS)
def test_config_round_trip(name):
    latent, _ = LATENTS[name]
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(latent))
    assert type(twin) is type(latent) and twin.get_config() == latent.get_config()
    np.testing.assert_array_equal(by_number(twin, np.arange(9), 2), by_number(latent, np.arange(9), 2))
    np.testing.assert_array_equal(by_minibatch(twin, 9), by_minibatch(latent, 9))


@pytest.mark.parametrize("kind", [Uniform, Stratified])
@pytest.mark.parametrize("low, high", [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf"))])
def test_bad_limits(kind, low, high):
    with pytest.raises(ValueError, match="low < high|finite"):
        kind(low, high)


def test_stratified_refuses_what_it_is_not():
    """In two dimensions both columns would ascend together: a diagonal, not a square."""
    with pytest.raises(ValueError, match="one dimension"):
        by_minibatch(Stratified(), 8, dimension=2)


def test_a_latent_must_say_both():
    with pytest.raises(NotImplementedError, match="training minibatch"):
        Latent().minibatch(1, 1, [0, 0])
    with pytest.raises(NotImplementedError, match="z of a seed"):
        Latent().numbered([0], 1)
