"""What can be read off samples: diversity, repeated images, modes, saturation, checker patterns. NumPy only.

`fake` and `real` are float arrays of the same trailing shape, images [n, h, w, c] in [-1, 1] or points [n, d]. Each
figure is relative to the data, so that one threshold serves every data set: 1 means "as the data".
"""

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.spatial.distance import cdist
from scipy.stats import entropy

CLUSTERS = 10  # stand-ins for classes where no encoder is given
BOUND = 0.99  # |pixel| above which tanh and sigmoid have nearly no slope: 1 - tanh(a)^2 < 0.02


def deviation(samples):
    """Root mean square over pixels of the standard deviation over samples; 0 where all samples are one and the same."""
    return float(np.sqrt(np.var(_rows(samples), axis=0).mean()))


def nearest_pair(samples):
    """Median over samples of the Euclidean distance to the nearest other sample; 0 where most are repeated."""
    rows = _rows(samples)
    distances = cdist(rows, rows)
    np.fill_diagonal(distances, np.inf)
    return float(np.median(distances.min(axis=1)))


def effective_number(labels):
    """exp(H) of the histogram of labels [n]: from 1, all the same, to their number, all equally often. Of several
    labels for each sample, [n, k], the geometric mean over the k of them."""
    labels = np.asarray(labels).reshape(len(labels), -1)
    return float(np.exp(np.mean([entropy(np.bincount(column)) for column in labels.T])))


class Clusters:
    """The label of a sample is its nearest of at most ten k-means centres of the data, which need no encoder."""

    def __init__(self, real):
        rows = _rows(real)
        self.centres, _ = kmeans2(rows, min(CLUSTERS, len(rows)), minit="++", seed=0)

    def __call__(self, samples):
        return cdist(_rows(samples), self.centres).argmin(axis=1)


class Classes:
    """The label of a sample is the likeliest class of `encoder.probabilities(images)`, [n, classes]; its labels are
    what it shows, where the encoder tells attributes."""

    def __init__(self, encoder):
        self.encoder = encoder

    def __call__(self, samples):
        if getattr(self.encoder, "values", None):
            return self.encoder.attributes(samples).codes
        return np.asarray(self.encoder.probabilities(samples)).argmax(axis=1)


def saturation(images):
    """Share of pixels beyond +-0.99."""
    return float((np.abs(images) > BOUND).mean())


def checker(images, period=2):
    """(contrast, share) of a pattern that repeats after `period` pixels.

    With P the power spectrum, averaged over images and channels, and f = size / period: contrast is the mean power on
    the lines of frequency f, vertical and horizontal, over that on the lines one and two below, and 1 for noise of any
    strength; share is the part of all power, the mean left out, that lies on the lines f. A transposed convolution
    whose kernel its stride does not divide lights every period-th row and column more than others (Odena et al. 2016,
    "Deconvolution and Checkerboard Artifacts").
    """
    power = np.mean(np.abs(np.fft.fft2(images, axes=(1, 2))) ** 2, axis=(0, 3))
    power[0, 0] = 0.0
    rows, columns = (round(size / period) for size in power.shape)
    on = (power[rows, :].sum() + power[:, columns].sum()) / sum(power.shape)
    near = [power[rows - below, :].sum() + power[:, columns - below].sum() for below in (1, 2)]
    total = power.sum()
    share = (power[rows, :].sum() + power[:, columns].sum() - power[rows, columns]) / total if total else 0.0
    return float(on / max(np.mean(near) / sum(power.shape), 1e-12)), float(share)


def separation(above, below):
    """P(a > b) + P(a = b) / 2 for a drawn from `above` and b from `below`: 1/2 where nothing tells them apart.

    By sorting, not pair by pair: a discriminator of patches gives a quarter of a million scores each."""
    above, below = np.ravel(above), np.sort(np.ravel(below))
    smaller, not_larger = (np.searchsorted(below, above, side) for side in ("left", "right"))
    return float((smaller + not_larger).mean() / 2 / len(below))


def _rows(samples):
    return np.asarray(samples, np.float64).reshape(len(samples), -1)
