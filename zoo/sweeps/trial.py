"""One trial: a setting trained and measured, once. Killed at any moment, it goes on from its checkpoint; asked for
again once it is done, it gives the result that it wrote."""

import functools
import json
import math
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from keras_gan import callbacks, data
from keras_gan.files.atomic import write_json
from zoo.runs.checkpoint import CHECKPOINT, Checkpoint, load_checkpoint
from zoo.runs.folder import CLOCK, PREVIOUS, RESULT
from zoo.runs.training import fit_until
from zoo.sweeps.space import Space

STARTS = "starts.json"
MOST_STARTS = 50  # of a trial that never comes to its end: it ends its process by itself
CHECKPOINT_SECONDS = 30.0


class Stopped(Exception):
    """The engine has seen enough of this trial."""


def run(space: Space, settings: dict, folder: Path, seed: int = 0, report: Callable | None = None) -> dict:
    """-> {"settings", "seed", "figures", "value", "diverged", "seconds", "starts"} of a trial in its folder, trained as
    far as that was left to do. The caller holds the folder: `zoo.sweeps.holding.alone`.

    report: called with (epoch, value of a quick measurement) after each epoch; where it returns True the trial ends as
    Stopped. seconds: of training and measuring, over all starts. A training that diverges is a result, too, and the
    worst: its value is 0, or infinite where the lowest is the best.
    Raises RuntimeError for a trial that has ended its process 50 times, and Stopped.
    """
    if (folder / RESULT).is_file():
        return json.loads((folder / RESULT).read_text())
    starts = started(folder)
    if starts > MOST_STARTS:
        raise RuntimeError(f"The trial {folder} has ended its process {MOST_STARTS} times; look at its settings.")
    worst = math.inf if space.lowest else 0.0
    result = {"settings": settings, "seed": seed, "figures": {}, "value": worst, "diverged": True}
    checkpoint = Checkpoint(folder, CHECKPOINT_SECONDS)
    try:
        figures = trained(space, settings, folder, seed, report, checkpoint)
        if all(np.isfinite(value) for value in figures.values()):
            result |= {"figures": figures, "value": figures[space.figure], "diverged": False}
    except FloatingPointError:
        pass
    finally:
        keras.utils.clear_session()  # or a process of many trials grows
    result |= {"seconds": round(checkpoint.seconds(), 2), "starts": starts}
    write_json(folder / RESULT, result)
    for left in (CHECKPOINT, PREVIOUS, CLOCK):
        (folder / left).unlink(missing_ok=True)
    return result


def trained(space, settings, folder, seed, report, checkpoint):
    """The figures of the model that the recipe makes at these settings."""
    record = space.variant(settings)
    source = read(record.dataset, record.image_shape, record.split)
    keras.utils.set_random_seed(seed)
    model = record.build()
    model.seed = seed
    rows = record.batch_size * model.discriminator_steps
    batches = data.load(source, record.image_shape, rows, seed=seed, with_labels=record.conditional, **record.load)
    total = record.epochs * batches.steps_per_epoch
    record.compile(model, total, steps_per_execution=space.steps_per_execution)
    if record.prepare:
        record.prepare(model, data.images_of(source))
    if (folder / CHECKPOINT).is_file():
        load_checkpoint(model, folder)
    followers = [callbacks.StopOnNonFinite(), checkpoint]
    if report:
        followers.append(Reports(space, report))
    checkpoint.set_model(model)
    fit_until(model, batches, total, followers, verbose=0)
    return {name: float(value) for name, value in space.measure(model, None).items()}


QUICK = 1_000  # samples of a measurement on the way


class Reports(keras.callbacks.Callback):
    """Tells the engine what the model is worth after each epoch."""

    def __init__(self, space, report):
        super().__init__()
        self.space = space
        self.report = report

    def on_epoch_end(self, epoch, logs=None):
        if self.report(epoch, float(self.space.measure(self.model, QUICK)[self.space.figure])):
            raise Stopped


@functools.lru_cache(maxsize=1)
def read(dataset, image_shape, split):
    """The Source, kept for the next trial of this process."""
    return data.read(dataset, image_shape=image_shape, split=split)


def started(folder):
    """How many times the trial has been started, this time included."""
    path = folder / STARTS
    starts = 1 + (json.loads(path.read_text()) if path.is_file() else 0)
    write_json(path, starts)
    return starts
