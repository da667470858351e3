"""From a variant's record to a trained run folder, resumable at any kill.

runs/NAME/  config.json   the command, the commit, the seed, and whatever else makes the run repeatable
            log.csv       the terms of each epoch           tensorboard/  the same for TensorBoard
            samples/      a grid of fixed seeds per epoch   losses.png    the loss curves
            checkpoint.weights.h5   everything: both players, the average, both optimizers, the step
            result.json   the figures and the minutes, once the run is complete
"""

import csv
import json
import os
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import keras
import tensorflow as tf

import keras_gan
from keras_gan import callbacks, data
from keras_gan.data.toys import TOYS
from keras_gan.distribution import is_chief
from keras_gan.files import write_json, written_aside
from zoo.registry import variant as find

CHECKPOINT = "checkpoint.weights.h5"


def train(
    name,
    run=None,
    *,
    epochs=None,
    steps=None,
    seed=0,
    batch_size=None,
    dataset=None,
    strategy=None,
    resume=False,
    mixed_precision=None,
    jit_compile=False,
    checkpoint_seconds=30.0,
    pictures_every=None,
    verbose="auto",
):
    """Train a variant by its recipe; -> (model, run folder).

    epochs or steps: how long, in total (a resumed run does what is left). dataset: other data of the variant's shape
    than its own. strategy: a tf.distribute.Strategy. mixed_precision: "mixed_float16" or "mixed_bfloat16".
    Raises FileExistsError where the folder holds a run and `resume` is off, FileNotFoundError for resume without one.
    """
    record = find(name)
    run = Path(run or Path("runs") / record.name)
    open_run(run, resume)
    keras.utils.set_random_seed(seed)  # initial weights; the step's own noise follows from the model's seed
    if mixed_precision:
        keras.mixed_precision.set_global_policy(mixed_precision)
    if dataset is None and "own data" in record.tags:
        raise ValueError(f"The data of {record.name} cannot be downloaded; give yours of {record.image_shape}: --data.")
    source = data.read(dataset or record.dataset, image_shape=record.image_shape, split=record.split, seed=seed)
    with (strategy or tf.distribute.get_strategy()).scope():
        model = record.build()
        model.seed = seed
        model.compile(*(record.optimizers() if record.optimizers else ()), jit_compile=jit_compile)
    rows = (batch_size or record.batch_size) * model.discriminator_steps
    batches = data.load(source, record.image_shape, rows, seed=seed, with_labels=record.conditional)
    if record.prepare:
        record.prepare(model, data.images_of(source))
    if resume:
        model.load_weights(run / CHECKPOINT)
    total = steps or (epochs or record.epochs) * batches.steps_per_epoch
    config = {
        "name": record.name, "command": " ".join(["keras-gan", *sys.argv[1:]]), "commit": commit(), "seed": seed,
        "dataset": source.name, "split": record.split, "batch_size": batch_size or record.batch_size,
        "steps_per_epoch": batches.steps_per_epoch, "steps": total, "mixed_precision": mixed_precision,
        "jit_compile": jit_compile, "strategy": type(strategy).__name__ if strategy else "none",
        "keras_gan": keras_gan.__version__, "keras": keras.__version__, "tensorflow": tf.__version__,
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"), "cpus": os.cpu_count(),
        "licence": source.licence, "origin": source.origin,
    }  # fmt: skip
    if is_chief():
        write_json(run / "config.json", resumed(run, config) if resume else config)
    checkpoint = Checkpoint(run, checkpoint_seconds)
    checkpoint.set_model(model)  # fit would; a complete run that is resumed has nothing to fit
    followers = observers(run, record, checkpoint, rows, pictures_every) if is_chief() else []
    trim_log(run / "log.csv", int(model.steps) // batches.steps_per_epoch)
    fit_until(model, batches, total, followers, verbose)
    if is_chief():
        checkpoint.save()
        figures = record.figures(model, record) if record.figures else {}
        write_json(
            run / "result.json",
            {"figures": figures, "minutes": round(checkpoint.seconds() / 60, 2), "steps": int(model.steps)},
        )
    return model, run


def resumed(run, config):
    """The config of the run's first start, with what this start does differently."""
    first = json.loads((run / "config.json").read_text())
    now = {key: value for key, value in config.items() if first.get(key) != value}
    return first | {"steps": config["steps"], "resumed": [*first.get("resumed", []), now]}


def load_run(run):
    """The model of a run folder as its checkpoint left it, compiled, and its variant's record."""
    record = find(json.loads((run / "config.json").read_text())["name"])
    model = record.build()
    model.compile(*(record.optimizers() if record.optimizers else ()))
    model.load_weights(run / CHECKPOINT)
    return model, record


def fit_until(model, batches, total, followers, verbose):
    """Fit to `total` steps; where that, or the start, is inside an epoch, the epoch is done in parts."""
    per_epoch = batches.steps_per_epoch
    while (done := int(model.steps)) < total:
        epoch, inside = divmod(done, per_epoch)
        whole = (total - done) // per_epoch if not inside else 0
        model.fit(
            batches,
            initial_epoch=epoch,
            epochs=epoch + max(whole, 1),
            steps_per_epoch=per_epoch if whole else min(per_epoch - inside, total - done),
            callbacks=followers,
            verbose=verbose,
        )


def observers(run, record, checkpoint, batch_size, every):
    """The callbacks that write the run folder, in the order in which they must come: a NaN ends the run before it is
    saved, and what logs comes after what adds to the log."""
    every = every or max(1, record.epochs // 20)
    extra = [callbacks.Demonstration(run / "demonstration", TOYS[record.dataset], every)] if record.figure_1 else []
    return [
        callbacks.StopOnNonFinite(),
        callbacks.Throughput(batch_size),
        checkpoint,
        keras.callbacks.CSVLogger(str(run / "log.csv"), append=True),
        keras.callbacks.TensorBoard(str(run / "tensorboard"), write_graph=False),
        callbacks.SampleGrid(run / "samples", every=every),
        callbacks.LossCurves(run / "losses.png", log=run / "log.csv", every=every),
        *extra,
    ]


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
        with written_aside(self.path) as aside:
            self.model.save_weights(aside, overwrite=True)
        write_json(self.run / "seconds.json", {"seconds": self.seconds()})
        self.saved = time.monotonic()

    def seconds(self):
        return self.before + time.monotonic() - self.started


def open_run(run, resume):
    """The run folder, new, or with a checkpoint to resume from."""
    if resume and not (run / CHECKPOINT).is_file():
        raise FileNotFoundError(f"{run} holds no checkpoint to resume; train without --resume to start there.")
    if not resume and run.exists() and any(run.iterdir()):
        raise FileExistsError(
            f"{run} holds a run already; add --resume to continue it, or choose another --run folder."
        )
    run.mkdir(parents=True, exist_ok=True)


def trim_log(path, epochs):
    """Drop the rows of epochs after the checkpoint: they will be done, and logged, again."""
    if not path.exists():
        return
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    with open(path.with_suffix(".aside"), "w", newline="") as file:
        csv.writer(file).writerows([header, *(row for row in rows if int(row[0]) < epochs)])
    os.replace(path.with_suffix(".aside"), path)


def commit():
    """The commit of the project's own checkout, or None for an installed package."""
    here = Path(__file__).parent
    try:
        result = subprocess.run(["git", "-C", here, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()
