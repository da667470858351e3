"""From a variant's record to a trained run folder (zoo.runs.folder), resumable at any kill."""

import os
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, timezone
from pathlib import Path

import keras
import tensorflow as tf

import keras_gan
from keras_gan import data
from keras_gan.evaluation.measure import figures_of, recorded
from keras_gan.fast import order
from keras_gan.fast.tf32 import allow as allow_tf32
from keras_gan.files.atomic import write_json
from keras_gan.networks.synchronized import synchronize
from keras_gan.sampling.labels import as_json
from keras_gan.step.replicas import is_chief
from zoo.locate import locate_model
from zoo.presets.preset import read
from zoo.registry import variant
from zoo.runs import exactness
from zoo.runs.checkpoint import Checkpoint, load_checkpoint, load_run
from zoo.runs.folder import CHECKPOINT, CONFIG, RESULT, commit, open_run, read_config, resumed, trim_log
from zoo.runs.followers import observers, pictures_of, world_of
from zoo.runs.health import doctor_of
from zoo.runs.sources import source_of, told
from zoo.runs.writer import only_writer


def train(
    name: str,
    run: str | os.PathLike | None = None,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    stop_at: int | None = None,
    seed: int | None = None,
    batch_size: int | None = None,
    labelled: int | None = None,
    dataset=None,
    damaged: str | None = None,
    start_from: str | os.PathLike | None = None,
    strategy: tf.distribute.Strategy | None = None,
    resume: bool = False,
    anyway: bool = False,
    deterministic: bool = False,
    tf32: bool = False,
    synchronized: bool = False,
    mixed_precision: str | None = None,
    jit_compile: bool = False,
    checkpoint_seconds: float = 30.0,
    pictures_every: int | None = None,
    stop_on: tuple[str, ...] = (),
    command: str | None = None,
    verbose: str | int = "auto",
) -> tuple[keras_gan.AdversarialModel, Path]:
    """Train a variant by its recipe; -> (model, run folder).

    epochs or steps: how long, in total, and the length of the recipe's schedules (a resumed run does what is left,
    by default of its first start's length). stop_at: end at this step, as a kill would, for a later `resume`. seed:
    0 unless given. labelled: of a variant that learns from few labels, how many rows have one; the run's seed
    chooses them. dataset: other data of the variant's shape than its own; damaged: "raise" or "skip" for images of
    it that cannot be read. start_from: for a second stage, the first one's run folder, preset or pretrained name,
    whose generator it takes over. strategy: a tf.distribute.Strategy. deterministic: kernels that add in a fixed
    order, without which a GPU repeats no training bit for bit; for the rest of this process. tf32: a GPU's float32
    products may be shortened (keras_gan.fast.tf32). synchronized: batch statistics are those of all replicas' rows.
    mixed_precision: "mixed_float16" or "mixed_bfloat16". resume: continue with the run's own seed, data, batch,
    precision and kernels; on the same kind of machine and with the same length and jit_compile, the result is that
    of an uninterrupted run, bit for bit; where the data or the machine would prevent that it is refused, or with
    `anyway` warned of. stop_on: symptoms (names in keras_gan.doctor.SYMPTOMS) that end the run early; it then has a
    checkpoint, but no result. command: what the run's record and its card say it was started by; by default, a
    Python script's call of this function.

    Raises FileExistsError where the folder holds a run and `resume` is off, FileNotFoundError for resume without one,
    ValueError for a resume with other settings than the run's.
    """
    record = variant(name)
    given = {
        "name": record.name, "seed": seed, "batch_size": batch_size, "labelled": labelled,
        "mixed_precision": mixed_precision, "damaged": damaged, "deterministic": deterministic or None,
        "tf32": tf32 or None, "synchronized": synchronized or None,
        "start_from": None if start_from is None else str(start_from),
        "dataset": dataset if isinstance(dataset, (str, type(None))) else type(dataset).__name__,
    }  # fmt: skip
    if command is None:
        options = {**given, "epochs": epochs, "steps": steps, "resume": resume or None}
        shown = [f"{key}={value!r}" for key, value in options.items() if value is not None and key != "name"]
        command = f"zoo.train({', '.join([repr(record.name), *shown])}) in a Python script"
    if labelled is not None and record.labelled is None:
        raise ValueError(f"{record.name} does not learn from few labels: leave labelled out.")
    run = Path(run or Path("runs") / record.name)
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        chief = is_chief()
    if chief and not resume:
        with suppress(OSError):  # open_run says what is wrong
            run.mkdir(parents=True, exist_ok=True)
    with only_writer(run) if chief else nullcontext():
        settings = open_run(run, resume, given, chief)
        if settings["deterministic"]:
            order.keep_sums()
        allow_tf32(bool(settings["tf32"]))
        seed, batch_size = settings["seed"] or 0, settings["batch_size"] or record.batch_size
        own = dataset if dataset is not None else settings["dataset"]
        if own is None and "own data" in record.tags:
            raise ValueError(
                f"The data of {record.name} cannot be downloaded; give yours of {record.image_shape}: --data."
            )
        begins = not (resume and (run / CHECKPOINT).is_file())
        first = first_stage(record, settings["start_from"]) if begins else None
        of_data, split = (record.dataset, record.split) if own is None else (own, "train")
        source = told(source_of(record, of_data, split, seed, settings["damaged"]), record, settings["labelled"], seed)
        present = exactness.surroundings(source, jit_compile)
        if resume:
            exactness.check(run, present, anyway)
        keras.utils.set_random_seed(seed)  # initial weights; the step's own noise follows from the model's seed
        with strategy.scope(), precision(settings["mixed_precision"]):
            model = record.build()
            model.seed = seed
            if settings["synchronized"]:
                synchronize(model.generator, model.discriminator)
            rows = batch_size * model.discriminator_steps
            batches = data.load(
                source, record.image_shape, rows, seed=seed, with_labels=record.conditional,
                labelled=record.labelled is not None, **record.load,
            )  # fmt: skip
            total = steps or (epochs or record.epochs) * batches.steps_per_epoch
            if resume and not (steps or epochs):
                total = length_of(run, total)
            record.compile(model, total, jit_compile=jit_compile)
        if record.prepare:
            record.prepare(model, data.images_of(source))
        if first:
            record.take_over(model, first)
            del first  # as large as the model
        if not begins:
            load_checkpoint(model, run)
        until = min(total, stop_at or total)
        if not chief:
            fit_until(model, batches, until, [], verbose)
            return model, run
        config = settings | present | {
            "seed": seed, "batch_size": batch_size, "command": command, "commit": commit(),
            "labelled": settings["labelled"] or record.labelled, "deterministic": bool(settings["deterministic"]),
            "tf32": bool(settings["tf32"]), "synchronized": bool(settings["synchronized"]),
            "data": source.name, "split": record.split, "steps_per_epoch": batches.steps_per_epoch, "steps": total,
            "strategy": type(strategy).__name__, "replicas": strategy.num_replicas_in_sync,
            "started": datetime.now(timezone.utc).isoformat(timespec="seconds"), "cpus": os.cpu_count(),
            "keras_gan": keras_gan.__version__, "licence": source.licence, "origin": source.origin,
        }  # fmt: skip
        if record.conditional and source.class_names:
            config["class_names"] = as_json(source.class_names)
        doctor = doctor_of(record, source, of_data, run, stop_on, settings["damaged"])
        write_json(run / CONFIG, resumed(run, config) if resume else config)
        trim_log(run / "log.csv", steps_done(model) // batches.steps_per_epoch)
        checkpoint = Checkpoint(run, checkpoint_seconds)
        checkpoint.set_model(model)  # fit would; a complete run that is resumed has nothing to fit
        try:
            pictures = pictures_of(run, model, source, pictures_every or max(1, record.epochs // 20))
            followers = observers(run, record, world_of(of_data, model), checkpoint, doctor, rows, pictures)
            fit_until(model, batches, until, followers, verbose)
        except FloatingPointError:
            doctor.examine()  # the weights that diverged, for `keras-gan doctor`
            raise
        checkpoint.save()
        if steps_done(model) < total:
            return model, run
        figures = figures_of(model, record) if settings["dataset"] is None else recorded([])
        minutes = round(checkpoint.seconds() / 60, 2)
        write_json(run / RESULT, figures | {"minutes": minutes, "steps": steps_done(model)})
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


def length_of(run, default):
    """The length in steps that a run was last started for."""
    return read_config(run).get("steps", default)


def first_stage(record, start_from):
    """The model of the first stage that a second one goes on from; None for a recipe of one stage.

    Raises ValueError where none is given or wanted, or where it is of another variant; what zoo.load raises.
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
    found = locate_model(start_from)
    name = found.record and found.record.name
    if name != record.first_stage:
        raise ValueError(f"{record.name} goes on from {record.first_stage}; {start_from} is of {name}.")
    return load_run(found.path)[0] if found.kind == "run" else read(found.path)


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
