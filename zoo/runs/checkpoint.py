"""A run's checkpoint: written while it trains, read when it is resumed, sampled or released."""

import hashlib
import json
import os
import shutil
import time
import warnings
from pathlib import Path

import keras

from keras_gan.fast import internals
from keras_gan.files.atomic import atomic_file, write_json
from keras_gan.sampling.labels import as_names
from zoo.registry import variant
from zoo.runs.folder import CHECKPOINT, CLOCK, CONFIG, PREVIOUS, read_config

MARK = b"keras_gan SHA-256"  # at a checkpoint's end, before its digest: HDF5 does not mind what follows its own end


class Checkpoint(keras.callbacks.Callback):
    """All weights after an epoch, at most once in `interval` seconds: made in memory, written aside and renamed, so
    that neither a kill nor a full disk costs the last one, which is kept as the one before. The steps and the seconds
    of training are kept beside it."""

    def __init__(self, run, interval):
        super().__init__()
        self.run = run
        self.interval = interval
        self.path = run / CHECKPOINT
        self.before = read_clock(run).get("seconds", 0.0)
        self.started = self.saved = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        if time.monotonic() - self.saved >= self.interval:
            self.save()

    def save(self):
        content = internals.weights_file(self.model)
        with atomic_file(self.path) as aside:
            aside.write_bytes(content + MARK + hashlib.sha256(content).digest())
            keep(self.path)
        write_json(self.run / CLOCK, {"seconds": self.seconds(), "steps": int(self.model.steps.numpy())})
        self.saved = time.monotonic()

    def seconds(self):
        return self.before + time.monotonic() - self.started


def keep(path):
    """The present checkpoint under the name of the one before, too: at no moment is there none."""
    if not path.is_file():
        return
    with atomic_file(path.with_name(PREVIOUS)) as aside:
        aside.unlink()
        try:
            os.link(path, aside)
        except OSError:  # a file system without links
            shutil.copyfile(path, aside)


def read_clock(run):
    """{"seconds", "steps"} of the last checkpoint; {} where it is unreadable, which costs the card's minutes."""
    try:
        clock = json.loads((run / CLOCK).read_text())
        return clock if isinstance(clock, dict) and isinstance(clock.get("seconds"), float) else {}
    except (OSError, ValueError):
        return {}


def check(run):
    """Raises ValueError with one sentence for a checkpoint that is not as it was written. Those of keras_gan 0.1 have
    no digest that would tell."""
    path = run / CHECKPOINT
    content = path.read_bytes()
    size = len(content) - len(MARK) - hashlib.sha256().digest_size
    marked = size > 0 and content[size : size + len(MARK)] == MARK
    if marked and hashlib.sha256(memoryview(content)[:size]).digest() == content[size + len(MARK) :]:
        return
    if not marked and str(read_config(run).get("keras_gan", "0.1.")).startswith("0.1."):
        return
    raise ValueError(f"{path} is damaged: its SHA-256 is not the recorded one.{instead(run)}")


def instead(run):
    """What to do without a checkpoint."""
    if (run / PREVIOUS).is_file():
        return f" The one before it is kept: mv {run / PREVIOUS} {run / CHECKPOINT}, and resume."
    return " There is none before it; train anew in another folder."


def load_checkpoint(model, run):
    """The run's state into a compiled model. Raises ValueError with one sentence for a damaged file, and for one that
    another version of the recipe wrote, of which Keras would take what fits and leave the rest untrained."""
    check(run)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "Skipping", UserWarning)
            model.load_weights(run / CHECKPOINT)
    except OSError as error:
        raise ValueError(f"{run / CHECKPOINT} cannot be read ({error}).{instead(run)}") from error
    except (KeyError, ValueError, UserWarning) as error:
        what = str(error).strip().partition("\n")[0].partition(". ")[0].rstrip(".:")
        raise ValueError(
            f"{run / CHECKPOINT} was written by another version of its recipe or of Keras ({what}); go on with the "
            f"commit that {CONFIG} names, or train anew in another folder."
        ) from error


def load_run(run):
    """The model of a run folder as its checkpoint left it, compiled, and its variant's record."""
    run = Path(run)
    config = read_config(run)
    record = variant(config["name"])
    model = record.build()
    if config.get("class_names"):
        model.class_names = as_names(config["class_names"])
    record.compile(model, config["steps"])
    load_checkpoint(model, run)
    return model, record
