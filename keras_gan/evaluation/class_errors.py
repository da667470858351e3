"""Test errors of a discriminator that has learnt classes from a few labels."""

import numpy as np

from keras_gan.evaluation.image_scores import STANDARD_ERROR, Book
from keras_gan.evaluation.protocol import Protocol
from keras_gan.evaluation.reference import described, read

LARGEST = 10_000  # at most so many images, the first of the split: as many as MNIST's test set has


def score_errors(model, dataset, split=None):
    """[Score] `errors`: how many of the labelled images of a split, "test" unless given, D classifies wrongly, with
    the standard error sqrt(n p (1 - p)) of a binomial count. model: a game whose `half_labelled` is True.

    Raises ValueError where the data have no labels, or more classes than D."""
    source, split = read(dataset, model.image_shape, split)
    if model.attribute is not None:
        source = source.labelled(model.attribute)
    if source.labels is None:
        raise ValueError(f"{source.name} has no labels to hold against what D says.")
    if source.classes > model.labels:
        raise ValueError(f"{source.name} has {source.classes} classes, but D tells {model.labels} apart.")
    images, labels = source.values[:LARGEST], source.labels[:LARGEST]
    wrong = int(np.sum(model.classify(images) != labels))
    n, share = len(labels), wrong / len(labels)
    protocol = Protocol("", n, n, described(source.name, split, model.image_shape), quantisation="none")
    book = Book(protocol, f"the first {n} images of {split}")
    of = {} if model.attribute is None else {"of": model.attribute}
    book.add("errors", wrong, np.sqrt(n * share * (1 - share)), STANDARD_ERROR, **of)
    return book.scores
