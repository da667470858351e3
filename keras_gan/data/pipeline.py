"""From a source to batches: the batch of step n is a function of the seed and n, and of nothing else."""

import math

import numpy as np
import tensorflow as tf

from keras_gan.data.sources import Source, read


def load(
    source, image_shape=None, batch_size=64, seed=0, *, split="train", labels=None, with_labels=False, start_step=0
):
    """A tf.data.Dataset of float32 batches [batch_size, h, w, c] in [-1, 1] (toy worlds: points [batch_size, d]).

    source: "digits", "stacked_mnist", "openmoji", a TFDS name such as "mnist", a toy world ("gaussian1d", "ring",
    "grid", "swiss_roll"), a folder of images, a file, an array, or a Source. with_labels: batches are (images, int32
    labels).

    The data set is endless: every epoch is another shuffle of all rows, drawn without replacement and without a
    buffer, and rows that do not fill a batch are left to other epochs. `steps_per_epoch` is the number of batches in
    one; `fit` of this library uses it, and continues at the model's own step, so a resumed run sees the data that an
    uninterrupted one would. `start_step` sets the step elsewhere.

    Raises ValueError with one sentence for whatever cannot be loaded (see sources.read), for a batch larger than the
    set, and for labels where the source has none.
    """
    if not isinstance(source, Source):
        source = read(source, image_shape=image_shape, split=split, labels=labels, seed=seed)
    rows = len(source.values)
    if batch_size < 1 or batch_size > rows:
        raise ValueError(f"batch_size must be 1 to {rows}, the number of rows of {source.name}; got {batch_size}.")
    if with_labels and source.labels is None:
        raise ValueError(f"{source.name} has no labels; a conditional model needs a labelled set such as 'mnist'.")
    steps_per_epoch = rows // batch_size
    values = tf.constant(source.values)
    classes = tf.constant(source.labels, tf.int32) if with_labels else None
    position = tf.Variable(start_step, dtype=tf.int64, trainable=False, name="position")

    def batch(step):
        epoch, step = step // steps_per_epoch, step % steps_per_epoch
        key = tf.random.experimental.stateless_fold_in(tf.constant([seed, 2], tf.int64), epoch)
        order = tf.cast(step * batch_size, tf.int64) + tf.range(batch_size, dtype=tf.int64)
        row = tf.random.experimental.index_shuffle(order, seed=tf.cast(key, tf.int64), max_index=rows - 1)
        images = in_range(tf.ensure_shape(tf.gather(values, row), [batch_size, *source.values.shape[1:]]))
        return (images, tf.gather(classes, row)) if with_labels else images

    steps = tf.data.Dataset.range(1).flat_map(lambda _: tf.data.Dataset.counter(position.read_value()))
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    # Nothing here is left to tune, and its thread sleeps in doubling periods: `fit` would wait up to 2.5 s for its end.
    options.autotune.enabled = False
    dataset = steps.map(batch, num_parallel_calls=1, deterministic=True).prefetch(2).with_options(options)
    dataset.position = position
    dataset.steps_per_epoch = steps_per_epoch
    dataset.classes = source.classes if with_labels else None
    return dataset


def in_range(values):
    """uint8 0 ... 255 -> float32 -1 ... 1; floats, which sources.read has checked, as they are."""
    return tf.cast(values, tf.float32) / 127.5 - 1.0 if values.dtype == tf.uint8 else tf.cast(values, tf.float32)


def images_of(source, n=None, seed=None):
    """The first n rows of a source as a float32 array, uint8 images in [-1, 1]; with a seed, n rows drawn at random."""
    rows = slice(n) if seed is None else np.random.default_rng(seed).permutation(len(source.values))[:n]
    return np.asarray(in_range(tf.constant(source.values[rows])))


def epochs_of(steps, dataset):
    """How many epochs hold this many steps."""
    return math.ceil(steps / dataset.steps_per_epoch)
