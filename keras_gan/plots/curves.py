"""Loss curves of both players, from a history in memory or from the CSV file of `keras.callbacks.CSVLogger`."""

import csv
from pathlib import Path

import numpy as np
from matplotlib.ticker import MaxNLocator

from keras_gan.plots.canvas import COLD, INK, WARM, figure, quiet

SMOOTHING = 20  # the smooth line is a running mean over a twentieth of the epochs


def loss_curves(history):
    """Both players' terms against the epoch: each raw (faint) and as a running mean.

    history: dict from name to one value per epoch (`fit(...).history`), or the path of a CSV file of
    `keras.callbacks.CSVLogger`. Drawn are the names `d_...` in cold colours and `g_...` in warm ones. An entry
    "epoch" counts from 0, as Keras does, and is shown from 1. Returns a Figure. Raises FileNotFoundError for a
    missing file, ValueError where there is nothing to draw.
    """
    source = "the history" if isinstance(history, dict) else history
    history = dict(history) if isinstance(history, dict) else read_log(history)
    names = sorted(name for name in history if name.startswith(("d_", "g_")) and len(history[name]))
    if not names:
        raise ValueError(f"{source} holds no losses to draw: it needs names that begin with d_ or g_.")
    drawn = figure(7.5, 4.2)
    axes = quiet(drawn.add_subplot())
    palettes = {"d": iter(COLD * len(names)), "g": iter(WARM * len(names))}
    for name in names:
        values = np.asarray(history[name], float)
        epochs = np.asarray(history.get("epoch", np.arange(len(values))), float)[: len(values)] + 1
        colour = next(palettes[name[0]])
        axes.plot(epochs, values, color=colour, alpha=0.3, linewidth=1)
        axes.plot(epochs, smooth(values), color=colour, linewidth=2, label=name, marker="" if len(values) > 1 else "o")
    axes.grid(axis="y", color="#ececec", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("epoch", color=INK)
    axes.set_ylabel("loss", color=INK)
    axes.legend(frameon=False, fontsize=9, labelcolor=INK, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return drawn


def smooth(values):
    """Running mean over a window centred on each value, shortened at both ends; what is not finite is left out."""
    half = len(values) // (2 * SMOOTHING)
    finite = np.isfinite(values)
    window = np.ones(2 * half + 1)
    total = np.convolve(np.where(finite, values, 0.0), window)[half : half + len(values)]
    count = np.convolve(finite, window)[half : half + len(values)]
    return np.where(finite, total / np.maximum(count, 1), np.nan)


def read_log(path):
    """dict from column to list of floats of a CSVLogger file; what is not a number becomes NaN."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"There is no training log {path}: train with a CSVLogger first.")
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [_number(row[name]) for row in rows] for name in (rows[0] if rows else ()) if name}


def _number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return float("nan")
