"""Parzen-window log-likelihood: Goodfellow et al. 2014, "Generative Adversarial Nets", section 5, and the authors'
parzen_ll.py.

A Gaussian of width sigma around each of the generator's samples s_j gives a density; data are scored under it:

    LL(x) = log mean_j exp(-||x - s_j||^2 / (2 sigma^2)) - d log(sigma sqrt(2 pi)), in nats, for pixels in [0, 1].

sigma is the best of 10 values, log-spaced from 0.1 to 1, on validation data. The estimate has a large variance and
favours samples near training points in squared distance; it is kept because it is the paper's figure.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from keras_gan.images import ROUNDING_SLACK

SIGMAS = np.logspace(-1.0, 0.0, 10)


@dataclass(frozen=True)
class ParzenWindow:
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
    arrays = {"samples": samples, "validation": validation, "test": test}
    shape = np.shape(samples)[1:]
    for name, array in arrays.items():
        if np.ndim(array) not in (2, 4) or not np.size(array) or np.shape(array)[1:] != shape:
            raise ValueError(
                f"{name} have the shape {np.shape(array)}; samples, validation and test must all be images "
                "[n, h, w, c], or all points [n, d], of one size, n >= 1."
            )
        if not np.isfinite(array).all():
            raise ValueError(f"{name} hold NaN or infinite values.")
        if np.ndim(array) == 4 and np.abs(array).max() > 1.0 + ROUNDING_SLACK:
            raise ValueError(f"{name} are images and must lie in [-1, 1]; they reach {np.abs(array).max():g}.")
    samples, validation, test = (_rows(array) for array in arrays.values())
    sigma = max(sigmas, key=lambda width: log_density(validation, samples, width).mean())
    scores = log_density(test, samples, sigma)
    return ParzenWindow(
        float(scores.mean()), float(scores.std() / np.sqrt(len(test))), float(sigma), len(samples), len(test)
    )


def log_density(points, samples, sigma, block=500):
    """LL of each of `points` [n, d] under windows around `samples` [m, d]: float64 [n]; memory for block x m only."""
    # About the samples' mean: in float32, squares of points far from the origin drown their differences.
    centre = samples.mean(axis=0, dtype="float64")
    points, samples = ((x - centre).astype("float32") for x in (points, samples))
    squares = np.einsum("ij,ij->i", samples, samples, dtype="float64")
    parts = []
    for start in range(0, len(points), block):
        x = points[start : start + block]
        distances = np.einsum("ij,ij->i", x, x, dtype="float64")[:, None] + squares - 2.0 * (x @ samples.T)
        parts.append(logsumexp(-np.maximum(distances, 0.0) / (2.0 * sigma**2), axis=1))
    dimension = samples.shape[1]
    return np.concatenate(parts) - np.log(len(samples)) - dimension * np.log(sigma * np.sqrt(2.0 * np.pi))


def _rows(x):
    x = np.asarray(x, dtype="float32")
    return (x.reshape(len(x), -1) + 1.0) / 2.0 if x.ndim == 4 else x
