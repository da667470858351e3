"""Mean and covariance of any number of features, a batch at a time, in float64."""

import numpy as np

from keras_gan.metrics import checks

BLOCK = 4096  # rows taken to float64 at once


class Moments:
    """Count, mean and covariance of a stream of features; memory for d x d numbers, whatever n.

    Sets are joined by their deviations from their own means (Chan, Golub and LeVeque 1979, "Updating Formulae and a
    Pairwise Algorithm for Computing Sample Variances", eq. 2.1): with m = m1 + (m2 - m1) n2 / n and

        S = S1 + S2 + (m2 - m1)(m2 - m1)^T n1 n2 / n,

    no digits are lost where the mean is large, as they are in E[x x^T] - m m^T. The order of the batches and their
    sizes change the result by rounding only.

    count: n. mean: float64 [d], or None before the first features. covariance: float64 [d, d], divided by n - 1.
    """

    def __init__(self, features=None):
        self.count, self.mean, self._scatter = 0, None, None
        if features is not None:
            self.update(features)

    @classmethod
    def of_sums(cls, count, mean, scatter):
        """Moments known from elsewhere: count, mean [d] and scatter = sum (x - mean)(x - mean)^T [d, d]."""
        moments = cls()
        moments._join(int(count), np.asarray(mean, np.float64), np.asarray(scatter, np.float64))
        return moments

    def update(self, features):
        """Takes in features [n, d], or images [n, h, w, c] in [-1, 1], and returns self.

        Raises ValueError for an empty batch, another d, NaN or infinite values; nothing of the batch is then taken in.
        """
        (features,) = checks.features(features=features)
        if self.count and features.shape[1] != len(self.mean):
            raise ValueError(f"features {features.shape} must have the dimension {len(self.mean)} of those before.")
        for start in range(0, len(features), BLOCK):
            block = features[start : start + BLOCK].astype(np.float64)
            mean = block.mean(axis=0)
            block -= mean
            self._join(len(block), mean, block.T @ block)
        return self

    def merge(self, other):
        """Takes in another Moments, as of another replica or process, and returns self. Raises ValueError for another
        dimension."""
        if self.count and other.count and len(self.mean) != len(other.mean):
            raise ValueError(f"Moments of the dimensions {len(self.mean)} and {len(other.mean)} cannot be merged.")
        if other.count:
            self._join(other.count, other.mean, other._scatter)
        return self

    @property
    def covariance(self):
        """Sum of (x - mean)(x - mean)^T / (n - 1). Raises ValueError for n < 2, which has none."""
        if self.count < 2:
            raise ValueError(f"A covariance needs at least 2 features; there are {self.count}.")
        return self._scatter / (self.count - 1)

    def _join(self, count, mean, scatter):
        if not self.count:
            self.count, self.mean, self._scatter = count, mean.copy(), scatter.copy()
            return
        total = self.count + count
        apart = mean - self.mean
        self._scatter = self._scatter + scatter + np.outer(apart, apart) * (self.count * count / total)
        self.mean = self.mean + apart * (count / total)
        self.count = total
