"""Folders of samples in .npy shards, which `keras-gan sample --out FOLDER` fills (zoo.shards).

FOLDER/  samples.json                 what the samples are of
         0-4095.npy, 4096-8191.npy    uint8 [n, h, w, c], float32 [n, d] of points; named by the numbers of its samples
"""

import json
import os

import numpy as np

from keras_gan.data import numpy_files, rows
from keras_gan.data.rows import Rows

RECORD = "samples.json"


def path_of(folder, seeds):
    return folder / f"{seeds[0]}-{seeds[-1]}.npy"


def paths_in(folder):
    """The shards that are there, in the order of their numbers; without what a kill left half written."""
    return sorted(folder.glob("[0-9]*-[0-9]*.npy"), key=lambda path: int(path.stem.partition("-")[0]))


def are_in(folder):
    """Whether a folder holds shards."""
    return (folder / RECORD).is_file()


def mapped(path):
    with numpy_files.refused(os.fspath(path)):
        return np.load(path, mmap_mode="r")


def load(folder):
    """The samples of all shards in the order of their numbers, memory-mapped where they are many.

    Raises ValueError where some are not there yet, or are not of one kind.
    """
    wanted = json.loads((folder / RECORD).read_text())["n"]
    shards = [mapped(path) for path in paths_in(folder)]
    there = sum(map(len, shards))
    if there != wanted:
        raise ValueError(
            f"{os.fspath(folder)!r} holds {there:,} of its {wanted:,} samples; the command that began it goes on."
        )
    if len({(shard.shape[1:], shard.dtype) for shard in shards}) > 1:
        raise ValueError(f"{os.fspath(folder)!r} holds shards of different shapes or types.")
    shape, dtype = (there, *shards[0].shape[1:]), shards[0].dtype
    if not rows.too_large(shape, dtype):
        return np.concatenate(shards)
    starts = np.cumsum([0, *map(len, shards)])

    def some(numbers):
        read = np.empty((len(numbers), *shape[1:]), dtype)
        of = np.searchsorted(starts, numbers, side="right") - 1
        for shard in np.unique(of):
            read[of == shard] = shards[shard][numbers[of == shard] - starts[shard]]
        return read

    return Rows(shape, dtype, some)
