"""A run's checkpoint: written while it trains, read when it is resumed, sampled or released."""

import json
import time
from pathlib import Path

import keras

from keras_gan.files.atomic import atomic_file, write_json
from zoo.registry import variant
from zoo.runs.folder import CHECKPOINT, CONFIG


class Checkpoint(keras.callbacks.Callback):
    """All weights after an epoch, at most once in `interval` seconds: written aside and renamed, so that a kill while
    writing leaves the last one usable. The seconds of training are kept beside it for the card."""

    def __init__(self, run, interval):
        super().__init__()
        self.run = run
        self.interval = interval
        self.path = run / CHECKPOINT
        clock = run / "seconds.json"
        self.before = json.loads(clock.read_text())["seconds"] if clock.exists() else 0.0
        self.started = self.saved = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        if time.monotonic() - self.saved >= self.interval:
            self.save()

    def save(self):
        with atomic_file(self.path) as aside:
            self.model.save_weights(aside, overwrite=True)
        write_json(self.run / "seconds.json", {"seconds": self.seconds()})
        self.saved = time.monotonic()

    def seconds(self):
        return self.before + time.monotonic() - self.started


def load_checkpoint(model, run):
    """The run's state into a compiled model. Raises ValueError with one sentence for a damaged file."""
    try:
        model.load_weights(run / CHECKPOINT)
    except (OSError, KeyError) as error:
        raise ValueError(f"{run / CHECKPOINT} is damaged and cannot be resumed from ({error}).") from error


def load_run(run):
    """The model of a run folder as its checkpoint left it, compiled, and its variant's record."""
    run = Path(run)
    config = json.loads((run / CONFIG).read_text())
    record = variant(config["name"])
    model = record.build()
    if config.get("class_names"):
        model.class_names = tuple(config["class_names"])
    model.compile(*(record.optimizers(config["steps"]) if record.optimizers else ()))
    load_checkpoint(model, run)
    return model, record
