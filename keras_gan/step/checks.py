"""What is refused before any work starts: networks that do not fit each other, data that a game cannot learn from.

Each refusal is one sentence that says what was wrong and what to do.
"""

import warnings

import numpy as np
import tensorflow as tf

from keras_gan.sampling import palettes, translation
from keras_gan.step import conditions


def check_players(generator, discriminator, classes, shows_condition, augmentation, shows_input):
    """Raises ValueError unless the two networks fit each other, the condition and the augmentation."""
    for player, name in ((generator, "generator"), (discriminator, "discriminator")):
        if not getattr(player, "inputs", None) or not hasattr(player, "outputs"):
            raise ValueError(
                f"The {name} must be a functional or sequential keras.Model, whose shapes are known before it is "
                f"called; wrap yours: x = keras.Input(shape); keras.Model(x, {name}(x))."
            )
    generated, judged = generator.outputs[0].shape[1:], discriminator.inputs[0].shape[1:]
    if tuple(generated) != tuple(judged):
        raise ValueError(f"The generator makes {tuple(generated)}, but the discriminator takes {tuple(judged)}.")
    if augmentation is not None and len(generated) != 3:
        raise ValueError(f"Augmentation is of images, and the generator makes {tuple(generated)}: leave it out.")
    if augmentation is not None and shows_input:
        raise ValueError(
            "Augmentation would move an image and not the input that D sees beside it: leave it out; "
            "keras_gan.data.load(jitter=, flip=) moves both alike."
        )
    if classes is not None and len(generator.inputs) != 2:
        raise ValueError(
            f"classes={classes} needs a generator with two inputs, the second the label; it has "
            f"{len(generator.inputs)}."
        )
    wanted = len(generator.inputs) if shows_condition else 1
    if len(discriminator.inputs) != wanted:
        inputs = "one input" if wanted == 1 else f"{wanted} inputs, the last for what the generator is told beside z"
        raise ValueError(f"This game needs a discriminator with {inputs}; it has {len(discriminator.inputs)}.")


def check_compile(options, jit_compile, strategy):
    """Raises ValueError for what compile() of two players cannot take."""
    if "loss" in options or "optimizer" in options:
        raise ValueError(
            "An adversarial model takes compile(generator_optimizer=..., discriminator_optimizer=...): "
            "it has two optimizers, and the game itself states the losses."
        )
    if jit_compile is True and strategy.num_replicas_in_sync > 1:
        raise ValueError("jit_compile=True fails on several replicas in TensorFlow; compile without it.")


def check_compiled(model):
    if not model.compiled:
        raise ValueError(
            "Call compile() before fit() or evaluate(); without arguments it takes the paper's optimizers."
        )


def check_samples_apart(game):
    """For games that pay for D's slope at a sample, which batch statistics would mix with the others'."""
    if game.mixes_samples:
        raise ValueError(
            f"The discriminator of {type(game).__name__} must judge samples one by one, for the sake of its "
            "gradient penalty; build it without batch normalisation and minibatch discrimination."
        )


def check_batch(model, batch):
    """Raises ValueError unless the first batch of some data has the shape, range and condition that the game needs."""
    if isinstance(batch, dict) and conditions.IMAGE not in batch:
        raise ValueError(
            f"Batches that are dictionaries need the key 'image' (and 'label'); these have {', '.join(map(str, batch))}"
            ": map them, or see keras_gan.data.load."
        )
    real, condition = model.told(batch)
    wanted = tuple(model.generator.outputs[0].shape[1:])
    if tuple(real.shape[1:]) != wanted:
        asked = model.image_shape
        raise ValueError(
            f"The data have shape {tuple(real.shape[1:])}, but this model makes {wanted}; "
            f"pass image_shape={asked} to data.load."
        )
    check_values(np.asarray(real), "The data")
    if model.from_input and condition is not None:
        for rows in tf.nest.flatten(condition):
            check_values(np.asarray(rows), "The inputs")
    conditions.check(condition, real, model)
    if getattr(model, "palette", None) is not None:
        for rows in tf.nest.flatten(condition):
            palettes.check_colours(translation.levels(np.asarray(rows)), model.palette)


def check_values(x, what):
    """As translation.check_values, and warns of floats that may have been meant for [0, 1]."""
    translation.check_values(x, what)
    if x.dtype != np.uint8 and x.ndim > 2 and x.min() >= 0.0 and x.max() > 0.0:
        warnings.warn(
            f"{what} have no value below 0. Images lie in [-1, 1]: rescale those of [0, 1] by 2 * x - 1.", stacklevel=2
        )


def check_sizes(sizes, minibatches, replicas):
    """Raises ValueError unless batches of these sizes divide into minibatches and replicas."""
    parts = minibatches * replicas
    if any(size is not None and size % parts for size in sizes):
        raise ValueError(
            f"Batches of {' and '.join(str(size) for size in sizes if size)} do not all divide into {minibatches} "
            f"minibatches on {replicas} replicas; use batches of a multiple of {parts}, and drop a smaller last one."
        )
