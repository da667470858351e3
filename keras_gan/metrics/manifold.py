"""How much of the samples lies among the data, and of the data among the samples: each set is balls around its points.

The ball of a point reaches to its k-th nearest neighbour in its own set.
"""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics import checks
from keras_gan.metrics.distances import Distances, Distinct


class PrecisionRecall(NamedTuple):
    """Shares in [0, 1]: of fake among real, and of real among fake."""

    precision: float
    recall: float


class DensityCoverage(NamedTuple):
    """density >= 0, about 1 for equal distributions; coverage in [0, 1]."""

    density: float
    coverage: float


def precision_recall(real, fake, k=3):
    """Kynkaanniemi et al. 2019, "Improved Precision and Recall Metric for Assessing Generative Models", eq. 1 and 2.

    precision: the share of fake in at least one ball around real, |fake - real| <= that real's k-th distance; recall:
    the same with real and fake exchanged. real, fake: features [n, d] or images [n, h, w, c] in [-1, 1]. One far real
    point makes a large ball, and with it precision: see density. Memory does not grow with n beyond the features.

    Raises ValueError for k < 1, n <= k, unlike dimensions, NaN or infinite values.
    """
    real, fake = _checked(real, fake, k)
    precise, _ = _balls(real, fake, k, closed=True)
    recalled, _ = _balls(fake, real, k, closed=True)
    return PrecisionRecall(float((precise > 0).mean()), float((recalled > 0).mean()))


def density_coverage(real, fake, k=5):
    """Naeem et al. 2020, "Reliable Fidelity and Diversity Metrics for Generative Models", eq. 3 and 4.

    density: the mean number of real balls that a fake lies in, / k; coverage: the share of real balls with a fake in
    them. Balls are open, as in the authors' code, but hold their centre: where more than k real points are equal, a
    fake equal to them lies in their balls. real, fake: features [n, d] or images [n, h, w, c] in [-1, 1].

    Raises ValueError for k < 1, n <= k real, unlike dimensions, NaN or infinite values.
    """
    real, fake = _checked(real, fake, k, both=False)
    inside, filled = _balls(real, fake, k, closed=False)
    return DensityCoverage(float(inside.mean() / k), float(filled.mean()))


def _checked(real, fake, k, both=True):
    checks.count(k=k)
    real, fake = checks.features(real=real, fake=fake)
    for name, array in {"real": real, "fake": fake}.items():
        if len(array) <= k and (both or name == "real"):
            raise ValueError(f"k={k} neighbours need more than {k} {name} features, not {len(array)}.")
    return Distinct(real), Distinct(fake)


def _balls(centres, points, k, closed):
    """-> how many balls each point lies in, [n points], and whether each ball holds a point, [n centres]."""
    radii = _kth_squares(centres, k)
    inside, filled = np.zeros(len(points.rows)), np.zeros(len(centres.rows), bool)
    for rows, member in Distances(centres.rows, points.rows).within(radii, closed):
        inside += centres.counts[rows].astype(np.float32) @ member.astype(np.float32)
        filled[rows] = member.any(axis=1)
    return inside[points.inverse], filled[centres.inverse]


def _kth_squares(points, k):
    """Squared distance of each distinct point to its k-th nearest neighbour, itself left out, equal ones counted."""
    radii = np.zeros(len(points.rows))
    # Of k + 1 distinct points one is the point itself, in whose place its copies count.
    for i, j, squares in Distances(points.rows, points.rows).neighbours(k + 1):
        found = np.cumsum(points.counts[j] - (i == j))
        starts = np.flatnonzero(np.diff(i, prepend=-1))
        before = np.concatenate([[0], found])[starts]
        reached = found - np.repeat(before, np.diff(starts, append=len(i))) >= k
        rows, first = np.unique(i[reached], return_index=True)
        radii[rows] = squares[reached][first]
    return radii
