"""From a variant's record to a trained run folder, resumable at any kill.

runs/NAME/  config.json   the command, the commit, the seed, and whatever else makes the run repeatable
            log.csv       the terms of each epoch           tensorboard/  the same for TensorBoard
            samples/      a grid of fixed seeds per epoch   losses.png    the loss curves
            doctor.jsonl  what the doctor measured on the way (keras_gan.doctor)
            checkpoint.weights.h5   everything: both players, the average, both optimizers, the step
            result.json   the figures and the minutes, once the run is complete
"""

import csv
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import keras
import tensorflow as tf

import keras_gan
from keras_gan import callbacks, data
from keras_gan.data.toys import TOYS
from keras_gan.distribution import is_chief
from keras_gan.files import write_json, written_aside
from zoo.figures import figures_of, recorded
from zoo.health import doctor_of
from zoo.presets import from_preset
from zoo.registry import variant as find

CHECKPOINT = "checkpoint.weights.h5"


def train(
    name,
    run=None,
    *,
    epochs=None,
    steps=None,
    seed=None,
    batch_size=None,
    dataset=None,
    start_from=None,
    strategy=None,
    resume=False,
    mixed_precision=None,
    jit_compile=False,
    checkpoint_seconds=30.0,
    pictures_every=None,
    stop_on=(),
    verbose="auto",
):
    """Train a variant by its recipe; -> (model, run folder).

    epochs or steps: how long, in total (a resumed run does what is left). seed: 0 unless given. dataset: other data of
    the variant's shape than its own. start_from: for a second stage, the first one's run folder, preset or pretrained
    name, whose generator it takes over. strategy: a tf.distribute.Strategy. mixed_precision: "mixed_float16" or
    "mixed_bfloat16". resume: continue with the run's own seed, data, batch and precision; on the same kind of machine
    and with the same jit_compile, the result is that of an uninterrupted run, bit for bit. stop_on: symptoms (names in
    keras_gan.doctor.SYMPTOMS) that end the run early; it then has a checkpoint, but no result.

    Raises FileExistsError where the folder holds a run and `resume` is off, FileNotFoundError for resume without one,
    ValueError for a resume that asks for other settings than the run's.
    """
    record = find(name)
    run = Path(run or Path("runs") / record.name)
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        chief = is_chief()
    asked = {"name": record.name, "seed": seed, "batch_size": batch_size, "mixed_precision": mixed_precision}
    asked["start_from"] = None if start_from is None else str(start_from)
    asked["dataset"] = dataset if isinstance(dataset, (str, type(None))) else str(type(dataset).__name__)
    settings = open_run(run, resume, asked, chief)
    seed, batch_size = settings["seed"] or 0, settings["batch_size"] or record.batch_size
    data_given = dataset if dataset is not None else settings["dataset"]
    if data_given is None and "own data" in record.tags:
        raise ValueError(f"The data of {record.name} cannot be downloaded; give yours of {record.image_shape}: --data.")
    begins = not (resume and (run / CHECKPOINT).is_file())
    first = first_stage(record, settings["start_from"]) if begins else None
    source = data.read(
        record.dataset if data_given is None else data_given,
        image_shape=record.image_shape,
        split=record.split if data_given is None else "train",
        seed=seed,
    )
    keras.utils.set_random_seed(seed)  # initial weights; the step's own noise follows from the model's seed
    with strategy.scope(), precision(settings["mixed_precision"]):
        model = record.build()
        model.seed = seed
        model.compile(*(record.optimizers() if record.optimizers else ()), jit_compile=jit_compile)
    rows = batch_size * model.discriminator_steps
    batches = data.load(source, record.image_shape, rows, seed=seed, with_labels=record.conditional)
    if record.prepare:
        record.prepare(model, data.images_of(source))
    if first:
        record.take_over(model, first)
        del first  # as large as the model
    if not begins:
        load_checkpoint(model, run)
    total = steps or (epochs or record.epochs) * batches.steps_per_epoch
    config = settings | {
        "seed": seed, "batch_size": batch_size, "command": " ".join(["keras-gan", *sys.argv[1:]]), "commit": commit(),
        "data": source.name, "split": record.split, "steps_per_epoch": batches.steps_per_epoch, "steps": total,
        "jit_compile": jit_compile, "strategy": type(strategy).__name__, "replicas": strategy.num_replicas_in_sync,
        "keras_gan": keras_gan.__version__, "keras": keras.__version__, "tensorflow": tf.__version__,
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"), "cpus": os.cpu_count(),
        "licence": source.licence, "origin": source.origin,
    }  # fmt: skip
    if not chief:
        fit_until(model, batches, total, [], verbose)
        return model, run
    doctor = doctor_of(record, source, record.dataset if data_given is None else data_given, run, stop_on)
    write_json(run / "config.json", resumed(run, config) if resume else config)
    trim_log(run / "log.csv", steps_done(model) // batches.steps_per_epoch)
    checkpoint = Checkpoint(run, checkpoint_seconds)
    checkpoint.set_model(model)  # fit would; a complete run that is resumed has nothing to fit
    try:
        world = world_of(record.dataset if data_given is None else data_given, model)
        followers = observers(run, record, world, checkpoint, doctor, rows, pictures_every)
        fit_until(model, batches, total, followers, verbose)
    except FloatingPointError:
        doctor.examine()  # the weights that diverged, for `keras-gan doctor`
        raise
    checkpoint.save()
    if steps_done(model) < total:
        return model, run
    figures = figures_of(model, record) if settings["dataset"] is None else recorded([])
    minutes = round(checkpoint.seconds() / 60, 2)
    write_json(run / "result.json", figures | {"minutes": minutes, "steps": steps_done(model)})
    return model, run


@contextmanager
def precision(policy):
    """Layers made within the block compute in this precision; the global policy is afterwards what it was."""
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_global_policy(policy or before)
    try:
        yield
    finally:
        keras.mixed_precision.set_global_policy(before)


def steps_done(model):
    return int(model.steps.numpy())


def load_checkpoint(model, run):
    """The run's state into a compiled model. Raises ValueError with one sentence for a damaged file."""
    try:
        model.load_weights(run / CHECKPOINT)
    except (OSError, KeyError) as error:
        raise ValueError(f"{run / CHECKPOINT} is damaged and cannot be resumed from ({error}).") from error


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
    load_checkpoint(model, run)
    return model, record


def first_stage(record, start_from):
    """The model of the first stage that a second one goes on from; None for a recipe of one stage.

    Raises ValueError where none is given or wanted, or where it is of another variant; what from_preset raises.
    """
    if record.first_stage is None:
        if start_from is not None:
            raise ValueError(f"{record.name} is trained in one stage: leave --start-from out.")
        return None
    if start_from is None:
        raise ValueError(
            f"{record.name} goes on from the generator of {record.first_stage}: train that, and give its run: "
            f"--start-from runs/{record.first_stage}."
        )
    folder = Path(start_from)
    if (folder / CHECKPOINT).is_file():
        model, found = load_run(folder)
        name = found.name
    else:
        model = from_preset(start_from)
        known = folder / "metadata.json"
        name = json.loads(known.read_text()).get("name") if known.is_file() else find(str(start_from)).name
    if name != record.first_stage:
        raise ValueError(f"{record.name} goes on from {record.first_stage}; {start_from} is of {name}.")
    return model


def fit_until(model, batches, total, followers, verbose):
    """Fit to `total` steps; where that, or the start, is inside an epoch, the epoch is done in parts."""
    per_epoch = batches.steps_per_epoch
    model.stop_training = False
    while (done := steps_done(model)) < total and not model.stop_training:
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


def observers(run, record, world, checkpoint, doctor, batch_size, every):
    """The callbacks that write the run folder, in the order in which they must come: a NaN ends the run before it is
    saved, what logs comes after what adds to the log, and the checkpoint, which says that an epoch is done, is last."""
    every = every or max(1, record.epochs // 20)
    films = [callbacks.Demonstration(run / "demonstration", world, every)] if world else []
    return [
        callbacks.StopOnNonFinite(),
        callbacks.Throughput(batch_size),
        keras.callbacks.CSVLogger(str(run / "log.csv"), append=True),
        doctor,
        keras.callbacks.TensorBoard(str(run / "tensorboard"), write_graph=False),
        callbacks.SampleGrid(run / "samples", every=every),
        callbacks.LossCurves(run / "losses.png", log=run / "log.csv", every=every),
        *films,
        checkpoint,
    ]


def world_of(dataset, model):
    """The toy world of a data set, where its training can be filmed: in the plane, or on a line from a z on a line."""
    world = TOYS.get(dataset) if isinstance(dataset, str) else None
    return world if world and (world.dimensions == 2 or model.latent_dim == 1) else None


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


def open_run(run, resume, asked, chief):
    """The run folder, new or to be resumed; -> its settings: what is asked for, or what the run was started with.

    A run that was killed before its first checkpoint is resumed at step 0."""
    if not resume:
        if chief:
            if run.exists() and any(run.iterdir()):
                raise FileExistsError(
                    f"{run} holds a run already; add --resume to continue it, or choose another --run folder."
                )
            run.mkdir(parents=True, exist_ok=True)
            if not os.access(run, os.W_OK):
                raise PermissionError(f"{run} cannot be written; choose another --run folder.")
        return asked
    if not (run / "config.json").is_file():
        raise FileNotFoundError(
            f"{run} holds no run with a checkpoint to resume; train without --resume to start there."
        )
    first = json.loads((run / "config.json").read_text())
    for key, value in asked.items():
        if value is not None and value != first.get(key):
            raise ValueError(f"{run} was started with {key} {first.get(key)!r}; it cannot be resumed with {value!r}.")
    for left in run.glob(f".*.{CHECKPOINT}"):  # by a kill in the middle of writing
        left.unlink(missing_ok=True)  # another worker may have been quicker
    return {key: first.get(key) for key in asked}  # runs that are older than a setting lack it


def trim_log(path, epochs):
    """Drop the rows of epochs after the checkpoint: they will be done, and logged, again."""
    if not path.exists():
        return
    with open(path, newline="") as file:
        rows = [row for row in csv.reader(file) if row and (row[0] == "epoch" or int(row[0]) < epochs)]
    if len(rows) < 2:
        path.unlink()  # the logger writes the header of a new file
        return
    with written_aside(path) as aside, open(aside, "w", newline="") as file:
        csv.writer(file).writerows(rows)


def commit():
    """The commit of the project's own checkout, or None for an installed package."""
    here = Path(__file__).parent
    try:
        result = subprocess.run(["git", "-C", here, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()
