"""Parzen-window log-likelihood: Goodfellow et al. 2014, "Generative Adversarial Nets", section 5, and the authors'
parzen_ll.py.

A Gaussian of width sigma around each of the generator's samples s_j gives a density; data are scored under it:

    LL(x) = log mean_j exp(-||x - s_j||^2 / (2 sigma^2)) - d log(sigma sqrt(2 pi)), in nats, for pixels in [0, 1].

sigma is the best of 10 values, log-spaced from 0.1 to 1, on validation data. The estimate has a large variance and
favours samples near training points in squared distance; it is kept because it is the paper's figure.
"""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics import checks

SIGMAS = np.logspace(-1.0, 0.0, 10)


class ParzenWindow(NamedTuple):
    """mean +- standard_error over the test points (nats), at the width sigma."""

    mean: float
    standard_error: float
    sigma: float
    samples: int
    points: int


def parzen_log_likelihood(samples, validation, test, sigmas=SIGMAS):
    """Score `test` under windows around `samples`, sigma chosen on `validation`: a ParzenWindow.

    All three are images [n, h, w, c] in [-1, 1], which are mapped to the paper's pixels in [0, 1], or points [n, d],
    which are taken as they are. The paper: 10,000 samples, the first 1,000 validation images, 10,000 test images;
    standard_error = standard deviation over the test points / sqrt(n).
    """
    are_images = np.ndim(samples) == 4
    samples, validation, test = checks.features(samples=samples, validation=validation, test=test)
    if are_images:
        samples, validation, test = ((x + 1.0) / 2.0 for x in (samples, validation, test))
    sigma = sigmas[np.argmax(log_density(validation, samples, sigmas).mean(axis=1))]
    scores = log_density(test, samples, sigma)
    return ParzenWindow(
        float(scores.mean()), float(scores.std() / np.sqrt(len(test))), float(sigma), len(samples), len(test)
    )


class ParzenFolds(NamedTuple):
    """mean +- standard_error over the folds (nats); means and sigmas are those of each fold."""

    mean: float
    standard_error: float
    means: tuple
    sigmas: tuple


def parzen_over_folds(samples, folds, sigmas=SIGMAS):
    """The protocol for the Toronto Face Database: sigma is chosen anew for each fold, on that fold's validation data.

    folds: (validation, test) of each, at least two; all arrays as in parzen_log_likelihood. mean is that of the folds'
    mean log-likelihoods m_f, and standard_error = sqrt(sum (m_f - mean)^2 / (F - 1)) / sqrt(F) with F folds (Goodfellow
    et al. 2014, table 1, takes the standard error across the folds). Raises ValueError for a single fold.
    """
    windows = [parzen_log_likelihood(samples, validation, test, sigmas) for validation, test in folds]
    if len(windows) < 2:
        raise ValueError(f"A spread over folds takes at least two of them; there are {len(windows)}.")
    means = np.array([window.mean for window in windows])
    error = means.std(ddof=1) / np.sqrt(len(means))
    return ParzenFolds(
        float(means.mean()), float(error), tuple(means.tolist()), tuple(window.sigma for window in windows)
    )


def log_density(points, samples, sigmas, block=500):
    """LL of each of `points` [n, d] under windows around `samples` [m, d]: float64 [n], or, for several sigmas,
    [sigmas, n]. Memory for block x m numbers only."""
    # About the samples' mean: in float32, squares of points far from the origin drown their differences.
    centre = samples.mean(axis=0, dtype="float64")
    points, samples = ((x - centre).astype("float32") for x in (points, samples))
    squares = np.einsum("ij,ij->i", samples, samples, dtype="float64")
    widths = np.atleast_1d(sigmas)
    sums = np.empty((len(widths), len(points)))
    for start in range(0, len(points), block):
        x = points[start : start + block]
        distances = (-2.0 * x) @ samples.T + squares
        nearest = distances.min(axis=1)
        distances -= nearest[:, None]
        nearest = np.maximum(nearest + np.einsum("ij,ij->i", x, x, dtype="float64"), 0.0)
        for row, sigma in zip(sums, widths, strict=True):
            # log-sum-exp about the nearest sample, whose term is 1. Float32 will do for the terms, not for their sum.
            terms = np.multiply(distances, -0.5 / sigma**2, dtype="float32", casting="same_kind")
            terms = np.exp(terms, out=terms).sum(axis=1, dtype="float64")
            row[start : start + block] = np.log(terms) - nearest / (2.0 * sigma**2)
    dimension = samples.shape[1]
    densities = sums - np.log(len(samples)) - dimension * np.log(widths[:, None] * np.sqrt(2.0 * np.pi))
    return densities if np.ndim(sigmas) else densities[0]
