"""Frechet distance: Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
Equilibrium", section 3 (FID, when the features are those of Inception)."""

import numpy as np

from keras_gan.metrics.moments import Moments


def frechet_distance(real, fake):
    """d^2 = |m1 - m2|^2 + tr(C1) + tr(C2) - 2 tr((C1^1/2 C2 C1^1/2)^1/2) (eq. 6), of the Gaussians with their moments.

    real, fake: features [n, d] or images [n, h, w, c] in [-1, 1], n >= 2, or Moments of them. Returns a float >= 0 in
    the features' units squared; 0 for equal moments. It is biased upwards for small n, so only distances of equal
    counts compare. Raises ValueError for unlike dimensions, n < 2, NaN or infinite values.

    The symmetrised product has the eigenvalues of C1 C2, but all are real, so that a general square root of a matrix,
    which fails for n <= d, is not needed. C1's null space is left out of it: there the product is 0, and the root of
    its rounding errors would be large beside them.
    """
    real, fake = (x if isinstance(x, Moments) else Moments(x) for x in (real, fake))
    if not real.count or not fake.count or len(real.mean) != len(fake.mean):
        dimensions = [len(x.mean) if x.count else 0 for x in (real, fake)]
        raise ValueError(f"A Frechet distance needs features of one dimension; real and fake have {dimensions}.")
    few, many = sorted((real, fake), key=lambda x: x.count)  # of lower rank: a smaller product, with no null space
    root = _root(few.covariance)
    product = np.linalg.eigvalsh(root.T @ many.covariance @ root)
    traces = np.trace(real.covariance) + np.trace(fake.covariance) - 2.0 * np.sqrt(np.maximum(product, 0.0)).sum()
    return float(max(0.0, np.square(real.mean - fake.mean).sum() + traces))


def _root(covariance):
    """R [d, rank] with R R^T = covariance: R^T C R has the eigenvalues of covariance^1/2 C covariance^1/2, less 0s."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > len(values) * np.finfo(np.float64).eps * max(values[-1], 0.0)
    return vectors[:, kept] * np.sqrt(values[kept])
