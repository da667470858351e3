"""A run beside another of the same data: how far from real images the pictures were that each wrote as it trained."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from keras_gan.callbacks.sample_grid import SHOWN
from keras_gan.evaluation.encoders import encoder
from keras_gan.evaluation.reference import reference
from keras_gan.files.images import tiles, visible
from keras_gan.metrics import kernel_distance
from zoo.runs.folder import RESULT, read_config

SUBSETS = 50


def compared(run, other, record):
    """What the metadata say of the other one, with the curves of both: {"name", ..., "figures", "curves"}.

    Raises FileNotFoundError for another run that is not complete, what `curve` raises.
    """
    other = Path(other)
    if not (other / RESULT).is_file():
        raise FileNotFoundError(f"{other} is not a complete run: it has no {RESULT}.")
    config = read_config(other)
    curves = {
        f"{read_config(one)['name']}, seed {read_config(one)['seed']}": curve(one, record) for one in (run, other)
    }
    told = {key: config[key] for key in ("name", "command", "commit", "seed", "steps", "batch_size")}
    return told | {"figures": json.loads((other / RESULT).read_text())["figures"], "curves": curves}


def curve(run, record):
    """[(real images seen, kernel distance)] of the grids that a run wrote.

    Each is KID on the features of the data set's encoder, between a grid's images and as many of the test split, the
    mean over 50 choices of those: unbiased, unlike FID, however few they are. Raises ValueError for a run on other data
    than the variant's or without grids, and for data without an encoder.
    """
    run = Path(run)
    config = read_config(run)
    if config["data"] != record.dataset:
        raise ValueError(f"{run} was trained on {config['data']}: it cannot stand beside a run on {record.dataset}.")
    grids = sorted((run / "samples").glob("epoch_*.png"))
    if not grids:
        raise ValueError(f"{run} has no pictures of its epochs in samples/, from which a curve is drawn.")
    real = reference(record.dataset, record.image_shape)
    if real.encoder is None:
        raise ValueError(f"Runs on {record.dataset} cannot be compared: no encoder is known for its images.")
    features = encoder(real.encoder).features
    truth, epoch = features(real.images), config["steps_per_epoch"] * config["batch_size"]
    return [
        (int(path.stem.removeprefix("epoch_")) * epoch, distance(truth, features(shown(path, record.image_shape))))
        for path in grids
    ]


def distance(truth, few):
    return kernel_distance(truth, few, subsets=SUBSETS, subset_size=len(few)).mean


def shown(path, image_shape):
    """The images of a grid that a run's SampleGrid wrote."""
    with Image.open(path) as picture:
        levels = np.asarray(picture.convert("L" if image_shape[-1] == 1 else "RGB"))
    return tiles(levels, SHOWN, image_shape, scale=visible(image_shape[0]))
