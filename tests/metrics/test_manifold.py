"""Precision, recall, density and coverage by hand, and against prdc on the same features."""

import warnings

import numpy as np
import pytest

from keras_gan.metrics import density_coverage, distances, precision_recall

LINE = np.array([[0.0], [1.0], [3.0], [6.0]])  # first neighbours at 1, 1, 2, 3; second ones at 3, 2, 3, 5


def gaussians(n, m, d, shift=0.3, scale=0.9):
    random = np.random.default_rng(d)
    return random.normal(size=(n, d)), random.normal(size=(m, d)) * scale + shift


def test_by_hand():
    # Balls around the line, k = 1: [-1, 1], [0, 2], [1, 5], [3, 9]. Of the fakes -1.5, 1.5, 4, 20 two are inside.
    # Around fakes, sorted, first neighbours at 3, 2.5, 2.5, 16: [-4.5, 1.5], [-1, 4], [1.5, 6.5], [4, 36]: all real.
    fake = np.array([[1.5], [4.0], [-1.5], [20.0]])
    assert precision_recall(LINE, fake, k=1) == (0.5, 1.0)
    # 1.5 lies in two balls, 4 in two: density (2 + 2) / 4 / 1. The first ball holds none.
    assert density_coverage(LINE, fake, k=1) == (1.0, 0.75)


def test_borders():
    """A point on the border: inside for precision (the paper's <=), outside for density (its authors' code's <)."""
    assert precision_recall(LINE, np.full((2, 1), 9.0), k=1).precision == 1.0
    assert density_coverage(LINE, np.full((2, 1), 9.0), k=1) == (0.0, 0.0)


@pytest.mark.parametrize("d", [1, 3, 40])
def test_identical_sets(d):
    x = gaussians(300, 1, d)[0]
    assert precision_recall(x, x) == (1.0, 1.0)
    # An open ball holds its centre and k - 1 neighbours: n balls hold n k points, k for each on average.
    assert density_coverage(x, x) == (pytest.approx(1.0), 1.0)
    assert density_coverage(x.astype("float32"), x.astype("float32")) == (pytest.approx(1.0), 1.0)


def test_far_sets():
    x = gaussians(100, 1, 5)[0]
    assert precision_recall(x, x + 100) == (0.0, 0.0) and density_coverage(x, x + 100) == (0.0, 0.0)


def test_constant_features_and_collapse():
    x, ones = gaussians(100, 1, 5)[0], np.ones((100, 5))
    assert precision_recall(ones, ones) == (1.0, 1.0)
    assert density_coverage(ones, ones) == (100 / 5, 1.0)  # all 100 balls hold each
    assert precision_recall(ones, 2 * ones) == (0.0, 0.0) and density_coverage(ones, 2 * ones) == (0.0, 0.0)
    copies = np.repeat(x[:1], 100, axis=0)
    precision, recall = precision_recall(x, copies)
    assert precision == 1.0 and recall == 1 / 100


def test_duplicates_count_as_neighbours(monkeypatch):
    """As points moved apart by next to nothing do."""
    monkeypatch.setattr(distances, "BLOCK", 500)
    random = np.random.default_rng(0)
    real, fake = (random.normal(size=(40, 3))[random.integers(0, 40, 100)] for _ in range(2))
    moved = [x + random.normal(size=x.shape) * 1e-9 for x in (real, fake)]
    for k in (1, 3, 5):
        assert precision_recall(real, fake, k) == pytest.approx(precision_recall(*moved, k))
        assert density_coverage(real, fake, k) == pytest.approx(density_coverage(*moved, k))


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize("d", [1, 2, 64])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_prdc_agrees(k, d, dtype, monkeypatch):
    prdc = pytest.importorskip("prdc", reason="prdc is not installed")
    monkeypatch.setattr(distances, "BLOCK", 20_000)
    real, fake = (x.astype(dtype) for x in gaussians(300, 250, d))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # In float64 in any case: its float32 distances are 1e-4 off in one dimension
        expected = prdc.compute_prdc(real.astype("float64"), fake.astype("float64"), nearest_k=k)
    ours = precision_recall(real, fake, k)._asdict() | density_coverage(real, fake, k)._asdict()
    assert ours == pytest.approx(expected, rel=1e-4)
