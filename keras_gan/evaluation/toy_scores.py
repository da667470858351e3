"""The figures of points against a toy world, whose density is known."""

from dataclasses import replace

import numpy as np

from keras_gan.data.toys import TOYS
from keras_gan.evaluation.image_scores import STANDARD_ERROR, Book
from keras_gan.evaluation.protocol import Protocol
from keras_gan.metrics.modes import mode_coverage
from keras_gan.metrics.neighbours import two_sample_accuracy

REAL_SEED = 0
COMPARED = 2_000  # points of each side that the nearest-neighbour classifier tells apart


def score_points(points, name, origin="", progress=lambda stage: None, probability=None):
    """The Scores of points [n, d] as samples of the toy world `name`, against as many points of the world itself.

    probability: a discriminator as a function of points, to be held against the 1/2 of a solved game (Goodfellow et
    al. 2014, section 4.1). Raises ValueError for points that are not finite, of another dimension, or fewer than 20.
    """
    world, points = TOYS[name], np.asarray(points, "float32")
    if points.ndim != 2 or points.shape[1] != world.dimensions or len(points) < 20:
        raise ValueError(f"{name} is measured on at least 20 points [n, {world.dimensions}], not {points.shape}.")
    real = world.sample(len(points), seed=REAL_SEED)
    book = Book(Protocol("", len(points), len(real), f"{world}, seed {REAL_SEED}", quantisation="none"), origin)
    if world.dimensions == 1:
        for prefix, values in (("", points), ("data_", real)):
            spread = values.std(dtype="float64")
            error = spread / np.sqrt(len(values))
            book.add(f"{prefix}mean", values.mean(dtype="float64"), error, STANDARD_ERROR)
            book.add(f"{prefix}standard_deviation", spread, error / np.sqrt(2), f"{STANDARD_ERROR} of a Gaussian's")
    elif world.modes is not None:
        progress("modes")
        found = mode_coverage(points, world)
        book.add("modes", found.covered, of=found.modes)
        book.add("mode_kl", found.kl, of=found.modes)
        book.share("high_quality", found.high_quality, len(points), of=found.modes)
    if probability is not None:
        book.add("discriminator_deviation", np.abs(probability(real) - 0.5).mean())
    progress("nearest neighbours")
    n = min(COMPARED, len(points))
    book.protocol = replace(book.protocol, n_fake=n, n_real=n)
    book.share("two_sample_accuracy", two_sample_accuracy(real[:n], points[:n]).accuracy, 2 * n)
    return book.scores
