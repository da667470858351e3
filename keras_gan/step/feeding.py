"""How data reach the step: whatever `fit` is given is checked, and the data of step n begin at step n."""

import itertools
from types import GeneratorType

import keras
import numpy as np
import tensorflow as tf

from keras_gan.data import rows
from keras_gan.data.batches import Batches
from keras_gan.sampling.labels import as_names, count
from keras_gan.step import checks, conditions, replicas


def prepare(model, x, y, batch_size, steps_per_epoch, callbacks, options):
    """The arguments of keras.Model.fit for those of AdversarialModel.fit. Raises ValueError with one sentence for data
    that cannot be used, before any work."""
    options = dict(options)
    callbacks = list(callbacks or [])
    x = checked(model, x, y, batch_size, model.discriminator_steps)
    validation = options.get("validation_data")
    if validation is not None:
        pair = validation if isinstance(validation, tuple) else (validation,)
        held_out = checked(model, pair[0], pair[1] if len(pair) > 1 else None, options.get("validation_batch_size"), 1)
        options.setdefault("validation_steps", getattr(held_out, "steps_per_epoch", None))
        held_out = dataset(model, held_out)
        options["validation_data"] = (held_out, *pair[1:]) if len(pair) > 1 else held_out
    if isinstance(x, Batches):
        steps_per_epoch = steps_per_epoch or x.steps_per_epoch
        if model.class_names is None and x.class_names and count(x.class_names) == model.classes:
            model.class_names = as_names(x.class_names)
        # Last in the list: BackupAndRestore, which may restore the step, has its turn before.
        callbacks.append(
            keras.callbacks.LambdaCallback(on_train_begin=lambda logs: x.position.assign(model.steps.numpy()))
        )
    if not hasattr(x, "shape"):
        options["shuffle"] = False  # of arrays alone; Keras would warn that it cannot
    return {
        "x": dataset(model, x), "y": y, "batch_size": batch_size, "steps_per_epoch": steps_per_epoch,
        "callbacks": callbacks, **options,
    }  # fmt: skip


def own_errors(*given):
    """A block within which data that cannot be read are reported in our words, not in TensorFlow's."""
    given = [one[0] if isinstance(one, tuple) else one for one in given]
    return rows.own_errors(*(read for one in given if isinstance(one, Batches) for read in one.read_from))


def whole(x):
    """Batches as the tf.data.Dataset that they are; other data as they are."""
    return x.dataset if isinstance(x, Batches) else x


def dataset(model, x):
    """What Keras takes. Of several workers each reads the rows of its own replicas alone; Keras, which cuts a dataset
    of whole batches into parts, would let each read them all."""
    strategy = model.distribute_strategy
    with strategy.scope():
        alone = replicas.workers() == 1
    if alone or not isinstance(x, Batches) or x.part is None:
        return whole(x)

    def own(context):
        parts = context.num_replicas_in_sync
        count = parts // context.num_input_pipelines
        return x.part(context.input_pipeline_id * count, count, parts)

    return strategy.distribute_datasets_from_function(own)


def checked(model, x, y, batch_size, minibatches):
    """x, whose first batch has been looked at. Raises ValueError with one sentence for what cannot be used."""
    checks.check_compiled(model)
    parts = model.distribute_strategy.num_replicas_in_sync
    if model.needs_partners and not getattr(x, "paired", True):
        raise ValueError(
            "These are two sets without partners, from which CycleGAN learns; this model needs pairs: "
            "keras_gan.data.read_pairs."
        )
    if isinstance(x, Batches | tf.data.Dataset):
        first, sizes = of_dataset(whole(x), minibatches * parts)
        classes = getattr(x, "classes", None)
        if model.classes is not None and classes is not None and classes > model.classes:
            raise ValueError(f"The data have {classes} classes, but this model was built for {model.classes}.")
    elif isinstance(x, keras.utils.PyDataset):
        if not len(x):
            raise ValueError("The data set is empty.")
        first, sizes = x[0], ()
    elif isinstance(x, GeneratorType):
        first, sizes = next(x, None), ()
        if first is None:
            raise ValueError("The generator of batches is empty.")
    elif hasattr(x, "shape") and len(x.shape):
        if not len(x):
            raise ValueError("The data are empty.")
        size = batch_size or 32
        first, sizes = x if y is None else (x, y), (min(size, len(x)), len(x) % size)
    else:
        raise ValueError(
            "Training data must be what keras_gan.data.load gives, an array, a tf.data.Dataset, a "
            f"keras.utils.PyDataset or a generator of batches, not {type(x).__name__}."
        )
    if isinstance(first, list):
        first = tuple(first)
    if not sizes:
        sizes = (len(keras.tree.flatten(first)[0]),)
    checks.check_batch(model, keras.tree.map_structure(np.asarray, first))
    checks.check_sizes(sizes, minibatches, parts)
    return of_generator(itertools.chain([first], x), first) if isinstance(x, GeneratorType) else x


def of_generator(batches, first):
    """A tf.data.Dataset of the batches of a generator, the first of which is known. Keras's own way repeats the first
    two where it looks at the data more than once (keras.src.trainers.data_adapters, 3.15)."""

    def in_tuple(batch):
        real, condition = conditions.pair(tuple(batch) if isinstance(batch, list) else batch)
        return (real,) if condition is None else (real, condition)

    arrays = keras.tree.map_structure(np.asarray, in_tuple(first))
    signature = keras.tree.map_structure(lambda a: tf.TensorSpec((None, *a.shape[1:]), a.dtype), arrays)
    return tf.data.Dataset.from_generator(lambda: map(in_tuple, batches), output_signature=signature)


def of_dataset(batches, parts):
    """(the first batch, the sizes of batches that are known) of a tf.data.Dataset."""
    first = next(iter(batches), None)
    if first is None:
        raise ValueError("The data set is empty.")
    shape = keras.tree.flatten(batches.element_spec)[0].shape
    if not len(shape):
        raise ValueError("The data set has no batches; give it some: dataset.batch(64, drop_remainder=True).")
    return first, (shape[0] if shape[0] is not None or parts == 1 else 1,)
