"""A doctor for every run of the zoo: what it compares with, and where it writes."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from keras_gan import data
from keras_gan.data import half_labelled
from keras_gan.data.source import NAMES, SOME_CLASSES, is_known
from keras_gan.doctor import Doctor
from keras_gan.doctor.records import NAME
from keras_gan.evaluation.encoders import encoder
from zoo.runs.sources import source_of

SAMPLES = 256  # at most; the probe takes what suits the game
ENCODERS = {"mnist": "mnistcnn", "faces": "facecnn"}  # data sets whose classes or attributes an encoder tells apart


def doctor_of(record, source, dataset, run=None, stop_on=(), damaged=None):
    """The Doctor of a variant's training on `source`, which was read from `dataset` (a name, a path or an array).
    damaged: what becomes of images of the test split that cannot be read, "raise" or "skip"."""
    known = ENCODERS.get(dataset) if isinstance(dataset, str) else None
    return Doctor(
        samples_of(source, record.conditional, bool(record.labelled)),
        held_out(record, dataset, damaged),
        encoder=known and encoder(known),
        path=run and Path(run) / NAME,
        stop_on=stop_on,
        logged=(),  # doctor.jsonl has them; the line of an epoch is long enough
    )


def held_out(record, dataset, damaged=None):
    """Samples of the test split, or None where there is none (arrays, files, folders without a "test" in them)."""
    if not isinstance(dataset, str):
        return None
    of_classes = SOME_CLASSES.fullmatch(dataset)
    name = of_classes[1] if of_classes else dataset
    whole = name in NAMES or is_known(name) or Path(name).exists()
    split = "test" if whole else f"test[:{4 * SAMPLES}]"
    try:
        test = source_of(record, dataset, split, 0, damaged)
    except (ValueError, FileNotFoundError):
        return None
    if record.labels:
        test = test.labelled(record.labels if record.labelled is None else record.labels[0])
    return samples_of(test, record.conditional, bool(record.labelled))


def samples_of(source, with_labels, few_labels=False):
    """Images drawn at random, the same for the same source; with their labels for a conditional model, behind their
    inputs for one that translates, and beside others with their labels for one that learns from few."""
    rows = np.random.default_rng(0).permutation(len(source.values))[:SAMPLES]
    labels = None if source.labels is None else source.labels[rows]
    images = data.images_of(replace(source, values=source.values[rows], labels=labels))
    if few_labels:
        known = np.flatnonzero(source.labels != half_labelled.UNKNOWN)
        known = np.random.default_rng(1).permutation(known)[:SAMPLES]
        of_known = replace(source, values=source.values[known], labels=source.labels[known])
        return images, (data.images_of(of_known), of_known.labels)
    if source.inputs is None:
        return (images, labels) if with_labels else images
    given = rows if source.paired else np.random.default_rng(1).permutation(len(source.inputs))[: len(rows)]
    inputs = data.images_of(replace(source, values=source.inputs[given], labels=None))
    return inputs, images[: len(inputs)]
