"""Translations against their targets, pair by pair, and their colours against the targets' as a whole."""

import numpy as np

from keras_gan.evaluation.image_scores import STANDARD_ERROR
from keras_gan.files.images import to_uint8
from keras_gan.metrics.colour import colour_intersection
from keras_gan.metrics.reconstruction import ssim


def score_translations(book, made, targets):
    """Adds to a Book: `l1`, mean |target - translation| of pixels in [0, 1]; `ssim`; and for colours in how far the
    histograms of lightness, a and b agree: `lightness_intersection`, `a_intersection`, `b_intersection` (Isola et al.
    2017, figure 7). made, targets: images [n, h, w, c] of one shape, floats in [-1, 1] or uint8."""
    made, targets = to_uint8(made), to_uint8(targets)
    rows = np.abs(made.astype(np.float32) - targets).mean(axis=(1, 2, 3)) / 255.0
    for metric, values in (("l1", rows), ("ssim", ssim(targets, made))):
        book.add(metric, values.mean(), values.std() / np.sqrt(len(values)), STANDARD_ERROR)
    if made.shape[-1] == 3:
        for channel, value in colour_intersection(made, targets)._asdict().items():
            book.add(f"{channel}_intersection", value)
