"""Conditions: what a game's players are told beside z and x. A label, several attributes, an image: any structure of
tensors whose first axis is the batch's, in the order of a network's inputs.

A game with `classes` has one label, int32 [n]. Any other condition is what the generator's inputs after z ask for.
"""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.sampling.labels import check_labels

IMAGE, LABEL = "image", "label"  # of the dictionaries that tfds.load yields


def inputs(x, condition):
    """What a network is called with: x alone, or [x, condition, ...]."""
    return x if condition is None else [x, *tf.nest.flatten(condition)]


def twice(condition):
    """The condition of a batch that is followed by itself."""
    return None if condition is None else tf.nest.map_structure(lambda rows: tf.concat([rows, rows], 0), condition)


def every(condition, start, step):
    """The rows start, start + step, start + 2 step, ... of the condition."""
    return None if condition is None else tf.nest.map_structure(lambda rows: rows[start::step], condition)


def pair(data, from_input=False):
    """(real, condition) of whatever `fit` hands over: real, (real, condition), or {"image": ..., "label": ...}; of a
    game that makes images from an input, (input, real)."""
    if from_input and isinstance(data, tuple | list) and len(data) > 1:
        return data[1], data[0]
    if isinstance(data, dict):
        return data[IMAGE], data.get(LABEL)
    real, condition, _ = keras.utils.unpack_x_y_sample_weight(data)
    return (real[IMAGE], real.get(LABEL)) if isinstance(real, dict) else (real, condition)


def unpack(data, game):
    """(real float32 in the range of the data, condition as the game's networks take it, None for none) of a batch.

    uint8 images 0 ... 255 become floats -1 ... 1. An unconditional game has no use for labels."""
    real, condition = game.told(data)
    real = tf.cast(in_range(real), tf.float32)
    if game.half_labelled:
        images, label = lesson(real, condition)
        return real, (tf.cast(in_range(images), tf.float32), tf.cast(tf.reshape(label, [-1]), tf.int32))
    if game.classes is not None:
        return real, tf.cast(tf.reshape(condition, [-1]), tf.int32)
    wanted = game.generator.inputs[1:]
    if not wanted:
        return real, None
    given = [condition[one.name] for one in wanted] if isinstance(condition, dict) else tf.nest.flatten(condition)
    return real, tuple(
        tf.cast(in_range(rows) if len(one.shape) == 4 else rows, one.dtype)
        for rows, one in zip(given, wanted, strict=True)
    )


def lesson(real, condition):
    """(labelled samples, labels) of a half-labelled batch; where labels come alone, they are those of `real`."""
    return condition if isinstance(condition, tuple | list) and len(condition) == 2 else (real, condition)


def in_range(images):
    """uint8 images 0 ... 255 as floats -1 ... 1; whatever else as it is."""
    images = tf.convert_to_tensor(images)
    return tf.cast(images, tf.float32) / 127.5 - 1.0 if images.dtype == tf.uint8 else images


def check(condition, real, game):
    """Raises ValueError with one sentence where the samples `real` lack the condition that the game needs."""
    if game.half_labelled:
        images, label = lesson(real, condition)
        if label is None:
            raise ValueError(
                "This game learns from labels, too: give it what keras_gan.data.load(..., labelled=100) gives, or "
                "(samples, labels)."
            )
        if tuple(np.shape(images))[1:] != tuple(np.shape(real))[1:]:
            raise ValueError(
                f"Labelled samples must have the shape of the others, {tuple(np.shape(real))[1:]}; got "
                f"{tuple(np.shape(images))[1:]}: keras_gan.data.load(..., labelled=100) gives both."
            )
        check_labels(label, len(images), game.labels)
        return
    if game.classes is not None:
        check_labels(condition, len(real), game.classes)
        return
    wanted = game.generator.inputs[1:]
    if not wanted:
        return
    shapes = {one.name: tuple(one.shape[1:]) for one in wanted}
    if condition is None:
        raise ValueError(f"This model is conditional: beside each sample it needs {shapes}.")
    given = condition if isinstance(condition, dict) else dict(zip(shapes, tf.nest.flatten(condition), strict=False))
    found = {name: tuple(np.shape(rows)) for name, rows in given.items()}
    n = len(real)
    if found != {name: (n, *shape) for name, shape in shapes.items()}:
        raise ValueError(
            f"The condition of {n} samples must have the shapes {shapes} after the first axis; got {found}."
        )
