"""Kernel distance: Binkowski et al. 2018, "Demystifying MMD GANs", section 4 (KID, when the features are those of
Inception)."""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics import checks


class KernelDistance(NamedTuple):
    """mean +- standard_deviation over the subsets."""

    mean: float
    standard_deviation: float


def kernel_distance(real, fake, subsets=100, subset_size=1000, seed=0):
    """MMD^2 under k(x, y) = (x.y / d + 1)^3, the mean over `subsets` pairs of random subsets of m = `subset_size`:

        sum_{i != j} [k(x_i, x_j) + k(y_i, y_j)] / (m (m - 1)) - 2 sum_{i, j} k(x_i, y_j) / m^2    (section 2.1, eq. 4)

    real, fake: features [n, d] or images [n, h, w, c] in [-1, 1]. Unbiased whatever n, so that it is as often below 0
    as above for equal distributions. The standard deviation is that between subsets, divided by their number (not less
    one). Subsets are drawn without replacement within each, as `seed` says.

    Raises ValueError for fewer than `subset_size` features, unlike dimensions, NaN or infinite values.
    """
    checks.count(subsets=subsets, subset_size=subset_size)
    if subset_size < 2:
        raise ValueError("subset_size must be at least 2, because pairs of different features are compared.")
    real, fake = checks.features(real=real, fake=fake)
    if subset_size > min(len(real), len(fake)):
        raise ValueError(f"subset_size={subset_size} exceeds the {len(real)} real or {len(fake)} fake features.")
    random = np.random.default_rng(seed)
    values = []
    for _ in range(subsets):
        x, y = (
            array[random.choice(len(array), subset_size, replace=False)].astype("float64") for array in (real, fake)
        )
        values.append(_squared_discrepancy(x, y))
    return KernelDistance(float(np.mean(values)), float(np.std(values)))


def _squared_discrepancy(x, y):
    m = len(x)
    same = sum(k.sum() - np.trace(k) for k in (_kernel(x, x), _kernel(y, y)))
    return same / (m * (m - 1)) - 2.0 * _kernel(x, y).mean()


def _kernel(x, y):
    k = x @ y.T / x.shape[1] + 1.0
    return k * k * k
