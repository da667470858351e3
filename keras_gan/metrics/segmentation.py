"""How well label maps agree: the scores of Long, Shelhamer and Darrell 2015, "Fully Convolutional Networks for Semantic
Segmentation", section 5, which Isola et al. 2017 call FCN scores where a segmenter reads maps off generated images."""

from typing import NamedTuple

import numpy as np


class Segmentation(NamedTuple):
    """With n_ij pixels of class i that are taken for class j, and t_i = sum_j n_ij:

    pixel_accuracy: sum_i n_ii / sum_i t_i. class_accuracy: the mean over classes of n_ii / t_i. class_iou: the mean of
    n_ii / (t_i + sum_j n_ji - n_ii)."""

    pixel_accuracy: float
    class_accuracy: float
    class_iou: float


def segmentation_scores(predicted, wanted, classes):
    """A Segmentation of two sets of label maps of one shape, whole numbers from 0 to classes - 1.

    Classes that `wanted` does not show are left out of both means. Raises ValueError for unlike shapes, no pixels, and
    numbers out of range.
    """
    predicted, wanted = np.asarray(predicted), np.asarray(wanted)
    if predicted.shape != wanted.shape or not wanted.size:
        raise ValueError(f"Label maps have one shape and some pixels, not {predicted.shape} and {wanted.shape}.")
    for maps in (predicted, wanted):
        if maps.dtype.kind not in "iu" or maps.min() < 0 or maps.max() >= classes:
            raise ValueError(f"Label maps hold whole numbers from 0 to {classes - 1}.")
    counts = np.bincount(wanted.ravel().astype(np.int64) * classes + predicted.ravel(), minlength=classes**2)
    counts = counts.reshape(classes, classes).astype(float)
    right, truth, taken = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    shown = truth > 0
    return Segmentation(
        float(right.sum() / truth.sum()),
        float((right[shown] / truth[shown]).mean()),
        float((right[shown] / (truth + taken - right)[shown]).mean()),
    )
