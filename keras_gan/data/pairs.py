"""The user's own pairs of pictures, each target with the input that it is to be made from: folders and arrays."""

import hashlib
import os
from pathlib import Path

import numpy as np

from keras_gan.data import arrays, folders, resize, source, tasks
from keras_gan.data.image_index import indexed
from keras_gan.data.record import USERS_OWN, Source
from keras_gan.data.rows import Rows, too_large

DIRECTIONS = ("AtoB", "BtoA")


def read_pairs(
    what,
    *,
    image_shape: tuple[int, int, int] | None = None,
    split: str = "train",
    direction: str = "AtoB",
) -> Source:
    """Reads one split of pairs as a Source whose `values` are the targets and whose `inputs` they are to be made from.

    what: a ready task ("faces.labels", "faces.lines", "openmoji.lines"); a folder of images that hold A|B side by side,
    as the published sets of pix2pix; a tuple of two folders with files of equal names; or a tuple of two arrays
    (inputs, targets). image_shape: of the input and of the target, by default the first one's. direction: "AtoB", or
    "BtoA" for folders whose second half is the input.

    Raises ValueError for files without a partner, for sizes that do not match, and what data.read raises.
    """
    if isinstance(what, str) and tasks.TASK.fullmatch(what):
        return source.read(what, image_shape=image_shape, split=split)
    image_shape = arrays.checked_image_shape(image_shape)
    if not isinstance(split, str):
        raise ValueError(f'A split is a name such as "train" or "test", not {split!r}.')
    if direction not in DIRECTIONS:
        raise ValueError(f'direction is "AtoB" or "BtoA", not {direction!r}.')
    if is_folder(what):
        inputs, targets = of_folder(what, image_shape, split, direction)
        name, origin = Path(what).resolve().name, f"the folder {Path(what).resolve().name}"
    elif isinstance(what, tuple) and len(what) == 2 and all(map(is_folder, what)):
        inputs, targets = of_folders(what, image_shape, split, direction)
        name, origin = "pairs", f"the folders {' and '.join(Path(one).resolve().name for one in what)}"
    elif isinstance(what, tuple) and len(what) == 2 and all(hasattr(one, "shape") for one in what):
        if split != "train":
            raise ValueError(f'Arrays are one split, so split is "train", not {split!r}: give the other arrays.')
        what = what if direction == "AtoB" else what[::-1]
        inputs, targets = of_arrays(*what, image_shape)
        name, origin = "array", "arrays given by the user"
    else:
        raise ValueError(
            f"Pairs are one of {', '.join(tasks.TASKS)}, a folder of images A|B, two folders with equal names, or two "
            f"arrays (inputs, targets), not {what if isinstance(what, str | os.PathLike) else type(what).__name__!r}."
        )
    return Source(name, targets, None, None, USERS_OWN, origin, inputs=inputs)


def of_folder(root, image_shape, split, direction):
    """(inputs, targets), uint8 [n, h, w, c], of images that hold a pair A|B side by side, as the published sets of
    pix2pix do. image_shape: of one half; by default of the first image's."""
    top, files = folders.listed(root, split)

    def halves(file):
        image = resize.open_image(top / file)
        if image.width % 2:
            raise ValueError(f"{os.fspath(top / file)!r} is {image.width} pixels wide: A|B side by side are even.")
        half = image.width // 2
        return image.crop((0, 0, half, image.height)), image.crop((half, 0, image.width, image.height))

    image_shape = image_shape or shape_of(halves(files[0]))
    return both(lambda row: halves(files[row]), len(files), image_shape, direction, [(top, files)])


def of_folders(roots, image_shape, split, direction):
    """(inputs, targets) of two folders that hold files of equal names, whatever their suffixes."""
    listed = [folders.listed(root, split) for root in roots]
    named = [{Path(file).with_suffix(""): top / file for file in files} for top, files in listed]
    for root, (_, files), one in zip(roots, listed, named, strict=True):
        if len(one) < len(files):
            raise ValueError(
                f"{os.fspath(root)!r} holds files that differ in their suffix alone: their names are not one."
            )
    if missing := sorted(named[0].keys() ^ named[1].keys()):
        alone = missing[0]
        has, lacks = roots if alone in named[0] else reversed(roots)
        raise ValueError(
            f"{os.fspath(alone)!r} is in {os.fspath(has)!r} and has no partner in {os.fspath(lacks)!r}"
            + (f", nor have {len(missing) - 1} others." if len(missing) > 1 else ".")
        )
    names = sorted(named[0])

    def pair(row):
        images = [resize.open_image(one[names[row]]) for one in named]
        if images[0].size != images[1].size:
            raise ValueError(
                f"The two images {os.fspath(names[row])!r} differ in size: {images[0].size} and {images[1].size}."
            )
        return images

    return both(pair, len(names), image_shape or shape_of(pair(0)), direction, listed)


def of_arrays(inputs, targets, image_shape):
    """(inputs, targets) of two arrays of images, uint8 or floats in [-1, 1]."""
    if len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} inputs and {len(targets)} targets are no pairs.")
    inputs, targets = (arrays.checked(one, None, image_shape)[0] for one in (inputs, targets))
    if inputs.shape[1:3] != targets.shape[1:3]:
        raise ValueError(f"Inputs of {inputs.shape[1:3]} and targets of {targets.shape[1:3]} pixels are no pairs.")
    return inputs, targets


def shape_of(pair):
    """Of the first pair: grey where both are."""
    return pair[0].height, pair[0].width, max(len(image.getbands()) for image in pair)


def both(pair, n, image_shape, direction, listed):
    """Two arrays of n pairs, as inputs and targets, or Rows where they take too much memory. listed: the folders and
    the files in them that the pairs are of."""
    if too_large((2 * n, *image_shape), np.uint8):
        first, second = in_rows(pair, n, image_shape, listed)
        return (first, second) if direction == "AtoB" else (second, first)
    first, second = (np.empty((n, *image_shape), np.uint8) for _ in range(2))

    def place(row):
        first[row], second[row] = (resize.fit(image, image_shape) for image in pair(row))

    resize.in_threads(place, n)
    return (first, second) if direction == "AtoB" else (second, first)


def in_rows(pair, n, image_shape, listed):
    """As Rows, of files that have been looked through for damaged ones."""
    found = [indexed(top, files) for top, files in listed]
    for (top, files), index in zip(listed, found, strict=True):
        folders.refuse_damaged(top, files, index)
    content = hashlib.sha256(b"".join(index.digests.tobytes() for index in found)).hexdigest()

    def half(which):
        def some(rows):
            return np.stack([resize.fit(pair(row)[which], image_shape) for row in rows])

        return Rows((n, *image_shape), np.uint8, some, lambda: content)

    return half(0), half(1)


def is_folder(what):
    return isinstance(what, str | os.PathLike) and Path(what).expanduser().is_dir()
