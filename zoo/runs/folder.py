"""The run folder, which a later --resume continues exactly.

runs/NAME/  config.json   the command, the commit, the seed, and whatever else makes the run repeatable
            log.csv       the terms of each epoch           tensorboard/  the same for TensorBoard
            samples/      a grid of fixed seeds per epoch   losses.png    the loss curves
            doctor.jsonl  what the doctor measured on the way (keras_gan.doctor)
            checkpoint.weights.h5   everything: both players, the average, both optimizers, the step; and its SHA-256
            previous.weights.h5     the checkpoint before      seconds.json   steps and seconds of the last checkpoint
            result.json   the figures and the minutes, once the run is complete
"""

import csv
import json
import os
import subprocess
from pathlib import Path

from keras_gan.files.atomic import atomic_file
from zoo.runs.writer import WRITER

CHECKPOINT = "checkpoint.weights.h5"
PREVIOUS = "previous.weights.h5"
CLOCK = "seconds.json"
CONFIG = "config.json"
RESULT = "result.json"


def open_run(run, resume, given, chief):
    """The run folder, new or to be resumed; -> its settings: what is given, or what the run was started with.

    A run that was killed before its first checkpoint is resumed at step 0. Raises FileExistsError where the folder
    holds a run and `resume` is off, FileNotFoundError for resume without one, ValueError for a resume with other
    settings than the run's.
    """
    if not resume:
        if chief:
            if run.exists() and any(child.name != WRITER for child in run.iterdir()):
                raise FileExistsError(
                    f"{run} holds a run already; add --resume to continue it, or choose another --run folder."
                )
            run.mkdir(parents=True, exist_ok=True)
            if not os.access(run, os.W_OK):
                raise PermissionError(f"{run} cannot be written; choose another --run folder.")
        return given
    if not (run / CONFIG).is_file():
        raise FileNotFoundError(
            f"{run} holds no run with a checkpoint to resume; train without --resume to start there."
        )
    first = read_config(run)
    if not (run / CHECKPOINT).is_file() and (run / CLOCK).is_file():
        before = (run / PREVIOUS).is_file()
        kept = (
            f"take the one before it: mv {run / PREVIOUS} {run / CHECKPOINT}" if before else "train in another folder"
        )
        raise ValueError(f"{run / CHECKPOINT} is gone, though the run had one; put it back, or {kept}.")
    for key, value in given.items():
        if value is not None and value != first.get(key):
            raise ValueError(f"{run} was started with {key} {first.get(key)!r}; it cannot be resumed with {value!r}.")
    for left in run.glob(f".*.{CHECKPOINT}"):  # by a kill in the middle of writing
        left.unlink(missing_ok=True)  # another worker may have been quicker
    return {key: first.get(key) for key in given}  # runs that are older than a setting lack it


def read_config(run):
    """The settings that a run was started with. Raises ValueError with one sentence for a damaged file."""
    path = run / CONFIG
    try:
        config = json.loads(path.read_text())
        if not isinstance(config, dict) or not isinstance(config["name"], str):
            raise ValueError("it names no variant")
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {error}; put it back, or train anew in another folder.") from error
    return config


def resumed(run, config):
    """The config of the run's first start, with what this start does differently."""
    first = read_config(run)
    now = {key: value for key, value in config.items() if first.get(key) != value}
    return first | {"steps": config["steps"], "resumed": [*first.get("resumed", []), now]}


def trim_log(path, epochs):
    """Drop the rows of epochs after the checkpoint: they will be done, and logged, again."""
    if not path.exists():
        return
    with open(path, newline="") as file:
        rows = [row for row in csv.reader(file) if row and (row[0] == "epoch" or int(row[0]) < epochs)]
    if len(rows) < 2:
        path.unlink()  # the logger writes the header of a new file
        return
    with atomic_file(path) as aside, open(aside, "w", newline="") as file:
        csv.writer(file).writerows(rows)


def commit(here=Path(__file__).parent):
    """The commit of the checkout that `here` is in, by default the project's own, with "-dirty" behind it where files
    have changed since; None for an installed package."""
    try:
        command = ["git", "-C", here, "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()
