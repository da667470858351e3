"""Drawn faces as a data set: 20,000 to train on and 2,000 others, by number, with what each of them shows."""

import importlib.metadata
import re

from keras_gan.data.attributes import Attributes
from keras_gan.data.faces import drawing, styles, workers
from keras_gan.data.rendered import kept, place

NAME = "faces"
NAMES = (NAME, *(f"{NAME}/{style}" for style in styles.STYLES))
SPLITS = {"train": range(20_000), "test": range(20_000, 22_000)}  # the numbers that are the drawings' seeds
SPLIT = re.compile(r"(train|test)(?:\[(\d*):(\d*)\])?")
SHAPE = (64, 64, 3)


def read(name, image_shape, split):
    """(images uint8 [n, h, w, c], Attributes, licence, origin) of "faces", "faces/micah", ...

    split: "train", "test", or a part in the notation of TFDS, "train[:200]", which draws no more than it needs. A
    whole split is kept in the user's cache folder, for each size and style. Raises ValueError for another split and
    MissingExtra where a package is missing.
    """
    style, numbers, whole = style_of(name), *numbers_of(split)
    found = pictures("faces", style, image_shape or SHAPE, numbers, whole)
    attributes = Attributes(found["codes"], styles.values(style))
    terms, attribution = styles.licence(style)
    origin = f"{attribution}; package dicebear-styles {importlib.metadata.version('dicebear-styles')}, style {style}"
    return found["images"], attributes, terms, origin


def label_maps(name="faces", image_shape=SHAPE, split="train"):
    """uint8 [n, h, w, 1] for the faces of `data.read` with the same arguments: each pixel's index into
    `styles.CLASSES` (background, skin, hair, eyes, nose, mouth, facial_hair, clothes)."""
    return pictures("maps", style_of(name), image_shape, *numbers_of(split))["images"]


def line_drawings(name="faces", image_shape=SHAPE, split="train"):
    """uint8 [n, h, w, c] for the same faces: black lines on white."""
    return pictures("lines", style_of(name), image_shape, *numbers_of(split))["images"]


def style_of(name):
    return name.partition("/")[2] or styles.DEFAULT


def numbers_of(split):
    """(range of numbers, the split of which it is a part)."""
    found = SPLIT.fullmatch(split)
    if not found:
        raise ValueError(f'{NAME} has the splits "train" and "test", or parts such as "train[:200]", not {split!r}.')
    whole = SPLITS[found[1]]
    numbers = whole[int(found[2]) if found[2] else None : int(found[3]) if found[3] else None]
    if not numbers:
        raise ValueError(f"{split!r} holds no face: {found[1]} has {len(whole):,}.")
    return numbers, whole


def pictures(kind, style, image_shape, numbers, whole):
    """{"images", "codes"} of the numbers; of a whole split, or of a part where the whole is there, from the cache."""
    styles.definition(style)  # or the sentence that a package is missing
    make, size = getattr(workers, kind), "x".join(map(str, image_shape))
    name = f"{drawing.versions()}-{style}-{kind}-{whole.start}-{whole.stop}-{size}"
    if len(numbers) < len(whole) // 2 and not place(name).is_file():
        return make(style, numbers, image_shape)
    rows = slice(numbers.start - whole.start, numbers.stop - whole.start)
    return {key: array[rows] for key, array in kept(name, lambda: make(style, whole, image_shape)).items()}
