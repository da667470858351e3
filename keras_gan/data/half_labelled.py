"""Data of which few rows have labels: which ones, and how a batch brings them to a game."""

from dataclasses import replace

import numpy as np
import tensorflow as tf

from keras_gan.data.rows import subset

UNKNOWN = -1  # the label of a row without one, as in scikit-learn


def chosen(source, labelled, seed):
    """The Source with the labels of `labelled` rows, the others' being -1: of each class as many, or one more where
    `labelled` does not divide; which rows these are follows from the seed alone (Salimans et al. 2016, code: the first
    ones of each class after a permutation of all rows). labelled True: those that the source knows, all at least -1.

    Raises ValueError where the source has no labels, or too few rows of a class.
    """
    if source.labels is None:
        raise ValueError(f"{source.name} has no labels, so that labelled={labelled} of them cannot be chosen.")
    known = source.labels != UNKNOWN
    if labelled is True:
        if not known.any():
            raise ValueError(f"No row of {source.name} has a label: all are -1.")
        return source
    if not source.classes <= labelled <= known.sum():
        raise ValueError(
            f"labelled={labelled} must be at least {source.classes}, one of each class of {source.name}, and at most "
            f"{known.sum()}, its rows with labels."
        )
    if seed < 0:
        raise ValueError(f"labelled_seed is a non-negative integer, not {seed}.")
    order = np.random.default_rng(seed).permutation(len(source.labels))
    labels = np.full_like(source.labels, UNKNOWN)
    for number in range(source.classes):
        wanted = labelled // source.classes + (number < labelled % source.classes)
        rows = order[source.labels[order] == number][:wanted]
        if len(rows) < wanted:
            raise ValueError(
                f"Class {number} of {source.name} has {len(rows)} rows, fewer than its part, {wanted}, of "
                f"labelled={labelled}: ask for fewer labels."
            )
        labels[rows] = number
    return replace(source, labels=labels)


def rows_of(source):
    """(values, labels) of the rows that have one."""
    rows = np.flatnonzero(source.labels != UNKNOWN)
    return subset(source.values, rows), source.labels[rows]


def cycled(step, rows, batch_size, seed):
    """Numbers of the rows, int64 [batch_size], of a set that may be smaller than a batch: whole shuffles of it, one
    after the other, each drawn without replacement."""
    place = tf.cast(step, tf.int64) * batch_size + tf.range(batch_size, dtype=tf.int64)
    shuffle = place // rows  # a batch may reach into several
    seeds = tf.stack([tf.fill([batch_size], tf.constant(seed, tf.int64)), shuffle, tf.zeros_like(shuffle)], axis=1)
    # tf.random.experimental.index_shuffle fails on several seeds.
    return tf.raw_ops.RandomIndexShuffle(index=place % rows, seed=seeds, max_index=[rows - 1] * batch_size, rounds=4)
