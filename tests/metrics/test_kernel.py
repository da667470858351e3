"""The kernel distance against closed forms for Gaussians, numbers by hand, and torchmetrics on the same features."""

import numpy as np
import pytest

from keras_gan.metrics import kernel_distance

RANDOM = np.random.default_rng(0)
REAL, FAKE = RANDOM.normal(size=(200, 10)), RANDOM.normal(size=(150, 10)) * 1.5 + 0.3


def test_by_hand():
    # k(x, y) = (xy + 1)^3 of x = 0, 1 and y = 1, 2: k(0, 1) = 1; k(1, 2) = 27; across 1, 1, 8, 27 with mean 9.25.
    # Unbiased: 2 x 1 / 2 + 2 x 27 / 2 - 2 x 9.25 = 9.5, whatever the order of the two.
    result = kernel_distance([[0.0], [1.0]], [[1.0], [2.0]], subsets=3, subset_size=2)
    assert result == (pytest.approx(9.5), 0.0)


def test_gaussians_by_moments():
    """In one dimension k is a polynomial, so MMD^2 = sum over powers p of binomial(3, p) (E x^p - E y^p)^2."""
    mean, deviation = 0.5, 1.2
    moments = np.array([mean, mean**2 + deviation**2, mean**3 + 3 * mean * deviation**2])
    expected = (np.array([3, 3, 1]) * (np.array([0, 1, 0]) - moments) ** 2).sum()
    x, y = (np.random.default_rng(seed).normal(size=(50_000, 1)) for seed in (1, 2))
    result = kernel_distance(x, deviation * y + mean, subsets=60, subset_size=500)
    assert result.mean == pytest.approx(expected, abs=4 * result.standard_deviation / np.sqrt(60))
    assert result.standard_deviation < expected


def test_it_is_unbiased():
    """Small subsets of one distribution: as often below 0 as above."""
    x, y = (np.random.default_rng(seed).normal(size=(20_000, 2)) for seed in (1, 2))
    result = kernel_distance(x, y, subsets=1000, subset_size=10)
    assert abs(result.mean) < 4 * result.standard_deviation / np.sqrt(1000)


def test_seeds_and_subsets():
    options = {"subsets": 5, "subset_size": 50}
    assert kernel_distance(REAL, FAKE, **options) == kernel_distance(REAL, FAKE, **options, seed=0)
    assert kernel_distance(REAL, FAKE, **options) != kernel_distance(REAL, FAKE, **options, seed=1)


def test_constant_features():
    # (1 + 1)^3 + (1 + 1)^3 - 2 (1 + 1)^3 for equal ones, ones against zeros 8 + 1 - 2.
    ones, zeros = np.ones((5, 4)), np.zeros((5, 4))
    assert kernel_distance(ones, ones, subsets=2, subset_size=5) == (0.0, 0.0)
    assert kernel_distance(ones, zeros, subsets=2, subset_size=5) == (7.0, 0.0)


@pytest.mark.filterwarnings("ignore::UserWarning")  # its buffers
def test_torchmetrics_agrees():
    torchmetrics = pytest.importorskip("torchmetrics.image.kid", reason="torchmetrics is not installed")
    torch = pytest.importorskip("torch", reason="torch is not installed")

    class Same(torch.nn.Module):
        num_features = 10

        def forward(self, x):
            return x

    # Subsets of all features are all the same, however they are drawn.
    referee = torchmetrics.KernelInceptionDistance(Same(), subsets=2, subset_size=150)
    referee.update(torch.tensor(REAL[:150]), real=True)
    referee.update(torch.tensor(FAKE), real=False)
    mean, deviation = kernel_distance(REAL[:150], FAKE, subsets=2, subset_size=150)
    assert mean == pytest.approx(float(referee.compute()[0]), rel=1e-4)
    assert deviation == pytest.approx(0, abs=1e-12)
