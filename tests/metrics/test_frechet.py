"""The Frechet distance against closed forms for Gaussians, and against torchmetrics on the same features."""

import numpy as np
import pytest

from keras_gan.metrics import Moments, frechet_distance

RANDOM = np.random.default_rng(0)
REAL = RANDOM.normal(size=(400, 12)) @ RANDOM.normal(size=(12, 12))
FAKE = RANDOM.normal(size=(300, 12)) @ RANDOM.normal(size=(12, 12)) + 0.5


def with_moments(mean, covariance, n=50):
    """n points with exactly this mean and this covariance."""
    x = np.random.default_rng(3).normal(size=(n, len(mean)))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x.T).reshape(len(mean), -1))).T
    return x @ np.linalg.cholesky(np.asarray(covariance, float)).T + mean


@pytest.mark.parametrize(
    "first, second, expected",
    [
        # One dimension: (m1 - m2)^2 + (s1 - s2)^2 = 3^2 + (2 - 5)^2.
        (([1.0], [[4.0]]), ([4.0], [[25.0]]), 18.0),
        # Covariances that commute: sum of (sqrt a - sqrt b)^2 = (1 - 3)^2 + (2 - 5)^2, means 1^2 + 2^2 apart.
        (([0, 0], np.diag([1.0, 4.0])), ([1, 2], np.diag([9.0, 25.0])), 18.0),
        # That do not: 2 x 2 has tr sqrt(M) = sqrt(tr M + 2 sqrt(det M)). M = [[2, 1], [1, 2]] diag(1, 4): trace 10,
        # determinant 3 x 4 = 12. 4 + 5 - 2 sqrt(10 + 2 sqrt 12) = 9 - 2 x 4.1144845 = .7710309.
        (([0, 0], [[2.0, 1.0], [1.0, 2.0]]), ([0, 0], np.diag([1.0, 4.0])), 9 - 2 * np.sqrt(10 + 2 * np.sqrt(12))),
    ],
)
def test_gaussians_by_hand(first, second, expected):
    real, fake = with_moments(*first), with_moments(*second)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(fake, real) == pytest.approx(expected, rel=1e-9)


def test_many_draws_approach_the_closed_form():
    x, y = (np.random.default_rng(seed).normal(size=(20_000, 3)) for seed in (1, 2))
    assert frechet_distance(x, 2 * y + 1) == pytest.approx(3 * 1 + 3 * 1, rel=0.03)


def test_identical_sets_are_0():
    assert frechet_distance(REAL, REAL) == pytest.approx(0, abs=1e-10)
    assert frechet_distance(REAL[:5], REAL[:5]) == pytest.approx(0, abs=1e-10)


def test_fewer_features_than_dimensions():
    """Against the covariances' roots, of which the nuclear norm of their product needs no eigenvalues near 0."""
    real, fake = RANDOM.normal(size=(40, 100)), RANDOM.normal(size=(25, 100)) * 2

    def root(covariance):
        values, vectors = np.linalg.eigh(covariance)
        return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T

    first, second = np.cov(real.T), np.cov(fake.T)
    nuclear = np.linalg.svd(root(first) @ root(second), compute_uv=False).sum()
    expected = np.square(real.mean(0) - fake.mean(0)).sum() + np.trace(first) + np.trace(second) - 2 * nuclear
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(fake, real) == pytest.approx(expected, rel=1e-6)


def test_constant_features():
    """Beside them it is the distance in the other dimensions; of constants alone, that of the means."""
    wide = [np.concatenate([x, np.full((len(x), 2), value)], axis=1) for x, value in ((REAL, 1.0), (FAKE, 4.0))]
    assert frechet_distance(*wide) == pytest.approx(frechet_distance(REAL, FAKE) + 2 * 9, rel=1e-9)
    assert frechet_distance(np.zeros((5, 3)), np.ones((4, 3))) == 3.0
    assert frechet_distance(REAL, np.zeros_like(REAL)) == pytest.approx(
        np.square(REAL.mean(0)).sum() + np.cov(REAL.T).trace(), rel=1e-12
    )


def test_moments_stand_for_features():
    expected = frechet_distance(REAL, FAKE)
    assert frechet_distance(Moments(REAL), FAKE) == frechet_distance(REAL, Moments(FAKE)) == expected
    streamed = Moments(FAKE[:100]).update(FAKE[100:])
    assert frechet_distance(Moments(REAL), streamed) == pytest.approx(expected, rel=1e-10)


def test_torchmetrics_agrees():
    torchmetrics = pytest.importorskip("torchmetrics.image.fid", reason="torchmetrics is not installed")
    torch = pytest.importorskip("torch", reason="torch is not installed")

    class Same(torch.nn.Module):
        num_features = REAL.shape[1]

        def forward(self, x):
            return x

    # float32 sums of squares are its state unless told otherwise, which alone is 1e-4 off
    referee = torchmetrics.FrechetInceptionDistance(Same(), input_img_size=(1, 1, 1)).set_dtype(torch.float64)
    referee.update(torch.tensor(REAL), real=True)
    referee.update(torch.tensor(FAKE), real=False)
    assert frechet_distance(REAL, FAKE) == pytest.approx(float(referee.compute()), rel=1e-4)
