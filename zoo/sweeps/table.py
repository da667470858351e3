"""What a sweep leaves: a table, TensorBoard's HParams, a histogram."""

import json
import math
from pathlib import Path

from keras_gan import plots
from keras_gan.files.atomic import write_csv
from zoo.runs.folder import RESULT
from zoo.sweeps.space import Space, trial_folder

TABLE = "trials.csv"
HISTOGRAM = "histogram.png"


def results_in(space: Space, folder: Path, settings: list[dict]) -> dict[str, dict]:
    """{key: result} of those of the settings whose trials are done in this folder."""
    found = {}
    for one in settings:
        path = trial_folder(folder, key := space.key(one)) / RESULT
        if path.is_file():
            found[key] = json.loads(path.read_text())
    return found


def rows_of(space: Space, results: dict[str, dict]) -> list[dict]:
    """A row for each trial, best first: its key, settings, value, figures, seconds, starts."""
    figures = sorted({name for result in results.values() for name in result["figures"]})
    rows = []
    for key, result in results.items():
        row = {"trial": key, **result["settings"], "value": result["value"], "diverged": result["diverged"]}
        row |= {name: result["figures"].get(name, "") for name in figures}
        rows.append(row | {name: result[name] for name in ("seed", "seconds", "starts")})
    return sorted(rows, key=lambda row: (row["value"], row["trial"]), reverse=not space.lowest)


def write(space: Space, results: dict[str, dict], folder: Path) -> Path:
    """Writes trials.csv, tensorboard/ and histogram.png of results, of which there is one at least; -> the table."""
    rows, path = rows_of(space, results), folder / TABLE
    write_csv(path, rows)
    for key, result in results.items():
        hparams(folder / "tensorboard" / key, result)
    if any(not row["diverged"] for row in rows):
        plots.save(plots.score_histograms({space.name: scores_of(rows)}, label=space.figure), folder / HISTOGRAM)
    return path


def scores_of(rows: list[dict]) -> list[float]:
    """What a histogram shows of rows; a run that has diverged has no score."""
    return [math.nan if row["diverged"] else row["value"] for row in rows]


def hparams(folder: Path, result: dict):
    """The settings and figures of a trial, for TensorBoard's HParams dashboard; those that are there are kept."""
    if folder.is_dir():
        return
    import tensorflow as tf
    from tensorboard.plugins.hparams import api

    with tf.summary.create_file_writer(str(folder)).as_default():
        api.hparams(result["settings"])
        for name, value in {"value": result["value"], "seconds": result["seconds"], **result["figures"]}.items():
            tf.summary.scalar(name, value, step=0)
