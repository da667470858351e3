"""The user's own pairs of pictures, each target with the input that it is to be made from: folders and arrays."""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from keras_gan.data import arrays, resize, source, tasks
from keras_gan.data.pair_files import of_folder, of_folders
from keras_gan.data.record import USERS_OWN, Source
from keras_gan.data.rows import Rows, too_large
from keras_gan.sampling import palettes, translation

DIRECTIONS = ("AtoB", "BtoA")


def read_pairs(
    what,
    *,
    image_shape: tuple[int, int, int] | None = None,
    split: str = "train",
    direction: str = "AtoB",
    palette: dict[str, str] | None = None,
) -> Source:
    """Reads one split of pairs as a Source whose `values` are the targets and whose `inputs` they are to be made from.

    what: a ready task ("faces.labels", "faces.lines", "openmoji.lines"); a folder of images that hold A|B side by side,
    as the published sets of pix2pix; a tuple of two folders with files of equal names; or a tuple of two arrays
    (inputs, targets). image_shape: of the input and of the target, by default the first one's. direction: "AtoB", or
    "BtoA" for folders whose second half is the input. palette: {name: "#rrggbb"} of inputs that are label maps, which
    are then fitted by their nearest pixels and may have no other colour; ready tasks know their own. Of pairs that are
    not held in memory, more than 512 MB, colours are looked at when they are read.

    Raises ValueError for files without a partner, for sizes that do not match, for colours that are not in the palette,
    and what data.read raises.
    """
    if isinstance(what, str) and tasks.TASK.fullmatch(what):
        if direction != DIRECTIONS[0] or palette is not None:
            raise ValueError(f"{what} has its own direction and palette: leave direction= and palette= out.")
        return source.read(what, image_shape=image_shape, split=split)
    image_shape = arrays.checked_image_shape(image_shape)
    if palette is not None:
        palette = palettes.checked(palette)
        if image_shape:
            palettes.check_channels(image_shape)
    if not isinstance(split, str):
        raise ValueError(f'A split is a name such as "train" or "test", not {split!r}.')
    if direction not in DIRECTIONS:
        raise ValueError(f'direction is "AtoB" or "BtoA", not {direction!r}.')
    if is_folder(what):
        files, name = of_folder(what, split), Path(what).resolve().name
        inputs, targets = files.gathered(image_shape, direction, palette)
        origin = f"the folder {name}"
    elif isinstance(what, tuple) and len(what) == 2 and all(map(is_folder, what)):
        inputs, targets = of_folders(what, split).gathered(image_shape, direction, palette)
        name, origin = "pairs", f"the folders {' and '.join(Path(one).resolve().name for one in what)}"
    elif isinstance(what, tuple) and len(what) == 2 and all(hasattr(one, "shape") for one in what):
        if split != "train":
            raise ValueError(f'Arrays are one split, so split is "train", not {split!r}: give the other arrays.')
        what = what if direction == "AtoB" else what[::-1]
        inputs, targets = of_arrays(*what, image_shape, palette)
        name, origin = "array", "arrays given by the user"
    else:
        raise ValueError(
            f"Pairs are one of {', '.join(tasks.TASKS)}, a folder of images A|B, two folders with equal names, or two "
            f"arrays (inputs, targets), not {what if isinstance(what, str | os.PathLike) else type(what).__name__!r}."
        )
    return Source(name, targets, None, None, USERS_OWN, origin, inputs=inputs, palette=palette)


def of_arrays(inputs, targets, image_shape, palette):
    """(inputs, targets) of two arrays of images, uint8 or floats in [-1, 1]."""
    if len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} inputs and {len(targets)} targets are no pairs.")
    if inputs.shape[1:3] != targets.shape[1:3]:
        raise ValueError(f"Inputs of {inputs.shape[1:3]} and targets of {targets.shape[1:3]} pixels are no pairs.")
    targets = arrays.checked(targets, None, image_shape)[0]
    inputs = arrays.checked(inputs, None, None if palette else image_shape)[0]
    return maps(inputs, image_shape or inputs.shape[1:], palette) if palette else inputs, targets


def maps(inputs, image_shape, palette):
    """Label maps of this shape, uint8, whose colours are looked at when they are read; in memory if that is small."""
    palettes.check_channels(inputs.shape[1:])

    def some(numbers):
        levels = translation.levels(inputs.some(numbers) if isinstance(inputs, Rows) else inputs[numbers])
        palettes.check_colours(levels, palette, [f"Input {number}" for number in numbers])
        return np.stack([resize.fit(Image.fromarray(one), image_shape, exact=True) for one in levels])

    found = Rows((len(inputs), *image_shape), np.uint8, some)
    return found if too_large(found.shape, found.dtype) else found[:]


def is_folder(what):
    return isinstance(what, str | os.PathLike) and Path(what).expanduser().is_dir()
