"""Has the generator learnt its training images by heart? Nearest training distances against those of held-out data."""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics import checks
from keras_gan.metrics.distances import Distances, Distinct, nearest

NEAR = 0.01  # quantile of the held-out distances under which a sample counts as a copy


class Memorisation(NamedTuple):
    """fake_distance, held_out_distance: medians of the distances to the nearest training point, in the points' units.

    ratio: the first / the second; about 1 without memorisation, toward 0 with it (and toward 0, too, if all samples
    are typical ones: look at the neighbours). closer: the probability that a sample lies closer to the training set
    than held-out data do, ties counted half; 1/2 without memorisation. z: that as standard deviations above chance.
    copies: the share of samples that lie closer than 99 % of the held-out data; about 0.01 without memorisation.
    """

    fake_distance: float
    held_out_distance: float
    ratio: float
    closer: float
    z: float
    copies: float


def memorisation(fake, train, held_out):
    """Compares distances to the nearest training point of samples and of held-out data: a Memorisation.

    fake, train, held_out: features [n, d] or images [n, h, w, c] in [-1, 1], of which held_out come from the data's
    distribution and were not trained on. z is that of the Mann-Whitney test of Meehan et al. 2020, "A Non-Parametric
    Test to Detect Data-Copying in Generative Models", section 3, over the whole space and with the sign turned:
    above 3 is copying beyond doubt, well below 0 is underfitting. Euclidean distances, exact.

    Raises ValueError for an empty set, unlike dimensions, NaN or infinite values.
    """
    fake, train, held_out = checks.features(fake=fake, train=train, held_out=held_out)
    ours, theirs = nearest(fake, train)[1], nearest(held_out, train)[1]
    fake_median, held_out_median = np.median(ours), np.median(theirs)
    ratio = fake_median / held_out_median if held_out_median else np.inf if fake_median else 1.0
    closer, z = _closer(ours, theirs)
    return Memorisation(
        float(fake_median),
        float(held_out_median),
        float(ratio),
        closer,
        z,
        float((ours < np.quantile(theirs, NEAR)).mean()),
    )


def duplicate_rate(fake, tolerance=0.0):
    """The share of samples that an earlier sample repeats, each of its coordinates equal (or, with a tolerance, at a
    Euclidean distance up to it): 0 when all differ, 1 - 1/n when all are equal.

    fake: features [n, d] or images [n, h, w, c] in [-1, 1]. Raises ValueError for an empty set, a negative tolerance,
    NaN or infinite values.
    """
    (fake,) = checks.features(fake=fake)
    if not tolerance >= 0.0:
        raise ValueError(f"tolerance must be at least 0, not {tolerance}.")
    points = Distinct(fake)
    first_ones = np.ones(len(points.rows), bool)
    if tolerance > 0.0:
        squares = np.full(len(points.rows), float(tolerance) ** 2)
        for rows, near in Distances(points.rows, points.rows).within(squares):
            first_ones[rows] = ~np.tril(near, rows.start - 1).any(axis=1)
    return float(1.0 - first_ones.sum() / len(fake))


def _closer(ours, theirs):
    """P(ours < theirs) + P(equal) / 2, and its z score under equal distributions, ties accounted for."""
    n, m = len(ours), len(theirs)
    _, inverse, counts = np.unique(np.concatenate([ours, theirs]), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
    closer = 1.0 - (ranks[:n].sum() - n * (n + 1) / 2.0) / (n * m)
    total = n + m
    variance = (total + 1 - (counts.astype(float) ** 3 - counts).sum() / (total * (total - 1))) / (12.0 * n * m)
    return float(closer), float((closer - 0.5) / np.sqrt(variance)) if variance > 0.0 else 0.0
