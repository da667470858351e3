"""From a source to batches: the batch of step n is a function of the seed and n, and of nothing else."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf

from keras_gan.data import half_labelled
from keras_gan.data.jitter import moved
from keras_gan.data.record import Source
from keras_gan.data.rows import Rows, own_errors, subset
from keras_gan.data.source import read

LABELLED = 1  # folded into the seed of a batch's own draws, for its labelled half


class Batches:
    """An endless stream of batches that knows where it is.

    dataset: the tf.data.Dataset. position: a tf.Variable, the step at which the next iteration begins; `fit` of this
    library sets it to the model's own. steps_per_epoch: batches in one pass over the rows. classes, class_names: of the
    labels in the batches, None without. read_from: the Rows that are read on the way. part: part(first, count, of)
    gives the dataset of parts of the batches: of each, cut into `of` equal parts, `count` from the first on, one after
    the other, for which nothing else is read; None where only whole batches can be made. paired: whether an image
    belongs to the input beside it.
    """

    def __init__(
        self,
        dataset: tf.data.Dataset,
        position: tf.Variable,
        steps_per_epoch: int,
        classes: int | None = None,
        class_names: tuple[str, ...] | dict[str, tuple[str, ...]] | None = None,
        read_from: Sequence[Rows] = (),
        part: Callable[[int, int, int], tf.data.Dataset] | None = None,
        paired: bool = True,
    ):
        self.dataset = dataset
        self.position = position
        self.steps_per_epoch = steps_per_epoch
        self.classes = classes
        self.class_names = class_names
        self.read_from = read_from
        self.part = part
        self.paired = paired

    def __iter__(self) -> Iterator:
        with own_errors(*self.read_from):
            yield from self.dataset

    @property
    def element_spec(self):
        return self.dataset.element_spec

    def map(self, function: Callable) -> "Batches":
        """The same stream with `function` applied to each batch, (images) or (images, labels), in order.

        It sees whole batches, so that several workers have to read them whole.
        """
        mapped = self.dataset.map(function, num_parallel_calls=1, deterministic=True)
        return self.with_dataset(mapped)

    def enumerate(self) -> "Batches":
        """The same stream as pairs (number of the step since `position`, batch)."""
        return self.with_dataset(self.dataset.enumerate())

    def with_dataset(self, dataset):
        names = self.classes, self.class_names
        return Batches(dataset, self.position, self.steps_per_epoch, *names, self.read_from, paired=self.paired)

    def take(self, count: int) -> tf.data.Dataset:
        """The next `count` batches."""
        return self.dataset.take(count)


def load(
    source,
    image_shape: tuple[int, int, int] | None = None,
    batch_size: int = 64,
    seed: int = 0,
    *,
    split: str = "train",
    labels=None,
    with_labels: bool | str | Sequence[str] = False,
    jitter: int = 0,
    flip: bool = False,
    labelled: int | bool = False,
    labelled_seed: int = 0,
    start_step: int = 0,
    damaged: str = "raise",
) -> Batches:
    """Batches of float32 [batch_size, h, w, c] in [-1, 1] (toy worlds: points [batch_size, d]); of pairs, which have
    inputs, (inputs, targets); of two sets without partners, each in an order of its own.

    source: "digits", "stacked_mnist", "openmoji", a TFDS name such as "mnist", a toy world ("gaussian1d", "ring",
    "grid", "swiss_roll"), drawn faces ("faces", "faces/micah", ...), pairs ("faces.labels", ...) or two sets
    ("a <-> b"), a folder of images, a file, an array, or a Source.
    with_labels: batches are (images, int32 labels); the name of an attribute, such as "hair" of faces, makes it the
    label, and ("hair_color", "eyes") their combination. jitter: images are enlarged by so many pixels and cropped back
    at a random place; flip: mirrored with probability 1/2; both images of a pair alike.
    labelled: so many rows have a label, evenly over the classes and chosen by `labelled_seed`, or with True those whose
    label is not -1. Batches are then (images, (labelled images, int32 labels)), as many of each: the first are of all
    rows, and the second of those with a label, over and over.

    The stream is endless: every epoch is another shuffle of all rows, drawn without replacement and without a
    buffer, and rows that do not fill a batch are left to other epochs. `fit` of this library continues at the model's
    own step, so that a resumed run sees the data that an uninterrupted one would. `start_step` sets the step elsewhere.

    A set of more than 512 MB is read from where it lies, the rows of a batch on all processors while the one before is
    trained on; its batches are those of the same set in memory. damaged: of a folder's images, "raise" or "skip".

    Raises ValueError with one sentence for whatever cannot be loaded (see source.read), for a batch larger than the
    set, for labels where the source has none, and for more labels, or fewer, than can be chosen evenly.
    """
    if not isinstance(source, Source):
        source = read(source, image_shape=image_shape, split=split, labels=labels, seed=seed, damaged=damaged)
    if (with_labels or labelled) and source.inputs is not None:
        raise ValueError(
            f"{source.name} are pairs, whose batches are (inputs, targets): leave with_labels and labelled out."
        )
    if not isinstance(with_labels, bool):
        source = source.labelled(with_labels)
    rows = len(source.values)
    if batch_size < 1 or batch_size > rows:
        raise ValueError(f"batch_size must be 1 to {rows}, the number of rows of {source.name}; got {batch_size}.")
    if (with_labels or labelled) and source.labels is None:
        if source.attributes is not None:
            names = ", ".join(source.attributes.values)
            raise ValueError(f"{source.name} has attributes rather than one label: with_labels= takes one of {names}.")
        raise ValueError(f"{source.name} has no labels; a conditional model needs a labelled set such as 'mnist'.")
    if labelled:
        source = half_labelled.chosen(source, labelled, labelled_seed)
    elif with_labels and source.labels.min() < 0:
        raise ValueError(f"{source.name} has rows without a label (-1): labelled=True trains on those, too.")
    if jitter < 0:
        raise ValueError(f"jitter={jitter} must be a number of pixels from 0 on.")
    if (jitter or flip) and source.values.ndim != 4:
        raise ValueError(f"{source.name} holds points, which cannot be moved or mirrored: leave jitter and flip out.")
    if source.inputs is not None and batch_size > len(source.inputs):
        raise ValueError(f"batch_size must be 1 to {len(source.inputs)}, the number of inputs of {source.name}.")
    steps_per_epoch = rows // batch_size
    inputs = None if source.inputs is None else reader(source.inputs)
    values = reader(source.values)
    told = with_labels or labelled
    classes = tf.constant(source.labels, tf.int32) if told else None
    if labelled:
        known, known_labels = half_labelled.rows_of(source)
        few, few_labels = reader(known), tf.constant(known_labels)
    sets = (source.values, source.inputs, known if labelled else None)
    position = tf.Variable(start_step, dtype=tf.int64, trainable=False, name="position")

    def batch(step, first, count):
        """Of the batch of a step, `count` rows from the first on."""

        def taken(rows_of, row, draws, exact=False):
            images = in_range(rows_of(row))
            return moved(images, draws, jitter, flip, exact, first, batch_size) if jitter or flip else images

        row, draws = rows_at(step, rows, batch_size, [seed, 2])
        row = tf.slice(row, [first], [count])
        images = taken(values, row, draws)
        if inputs is not None:
            if not source.paired:
                row, draws = rows_at(step, len(source.inputs), batch_size, [seed, 3])
                row = tf.slice(row, [first], [count])
            return taken(inputs, row, draws, exact=source.palette is not None), images
        if labelled:
            row = tf.slice(half_labelled.cycled(step, len(known_labels), batch_size, seed), [first], [count])
            draws = tf.random.experimental.stateless_fold_in(draws, LABELLED)
            return images, (taken(few, row, draws), tf.gather(few_labels, row))
        return (images, tf.gather(classes, row)) if with_labels else images

    def part(first, count, of):
        begin = tf.data.Dataset.range(1)
        places = begin.flat_map(lambda _: tf.data.Dataset.counter(position.read_value() * count))
        size = batch_size // of

        def at(place):
            return batch(place // count, (first + place % count) * size, size)

        return places.map(at, num_parallel_calls=1, deterministic=True).prefetch(2 * count).with_options(options)

    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    # Nothing here is left to tune, and its thread sleeps in doubling periods: `fit` would wait up to 2.5 s for its end.
    options.autotune.enabled = False
    return Batches(
        part(0, 1, 1),
        position,
        steps_per_epoch,
        source.classes if told else None,
        source.class_names if told else None,
        [rows for rows in sets if isinstance(rows, Rows)],
        part,
        source.paired,
    )


def reader(values):
    """A function that gives the rows of values by their numbers, a tensor [k]."""
    if not isinstance(values, Rows):
        constant = tf.constant(values)
        return lambda row: tf.ensure_shape(tf.gather(constant, row), [*row.shape, *values.shape[1:]])

    def read(row):
        found = tf.numpy_function(values.read_or_note, [row], values.dtype, stateful=False)
        return tf.ensure_shape(found, [*row.shape, *values.shape[1:]])

    return read


def rows_at(step, rows, batch_size, seed):
    """(row numbers of the batch of a step, seed of its own draws, int64 [2]): every epoch is another shuffle."""
    steps_per_epoch = rows // batch_size
    epoch, step = step // steps_per_epoch, step % steps_per_epoch
    key = tf.random.experimental.stateless_fold_in(tf.constant(seed, tf.int64), epoch)
    order = tf.cast(step * batch_size, tf.int64) + tf.range(batch_size, dtype=tf.int64)
    row = tf.random.experimental.index_shuffle(order, seed=tf.cast(key, tf.int64), max_index=rows - 1)
    return row, tf.random.experimental.stateless_fold_in(key, step)


def in_range(values):
    """uint8 0 ... 255 -> float32 -1 ... 1; floats, which source.read has checked, as they are."""
    return tf.cast(values, tf.float32) / 127.5 - 1.0 if values.dtype == tf.uint8 else tf.cast(values, tf.float32)


def images_of(source: Source, n: int | None = None, seed: int | None = None) -> np.ndarray | Rows:
    """The first n rows of a source in float32, uint8 images in [-1, 1]; with a seed, n rows drawn at random. An array,
    or Rows where these are too many for memory."""
    chosen = slice(n) if seed is None else np.random.default_rng(seed).permutation(len(source.values))[:n]
    values = subset(source.values, chosen)

    def scaled(block):
        return np.asarray(in_range(tf.constant(block)))

    return values.map(scaled, np.float32) if isinstance(values, Rows) else scaled(values)
