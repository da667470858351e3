"""Distances found in float32 are those of float64, ties and all."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from keras_gan.metrics import distances
from keras_gan.metrics.distances import Distances, Distinct, nearest


def cloud(n, d, seed=0, scale=1.0, offset=0.0, dtype="float32"):
    return (np.random.default_rng(seed).normal(size=(n, d)) * scale + offset).astype(dtype)


def lattice(n, d, seed=0, offset=0.0):
    """Points with many equal distances, exact in float32."""
    return (np.random.default_rng(seed).integers(0, 3, (n, d)) + offset).astype("float32")


CASES = {
    "cloud": (cloud(70, 20), cloud(90, 20, 1)),
    "one dimension": (cloud(70, 1), cloud(90, 1, 1)),
    "lattice": (lattice(70, 4), lattice(90, 4, 1)),
    "far from 0": (lattice(70, 4, offset=1e6), lattice(90, 4, 1, offset=1e6)),
    "float64, closer than float32 can tell": tuple(cloud(n, 5, n, 1e-9, 1, "float64") for n in (70, 90)),
    "huge": (cloud(70, 9, scale=1e30), cloud(90, 9, 1, scale=1e30)),
    "tiny": (cloud(70, 9, scale=1e-30), cloud(90, 9, 1, scale=1e-30)),
    "one far away": (np.r_[cloud(70, 9), [[1e8] * 9]].astype("float32"), cloud(90, 9, 1)),
    "many equal": (cloud(7, 9).repeat(10, axis=0), cloud(7, 9).repeat(8, axis=0)),
    "all equal": (np.ones((70, 3)), np.ones((90, 3))),
    "one point": (cloud(1, 4), cloud(1, 4, 1)),
}


@pytest.fixture(params=CASES)
def case(request, monkeypatch):
    monkeypatch.setattr(distances, "BLOCK", 1000)  # several blocks
    monkeypatch.setattr(distances, "PAIRS", 64)
    x, y = CASES[request.param]
    return x, y, cdist(x.astype("float64"), y.astype("float64"), "sqeuclidean")


def test_nearest(case):
    x, y, squares = case
    indices, found = nearest(x, y)
    np.testing.assert_allclose(found, np.sqrt(squares.min(axis=1)), rtol=1e-12)
    np.testing.assert_allclose(squares[np.arange(len(x)), indices], squares.min(axis=1), rtol=1e-12)


def test_nearest_takes_the_first_of_equals():
    x, y = lattice(70, 4), lattice(90, 4, 1)
    np.testing.assert_array_equal(nearest(x, y)[0], cdist(x, y, "sqeuclidean").argmin(axis=1))


@pytest.mark.parametrize("k", [1, 4, 1000])
def test_neighbours(case, k):
    x, y, squares = case
    rows = {}
    for i, j, exact in Distances(x, y).neighbours(k):
        np.testing.assert_allclose(exact, squares[i, j], rtol=1e-12)
        for one in np.unique(i):
            rows[one] = exact[i == one], j[i == one]
    assert sorted(rows) == list(range(len(x)))
    for one, (exact, j) in rows.items():
        assert (np.diff(exact) >= 0).all() and len(set(j)) == len(j)
        in_order = np.sort(squares[one])
        np.testing.assert_allclose(exact[:k], in_order[: min(k, len(y))], rtol=1e-12)
        assert len(j) >= (squares[one] <= exact[: min(k, len(y))][-1]).sum()  # all that tie with the k-th


@pytest.mark.parametrize("closed", [True, False])
def test_within(case, closed):
    """Radii that are themselves distances: whether a point on the border is inside must not be left to rounding."""
    x, y, _ = case
    own = Distances(x, y)
    pairs = np.arange(len(x)), np.arange(len(x)) * 7 % len(y)
    limit = own.exact(*pairs)
    i, j = (a.ravel() for a in np.indices((len(x), len(y))))
    squares = own.exact(i, j).reshape(len(x), len(y))
    expected = squares <= limit[:, None] if closed else (squares < limit[:, None]) | (squares == 0)
    inside = np.concatenate([member for _, member in own.within(limit, closed)])
    np.testing.assert_array_equal(inside, expected)
    if closed:
        assert inside[pairs].all()


def test_exact_distances_do_not_depend_on_the_order():
    x, y = cloud(40, 33), cloud(50, 33, 1)
    i, j = (a.ravel() for a in np.indices((40, 50)))
    there, back = Distances(x, y).exact(i, j), Distances(y, x).exact(j, i)
    np.testing.assert_array_equal(there, back)
    np.testing.assert_array_equal(there[[7, 900]], Distances(x, y).exact(i[[7, 900]], j[[7, 900]]))


def test_distinct():
    x = np.array([[1, 2], [0, 0], [1, 2], [-0.0, 0], [3, 4], [1, 2]], "float32")
    points = Distinct(x)
    np.testing.assert_array_equal(points.rows[points.inverse], x)
    assert len(points.rows) == 3 and sorted(points.counts) == [1, 2, 3]
    np.testing.assert_array_equal(points.counts, np.bincount(points.inverse))
