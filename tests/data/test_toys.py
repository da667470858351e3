"""The toy worlds: each sampler draws from exactly the density it states."""

import functools

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn.datasets import make_swiss_roll

from keras_gan.data.toys import TOYS, Gaussian1D, Grid, Ring, SwissRoll

WORLDS = {**TOYS, "ring of WGAN-GP": Ring(radius=2 / 1.414, standard_deviation=0.02 / 1.414), "grid of 4": Grid(side=4)}
REACH = {"gaussian1d": 9.0, "ring": 1.1, "grid": 1.55, "swiss_roll": 2.15, "ring of WGAN-GP": 1.55, "grid of 4": 1.2}
SAMPLES = 50_000


def cells(name, world):
    """Centres of square cells, small against the standard deviation, their width, and the number of bins on an axis."""
    reach, bins = REACH[name], 24
    cells_per_deviation = 2 if isinstance(world, SwissRoll) else 4  # its density is the slow one, and smooth enough
    per_bin = int(np.ceil(cells_per_deviation * 2 * reach / world.standard_deviation / bins))
    count = per_bin * bins
    width = 2 * reach / count
    line = -reach + width * (np.arange(count) + 0.5)
    if world.dimensions == 1:
        return line[:, None], width, bins
    return np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2), width, bins


@functools.cache
def probabilities(name):
    """The density's probability of each of 24 (1-D) or 24 x 24 (2-D) bins; their sum must be 1."""
    world = WORLDS[name]
    centres, width, bins = cells(name, world)
    density = world.density(centres)
    assert density.dtype == np.float64 and density.shape == (len(centres),) and (density >= 0).all()
    mass = density * width**world.dimensions
    if world.dimensions == 1:
        return mass.reshape(bins, -1).sum(axis=1)
    per_bin = int(np.sqrt(len(mass))) // bins
    return mass.reshape(bins, per_bin, bins, per_bin).sum(axis=(1, 3))


def p_value(name, points, probability):
    """Chi-squared test of points against the bins' probabilities; bins that expect fewer than 5 points are joined."""
    edges = np.linspace(-REACH[name], REACH[name], probability.shape[0] + 1)
    observed = np.histogramdd(points, bins=[edges] * points.shape[1])[0].ravel()
    expected = probability.ravel() / probability.sum() * len(points)
    rare = expected < 5
    observed = np.append(observed[~rare], len(points) - observed[~rare].sum())
    expected = np.append(expected[~rare], expected[rare].sum())
    if expected[-1] < 5:
        observed, expected = observed[:-1], expected[:-1]
    return stats.chisquare(observed, expected * observed.sum() / expected.sum()).pvalue


@pytest.mark.parametrize("name", WORLDS)
def test_density_integrates_to_one_and_samples_follow_it(name):
    world = WORLDS[name]
    probability = probabilities(name)
    assert probability.sum() == pytest.approx(1, abs=1e-3)
    points = world.sample(SAMPLES, seed=0)
    assert points.dtype == np.float32 and points.shape == (SAMPLES, world.dimensions)
    assert p_value(name, points, probability) > 1e-3
    # The test has teeth: points drawn 2 % too far out do not pass.
    assert p_value(name, points * 1.02, probability) < 1e-6


@pytest.mark.parametrize("name", TOYS)
def test_a_seed_is_a_sample(name):
    world = TOYS[name]
    first = world.sample(100, seed=3)
    np.testing.assert_array_equal(first, world.sample(100, seed=3))
    np.testing.assert_array_equal(first, world.sample(100, seed=np.random.SeedSequence(3)))
    assert not np.isin(world.sample(100, seed=4), first).any()


def test_gaussian1d_is_the_normal_density():
    x = np.linspace(-4, 3, 15)[:, None]
    np.testing.assert_allclose(Gaussian1D().density(x), stats.norm(-1, 1).pdf(x[:, 0]), rtol=1e-12)
    points = Gaussian1D(mean=2.0, standard_deviation=0.5).sample(SAMPLES, seed=1)
    assert points.mean() == pytest.approx(2, abs=4 * 0.5 / SAMPLES**0.5)
    assert points.std() == pytest.approx(0.5, abs=4 * 0.5 / (2 * SAMPLES) ** 0.5)


@pytest.mark.parametrize("name, count", [("gaussian1d", 1), ("ring", 8), ("grid", 25)])
def test_modes_hold_equal_shares_and_the_stated_noise(name, count):
    world = TOYS[name]
    points = world.sample(SAMPLES, seed=2)
    assert world.modes.shape == (count, world.dimensions)
    distance = np.linalg.norm(points[:, None] - world.modes, axis=-1)
    share = np.bincount(distance.argmin(axis=1), minlength=count) / SAMPLES
    np.testing.assert_allclose(share, 1 / count, atol=5 * (1 / count / SAMPLES) ** 0.5)
    noise = np.sqrt(np.mean(distance.min(axis=1) ** 2) / world.dimensions)
    assert noise == pytest.approx(world.standard_deviation, rel=0.02)


def test_modes_lie_where_the_papers_put_them():
    np.testing.assert_allclose(np.linalg.norm(Ring().modes, axis=1), 1)
    np.testing.assert_allclose(Ring().modes[1], [0.5**0.5, 0.5**0.5])
    assert {tuple(mode) for mode in np.rint(Grid().modes * 2.828).astype(int).tolist()} == {
        (2 * x, 2 * y) for x in range(-2, 3) for y in range(-2, 3)
    }


def test_swiss_roll_density_is_the_integral_over_its_curve():
    world = SwissRoll()
    x = world.sample(20, seed=5).astype(np.float64)

    def integrand(t, point):
        squared = (point[0] - t * np.cos(t) / 7.5) ** 2 + (point[1] - t * np.sin(t) / 7.5) ** 2
        variance = (0.25 / 7.5) ** 2
        return np.exp(-squared / 2 / variance) / (2 * np.pi * variance) / (3 * np.pi)

    for point, density in zip(x, world.density(x), strict=True):
        # Break points, or quad overlooks the narrow peaks where the curve passes.
        breaks = np.linspace(1.5 * np.pi, 4.5 * np.pi, 200)
        exact = integrate.quad(integrand, breaks[0], breaks[-1], args=(point,), points=breaks[1:-1], limit=1000)[0]
        assert density == pytest.approx(exact, rel=1e-6)


def test_swiss_roll_is_scikit_learns():
    theirs = make_swiss_roll(SAMPLES, noise=0.25, random_state=0)[0][:, [0, 2]] / 7.5
    ours = SwissRoll().sample(SAMPLES, seed=0)
    for axis in range(2):
        assert stats.ks_2samp(ours[:, axis], theirs[:, axis]).pvalue > 1e-3
    assert p_value("swiss_roll", theirs, probabilities("swiss_roll")) > 1e-3


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: Ring(count=0), "Ring takes a positive whole number as count, not 0"),
        (lambda: Grid(side=2.5), "Grid takes a positive whole number as side, not 2.5"),
        (lambda: SwissRoll(noise=-1.0), "SwissRoll takes a positive number as noise, not -1.0"),
        (lambda: Gaussian1D(mean=float("nan")), "Gaussian1D takes a finite number as mean, not nan"),
        (lambda: Ring().sample(0, seed=0), "A toy world draws at least 1 point, not 0"),
        (lambda: Ring().sample(1, seed=-1), "A seed is a non-negative integer, not -1"),
        (lambda: Ring().density(np.zeros((3, 1))), r"Ring.density takes points \[n, 2\], not \[3, 1\]"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()
