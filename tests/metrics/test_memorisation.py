"""Memorisation on sets that copy, that do not, and that stay away; against scikit-learn's and SciPy's own figures."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from sklearn.neighbors import NearestNeighbors

from keras_gan.metrics import duplicate_rate, memorisation

RANDOM = np.random.default_rng(0)
TRAIN, HELD_OUT, FRESH = RANDOM.normal(size=(3, 600, 5))
COPIES = TRAIN[:300] + RANDOM.normal(size=(300, 5)) * 1e-3


def distances(x):
    return NearestNeighbors(n_neighbors=1).fit(TRAIN).kneighbors(x)[0][:, 0]


@pytest.mark.parametrize("fake", [FRESH, COPIES, FRESH * 3], ids=["fresh", "copies", "far"])
def test_figures_are_scikit_learns_and_scipys(fake):
    ours, theirs = distances(fake), distances(HELD_OUT)
    found = memorisation(fake, TRAIN, HELD_OUT)
    assert found.fake_distance == pytest.approx(np.median(ours))
    assert found.held_out_distance == pytest.approx(np.median(theirs))
    assert found.ratio == pytest.approx(np.median(ours) / np.median(theirs))
    # U counts the pairs in which ours is greater.
    greater = mannwhitneyu(ours, theirs, method="asymptotic", use_continuity=False).statistic
    assert found.closer == pytest.approx(1 - greater / (len(ours) * len(theirs)))
    assert found.copies == pytest.approx((ours < np.quantile(theirs, 0.01)).mean())


def test_z_is_scipys():
    from scipy.stats import norm

    fake = np.round(FRESH[:80] * 4) / 4  # ties
    train, held_out = (np.round(x * 4) / 4 for x in (TRAIN, HELD_OUT))
    ours, theirs = (NearestNeighbors(n_neighbors=1).fit(train).kneighbors(x)[0][:, 0] for x in (fake, held_out))
    p = mannwhitneyu(ours, theirs, alternative="less", method="asymptotic", use_continuity=False).pvalue
    assert memorisation(fake, train, held_out).z == pytest.approx(norm.isf(p), abs=1e-6)


def test_verdicts():
    fresh, copied = memorisation(FRESH, TRAIN, HELD_OUT), memorisation(COPIES, TRAIN, HELD_OUT)
    assert fresh.ratio == pytest.approx(1, abs=0.1) and abs(fresh.z) < 3 and fresh.copies < 0.04
    assert copied.ratio < 0.01 and copied.z > 10 and copied.closer > 0.99 and copied.copies > 0.99
    assert memorisation(FRESH * 3, TRAIN, HELD_OUT).z < -10


def test_constant_sets():
    ones = np.ones((5, 3))
    assert memorisation(ones, ones, ones) == (0.0, 0.0, 1.0, 0.5, 0.0, 0.0)
    assert memorisation(ones + 1, ones, ones).ratio == np.inf
    assert memorisation(ones[:1], ones[:1], ones[:1] + 1) == (
        0.0,
        pytest.approx(3**0.5),
        0.0,
        1.0,
        pytest.approx(1),
        1.0,
    )


def test_duplicate_rate():
    x = np.array([[0, 0], [1, 0], [0, 0], [5, 5], [0, 0]], "float32")
    assert duplicate_rate(x) == pytest.approx(2 / 5)
    assert duplicate_rate(x, tolerance=1.0) == pytest.approx(3 / 5)
    assert duplicate_rate(x, tolerance=0.99) == pytest.approx(2 / 5)
    assert duplicate_rate(TRAIN) == 0.0 and duplicate_rate(np.ones((10, 4))) == pytest.approx(0.9)
    assert duplicate_rate(np.concatenate([TRAIN, COPIES]), tolerance=0.01) == pytest.approx(1 / 3)
