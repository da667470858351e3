"""NumPy's files of other people: what they claim is held against what they hold before any memory is taken."""

import math
import os
import zipfile
from contextlib import contextmanager

import numpy as np
from numpy.lib import format as npy

from keras_gan.data import rows

SHARE = 0.5  # of the memory that is free, which one array may take


def load(path, more=()):
    """{name: array} of a .npz file, of those that have a meaning here, "images", "labels" and `more`; what a .npy file
    holds is "images", and so is a single array, whatever its name. A large .npy file is not read, but mapped.

    Raises ValueError with one sentence for what holds no plain arrays, claims more than it holds, or does not fit into
    memory."""
    path = os.fspath(path)
    with refused(path):
        if zipfile.is_zipfile(path):
            names = check_archive(path, more)
        else:
            claimed = check_array(path)
            if claimed > rows.IN_MEMORY:
                return {"images": np.load(path, allow_pickle=False, mmap_mode="r")}
            check_memory(claimed)
            return {"images": np.load(path, allow_pickle=False)}
        with np.load(path, allow_pickle=False) as content:
            if len(content.files) == 1:
                return {"images": content[content.files[0]]}
            arrays = {name: content[name] for name in names}
    if "images" not in arrays:
        raise ValueError(f'{path!r} needs an array "images" (and "labels", if any); it has {content.files}.')
    return arrays


@contextmanager
def refused(path):
    try:
        yield
    except (ValueError, EOFError, OSError, KeyError, MemoryError, OverflowError, zipfile.BadZipFile) as error:
        if isinstance(error, FileNotFoundError):
            raise
        reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        raise ValueError(f"Cannot read {path!r} as plain NumPy arrays (no pickles): {reason}.") from error


def check_array(path):
    """The bytes of the array in a .npy file."""
    with open(path, "rb") as file:
        claimed = size_of(file)
        held = os.path.getsize(path) - file.tell()
    if claimed > held:
        raise ValueError(f"it claims {claimed} bytes of numbers and holds {held}")
    return claimed


def check_archive(path, more):
    """The names of a .npz file that are read."""
    with zipfile.ZipFile(path) as archive:
        members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
        names = list(members) if len(members) == 1 else [n for n in members if n in ("images", "labels", *more)]
        total = 0
        for name in names:
            with archive.open(members[name]) as file:
                claimed = size_of(file)
                held = members[name].file_size - file.tell()
            if claimed > held:
                raise ValueError(f"{name} claims {claimed} bytes of numbers and holds {held}")
            total += claimed
    check_memory(total)
    return names


def size_of(file):
    """Bytes of the array whose header is read here. Raises ValueError for what is no array of numbers or text."""
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(file)
    if dtype.hasobject:
        raise ValueError("it holds Python objects")
    return math.prod(shape) * dtype.itemsize


def check_memory(size):
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # no Linux
        return
    if size > SHARE * free:
        raise ValueError(
            f"its arrays take {size / 1e9:.1f} GB, more than half of the {free / 1e9:.1f} GB of memory that are free"
        )
