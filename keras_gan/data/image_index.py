"""What is known of the files of a large folder: which of them can be read, and what their bytes are.

Every file is read and decoded once. What was found is kept in the user's cache folder, whole or not at all, and files
that have the size and the time of change that they had are not read again.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keras_gan.data.inspection import inspected
from keras_gan.data.rendered import keep, opened, progress


@dataclass(frozen=True, eq=False)
class Index:
    """Of n files: digests, uint8 [n, 32], the SHA-256 of each; wrong, {number: why} of those that cannot be read."""

    digests: np.ndarray
    wrong: dict[int, str]


def indexed(top: str | os.PathLike, files: Sequence[str]) -> Index:
    """The Index of image files below a folder, given as paths relative to it. A progress bar is shown while files are
    read. Raises what inspection.inspected raises."""
    top = os.path.realpath(top)
    name = f"images-{hashlib.sha256(os.fsencode(top)).hexdigest()[:32]}"
    stats = [os.stat(f"{top}{os.sep}{file}") for file in files]
    changes = np.array([(stat.st_size, stat.st_mtime_ns) for stat in stats], np.int64)
    digests, wrong = np.zeros((len(files), 32), np.uint8), {}
    anew, same = compared(opened(name), files, changes, digests)
    if not anew:
        return Index(digests, wrong)
    with progress(f"Reading {len(anew):,} images of {os.path.basename(top)}", len(anew)) as advance:
        found = inspected([os.path.join(top, files[number]) for number in anew], advance)
    for number, (digest, reason) in zip(anew, found, strict=True):
        if reason:
            wrong[number] = reason
        else:
            digests[number] = np.frombuffer(bytes.fromhex(digest), np.uint8)
    if not same or len(wrong) < len(anew):
        names = np.frombuffer(b"\0".join(map(os.fsencode, files)), np.uint8)
        keep(name, {"names": names, "changes": changes, "digests": digests})
    return Index(digests, wrong)


def compared(before, files, changes, digests):
    """([numbers of the files that are to be read], whether the files are those of the index before), and fills in the
    digests of the others. A file that could not be read has zeros there, and is tried again."""
    try:
        names = [os.fsdecode(name) for name in before["names"].tobytes().split(b"\0")]
        places = {name: place for place, name in enumerate(names)}
        known = np.array([places.get(file, -1) for file in files])
        unchanged = (known >= 0) & (before["changes"][known] == changes).all(axis=1)
        digests[unchanged] = before["digests"][known[unchanged]]
    except (KeyError, IndexError, ValueError, TypeError):  # absent, or of another make
        return list(range(len(files))), False
    return np.flatnonzero(~digests.any(axis=1)).tolist(), names == list(files) and bool(unchanged.all())
