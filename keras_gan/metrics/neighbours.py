"""What the nearest neighbour knows: whether samples can be told from data, and whether labelled samples can replace
labelled data."""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics import checks
from keras_gan.metrics.distances import Distances, Distinct, nearest


class TwoSampleAccuracy(NamedTuple):
    """Shares in [0, 1] of all, of the real and of the fake points whose nearest neighbour is of their own set."""

    accuracy: float
    real: float
    fake: float


def two_sample_accuracy(real, fake):
    """Leave-one-out accuracy of a 1-nearest-neighbour classifier that tells real from fake (Lopez-Paz and Oquab 2017,
    "Revisiting Classifier Two-Sample Tests", section 3; with 1-NN in Xu et al. 2018, "An empirical study on evaluation
    metrics of generative adversarial networks", section 2).

    Equal distributions: 1/2. Toward 1 they differ; real below 1/2 with fake above it: the fakes keep to few places, in
    the midst of the data. Toward 0 each fake lies beside "its" real: copies. Where several neighbours are equally near,
    the share of them that is of the own set counts. real, fake: features [n, d] or images [n, h, w, c] in [-1, 1], of
    equal number n, without which 1/2 would not be chance.

    Raises ValueError for unequal numbers, n < 2, unlike dimensions, NaN or infinite values.
    """
    real, fake = checks.features(least=2, real=real, fake=fake)
    if len(real) != len(fake):
        raise ValueError(f"A two-sample accuracy needs as many real as fake; there are {len(real)} and {len(fake)}.")
    points = Distinct(np.concatenate([real, fake]))
    counts = np.stack([np.bincount(x, minlength=len(points.rows)) for x in np.split(points.inverse, 2)])
    # own[s, u]: what share of the nearest neighbours of a copy of point u in set s is in s.
    others = counts.sum(axis=0) - 1
    own = (counts - 1) / np.maximum(others, 1)
    for i, j, squares in Distances(points.rows, points.rows).neighbours(2):
        i, j, squares = (a[i != j] for a in (i, j, squares))
        rows, first, row = np.unique(i, return_index=True, return_inverse=True)
        tied = squares == squares[first][row]
        shares = np.stack([np.bincount(row[tied], counts_of[j[tied]], len(rows)) for counts_of in counts])
        alone = others[rows] == 0
        own[:, rows[alone]] = (shares / shares.sum(axis=0))[:, alone]
    of_real, of_fake = (float((own[s] * counts[s]).sum() / len(real)) for s in (0, 1))
    return TwoSampleAccuracy((of_real + of_fake) / 2.0, of_real, of_fake)


def nearest_neighbour_error(fake, fake_labels, real, real_labels):
    """The share of labelled real data that a 1-nearest-neighbour classifier gets wrong whose training set is labelled
    samples (Radford, Metz and Chintala 2016, "Unsupervised Representation Learning with Deep Convolutional Generative
    Adversarial Networks", appendix 8.1, table 3).

    fake: samples of a conditional model, features [n, d] or images [n, h, w, c] in [-1, 1] (the paper takes pixels);
    real: data that the generator has not seen, [m, ...]; labels: whole numbers [n] and [m]. With real training data in
    the place of `fake` it is the figure to compare with. Returns a float in [0, 1]; of equally near samples the first
    is taken. Raises ValueError for numbers of labels that do not fit, unlike dimensions, NaN or infinite values.
    """
    fake, real = checks.features(fake=fake, real=real)
    fake_labels, real_labels = checks.labels(None, fake_labels=fake_labels, real_labels=real_labels)
    if fake_labels.shape != (len(fake),) or real_labels.shape != (len(real),):
        raise ValueError(
            f"Each point has one label; there are {len(fake)} fake with labels {fake_labels.shape} and "
            f"{len(real)} real with labels {real_labels.shape}."
        )
    indices, _ = nearest(real, fake)
    return float((fake_labels[indices] != real_labels).mean())
