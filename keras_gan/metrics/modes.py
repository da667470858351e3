"""How many modes of a world that is known exactly the samples reach: toy worlds, and digits stacked in channels."""

from typing import NamedTuple

import numpy as np
from scipy.special import rel_entr

from keras_gan.metrics import checks

NEAR = 3.0  # standard deviations from its mode within which a sample is of high quality
BLOCK = 1 << 20  # distances at once, 8 MB


class ModeCoverage(NamedTuple):
    """How many of the `modes` are covered, and KL(samples over the modes || all modes equally often), nats."""

    covered: int
    modes: int
    kl: float


class WorldCoverage(NamedTuple):
    """A ModeCoverage, and the share of samples within 3 standard deviations of a mode, in [0, 1]."""

    covered: int
    modes: int
    kl: float
    high_quality: float


def mode_coverage(samples, world):
    """Modes covered, KL over the modes and share of high-quality samples in a toy world, as in Lin et al. 2018,
    "PacGAN: The power of two samples in generative adversarial networks", section 4.1, and Srivastava et al. 2017,
    "VEEGAN", section 5.1.

    samples: points [n, d]. world: what has `modes` [m, d], all equally likely, and `standard_deviation` s, like those
    of keras_gan.data.toys. A sample belongs to its nearest mode and is of high quality within 3 s of it (Euclidean;
    exact samples of a two-dimensional world reach 1 - exp(-9/2) = 0.989). A mode is covered by one sample of high
    quality. KL counts all samples; exact samples have about (m - 1) / (2 n) nats, not 0.

    Raises ValueError for a world without modes, points of another dimension, none, NaN or infinite values.
    """
    if world.modes is None:
        raise ValueError(f"{type(world).__name__} is one curve and has no modes to cover.")
    samples, modes = checks.features(samples=samples, modes=world.modes)
    near_each, all_each = np.zeros(len(modes), int), np.zeros(len(modes), int)
    rows = max(1, BLOCK // modes.size)
    for start in range(0, len(samples), rows):
        squares = np.square(samples[start : start + rows, None] - modes).sum(axis=2)
        nearest = squares.argmin(axis=1)
        near = squares.min(axis=1) <= (NEAR * world.standard_deviation) ** 2
        all_each += np.bincount(nearest, minlength=len(modes))
        near_each += np.bincount(nearest[near], minlength=len(modes))
    return WorldCoverage(
        int((near_each > 0).sum()), len(modes), _kl_from_uniform(all_each), float(near_each.sum() / len(samples))
    )


def stacked_mode_coverage(labels, classes=10):
    """Modes covered and KL of stacked MNIST (Metz et al. 2017, "Unrolled Generative Adversarial Networks", section
    3.3.1): three digits, one a channel, make 1000 modes.

    labels: what a classifier takes each channel for, whole numbers [n, channels] in 0 ... classes - 1; the number of
    modes is classes ** channels (labels [n]: classes). A mode is covered by one sample. Exact samples of m modes have
    a KL of about (m - 1) / (2 n) nats (0.02 for 1000 modes and 25,600 samples), and miss modes if n is not much larger.

    Raises ValueError for labels out of range, none, or of another shape.
    """
    checks.count(classes=classes)
    (labels,) = checks.labels(classes, labels=labels)
    if labels.ndim > 2:
        raise ValueError(f"labels must have the shape [n, channels] or [n], not {labels.shape}.")
    channels = labels.reshape(len(labels), -1).T
    shape = (classes,) * len(channels)
    counts = np.bincount(np.ravel_multi_index(tuple(channels), shape), minlength=int(np.prod(shape)))
    return ModeCoverage(int((counts > 0).sum()), len(counts), _kl_from_uniform(counts))


def _kl_from_uniform(counts):
    return float(rel_entr(counts / counts.sum(), 1.0 / len(counts)).sum())
