"""The Parzen estimate against scikit-learn's, and against numbers by hand."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.neighbors import KernelDensity

from keras_gan.metrics import ParzenWindow, parzen_log_likelihood, parzen_over_folds
from keras_gan.metrics.parzen import SIGMAS, log_density


def uniform(*shape, seed=0, low=-1.0, high=1.0):
    return np.random.default_rng(seed).uniform(low, high, shape).astype("float32")


def scikit_learn(points, samples, sigma):
    """One leaf, because with several its bounds cancel in many dimensions (thousands of nats off in 784)."""
    kernel = KernelDensity(bandwidth=sigma, kernel="gaussian", leaf_size=len(samples))
    return kernel.fit(samples.astype("float64")).score_samples(points.astype("float64"))


@pytest.mark.parametrize("sigma", [0.1, 0.2, 1.0])
@pytest.mark.parametrize("dimension", [1, 2, 30, 784])
def test_log_density_is_scikit_learns(dimension, sigma):
    samples, points = uniform(300, dimension, low=0), uniform(120, dimension, seed=1, low=0)
    expected = scikit_learn(points, samples, sigma)
    # Relative to the size of the sum's terms: a log-likelihood may be near 0 by chance.
    scale = np.abs(expected).max()
    np.testing.assert_allclose(log_density(points, samples, sigma, block=50), expected, atol=1e-6 * scale)


def test_log_density_does_not_depend_on_where_the_origin_is():
    samples, points = (np.round(uniform(200, 2, seed=seed) * 256) / 256 for seed in (0, 1))
    for shift in (64.0, -1000.0):  # exact in float32, as multiples of 1/256
        shifted = log_density(points + np.float32(shift), samples + np.float32(shift), 0.1)
        np.testing.assert_allclose(shifted, log_density(points, samples, 0.1), atol=1e-4)


@pytest.mark.parametrize(
    "points, samples, sigma, expected",
    [
        # log N(1; 0, 1) = -1/2 - log sqrt(2 pi) = -.5 - .918939
        ([[1]], [[0]], 1.0, [-1.418939]),
        # log (e^0 + e^-8)/2 - log(.5 sqrt(2 pi)) = (.000335 - .693147) + .693147 - .918939, distance 2, 2 sigma^2 = .5
        ([[0], [2]], [[0], [2]], 0.5, [-0.918603, -0.918603]),
        # Two dimensions, distance^2 3^2 + 4^2 = 25: -25/(2 x 4) - 2 log(2 sqrt(2 pi)) = -3.125 - 2 x 1.612086
        ([[3, 4]], [[0, 0]], 2.0, [-6.349171]),
    ],
)
def test_log_density_by_hand(points, samples, sigma, expected):
    points, samples = np.array(points, "float32"), np.array(samples, "float32")
    np.testing.assert_allclose(log_density(points, samples, sigma), expected, atol=2e-6)


def test_far_points_do_not_underflow():
    # -(100^2)/(2 x .01) - log(.1 sqrt(2 pi)) = -500,000 + 2.302585 - .918939
    np.testing.assert_allclose(log_density(np.array([[100.0]], "f4"), np.zeros((5, 1), "f4"), 0.1), -499_998.616354)


def test_sigmas_are_the_papers():
    # 10 values from 0.1 to 1, each 10^(1/9) = 1.291550 times the last
    np.testing.assert_allclose(SIGMAS[[0, 1, 2, 9]], [0.1, 0.1291550, 0.1668101, 1.0], rtol=1e-6)
    assert len(SIGMAS) == 10


def test_sigma_is_chosen_on_validation_and_scored_on_test():
    """Validation at distance .5 of the only sample is likeliest at sigma = .5; test lies elsewhere and has no say."""
    sample, validation = np.zeros((1, 1)), np.array([[0.5], [-0.5]])
    result = parzen_log_likelihood(sample, validation, np.array([[0.1], [-0.2], [0.0]]), sigmas=(0.1, 0.25, 0.5, 1.0))
    assert result.sigma == 0.5
    # log N(x; 0, .5) = -2 x^2 - .225791: -.245791, -.305791, -.225791. Mean -.259124; their squared distances from it
    # .000178, .002178, .001111 sum to .003467; standard deviation sqrt(.003467/3) = .033993, / sqrt 3 = .019626.
    assert result.mean == pytest.approx(-0.259124, abs=2e-6)
    assert result.standard_error == pytest.approx(0.019626, abs=2e-6)
    assert (result.samples, result.points) == (1, 3)


def test_sigma_is_the_best_of_all():
    samples, validation, test = (np.random.default_rng(i).normal(size=(400, 3)) for i in range(3))
    means = [scikit_learn(validation, samples, sigma).mean() for sigma in SIGMAS]
    result = parzen_log_likelihood(samples, validation, test)
    assert result.sigma == SIGMAS[np.argmax(means)] and 0.1 < result.sigma < 1
    scores = scikit_learn(test, samples, result.sigma)
    assert result.mean == pytest.approx(scores.mean(), abs=1e-5)
    assert result.standard_error == pytest.approx(scores.std() / 20, rel=1e-4)


def test_images_are_scored_as_pixels_in_0_1_and_points_as_they_are():
    images = [uniform(n, 4, 3, 2, seed=n) for n in (50, 20, 30)]
    points = [((x + 1) / 2).reshape(len(x), -1) for x in images]
    ours, theirs = parzen_log_likelihood(*images), parzen_log_likelihood(*points)
    assert ours == pytest.approx(theirs)
    assert ours.mean == pytest.approx(scikit_learn(points[2], points[0], ours.sigma).mean(), rel=1e-6)


def test_white_and_black_are_one_apart():
    # One pixel, white against a black sample: distance 1 in [0, 1]; -1/2 - .918939. (In [-1, 1] it would be -2.918939.)
    black, white = np.full((1, 1, 1, 1), -1.0), np.full((1, 1, 1, 1), 1.0)
    assert parzen_log_likelihood(black, white, white, sigmas=(1.0,)) == ParzenWindow(
        pytest.approx(-0.5 + norm.logpdf(0)), 0.0, 1.0, 1, 1
    )


def test_each_fold_has_its_own_sigma_and_the_error_is_over_folds():
    """One sample at 0. Validation at distance .5 is likeliest at sigma .5, at distance 1 at sigma 1.

    Test at 0: -log(sigma sqrt(2 pi)) = log 2 - .918939 = -.225791 and -.918939, mean -.572365; their difference .693147
    over sqrt 2 is the standard deviation .490129, over sqrt 2 again .346574.
    """
    sample, test = np.zeros((1, 1)), np.zeros((2, 1))
    folds = [(np.array([[0.5], [-0.5]]), test), (np.array([[1.0], [-1.0]]), test)]
    found = parzen_over_folds(sample, folds, sigmas=(0.1, 0.5, 1.0))
    assert found.sigmas == (0.5, 1.0) and found.means == pytest.approx((-0.225791, -0.918939), abs=2e-6)
    assert found.mean == pytest.approx(-0.572365, abs=2e-6)
    assert found.standard_error == pytest.approx(0.346574, abs=2e-6)
    with pytest.raises(ValueError, match="at least two"):
        parzen_over_folds(sample, folds[:1])


IMAGES = np.zeros((3, 2, 2, 1))


@pytest.mark.parametrize(
    "samples, validation, test",
    [
        (IMAGES[:0], IMAGES, IMAGES),
        (IMAGES, IMAGES[:0], IMAGES),
        (IMAGES, IMAGES, IMAGES[:, :1]),
        (IMAGES, IMAGES, np.where(np.arange(12).reshape(IMAGES.shape) == 5, np.nan, 0)),
        (IMAGES + np.inf, IMAGES, IMAGES),
        (IMAGES + 255, IMAGES, IMAGES),
        (np.zeros(3), np.zeros(3), np.zeros(3)),
        (IMAGES[..., 0], IMAGES[..., 0], IMAGES[..., 0]),
        (IMAGES, IMAGES.reshape(3, 4), IMAGES.reshape(3, 4)),
    ],
    ids="no samples|no validation|width|NaN|infinite|range|rank 1|rank 3|images with points".split("|"),
)
def test_bad_input(samples, validation, test):
    with pytest.raises(ValueError, match="^(samples|validation|test) "):
        parzen_log_likelihood(samples, validation, test)
