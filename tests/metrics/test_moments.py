import numpy as np
import pytest

from keras_gan.metrics import Moments

X = np.random.default_rng(0).normal(size=(9000, 6)) @ np.random.default_rng(1).normal(size=(6, 6)) + 3.0


@pytest.mark.parametrize("batch", [1, 7, 100, 8999])
def test_streaming_equals_all_at_once(batch):
    streamed = Moments()
    for start in range(0, len(X), batch):
        streamed.update(X[start : start + batch])
    assert streamed.count == 9000
    np.testing.assert_allclose(streamed.mean, X.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(streamed.covariance, np.cov(X.T), rtol=1e-11, atol=1e-12)


def test_two_replicas_equal_one():
    one = Moments(X)
    both = Moments(X[:100]).merge(Moments(X[100:])).merge(Moments())
    np.testing.assert_allclose(both.mean, one.mean, rtol=1e-13)
    np.testing.assert_allclose(both.covariance, one.covariance, rtol=1e-12, atol=1e-13)
    assert both.count == one.count and Moments().merge(one).count == 9000


def test_merging_leaves_the_other_as_it_was():
    other = Moments(X[:50])
    Moments().merge(other).update(X[50:])
    assert other.count == 50
    np.testing.assert_allclose(other.covariance, np.cov(X[:50].T))


def test_a_large_mean_costs_no_digits():
    """sum x x^T / n - m m^T would lose 14 of 16 digits here."""
    moments = Moments((X + 1e7)[:5000]).update((X + 1e7)[5000:])
    np.testing.assert_allclose(moments.covariance, np.cov(X.T), rtol=1e-7, atol=1e-8)


def test_float32_features_are_summed_in_float64():
    x = np.full((100_000, 1), np.float32(0.1))
    assert Moments(x).mean[0] == pytest.approx(float(np.float32(0.1)), rel=1e-14)


def test_by_hand():
    moments = Moments([[1.0, 2.0], [3.0, 6.0]])
    np.testing.assert_array_equal(moments.mean, [2, 4])
    np.testing.assert_array_equal(moments.covariance, [[2, 4], [4, 8]])


def test_refusals_leave_the_state_as_it_was():
    moments = Moments(X)
    for bad in (X[:0], X[:, :2], np.full((1, 6), np.nan)):
        with pytest.raises(ValueError):
            moments.update(bad)
    with pytest.raises(ValueError, match="dimensions 6 and 2 cannot be merged"):
        moments.merge(Moments(X[:, :2]))
    with pytest.raises(ValueError, match="at least 2 features; there are 1"):
        Moments(X[:1]).covariance  # noqa: B018
    assert moments.count == 9000
