"""A folder of images of any size and mode; folders within it may be classes."""

import hashlib
import os
from pathlib import Path

import numpy as np

from keras_gan.data import resize
from keras_gan.data.arrays import checked_labels
from keras_gan.data.image_index import indexed
from keras_gan.data.rows import Rows, too_large

SUFFIXES = frozenset(".avif .bmp .gif .jp2 .jpe .jpeg .jpg .pbm .pgm .png .pnm .ppm .tga .tif .tiff .webp".split())
DAMAGED = ("raise", "skip")
LOOKED_AT = 64  # images whose pixels count in the digest of a large folder


def read(root, image_shape, split, labels=None, damaged="raise"):
    """(images uint8 [n, h, w, c], labels int32 [n] or None, number of classes or None, their names or None) of all
    images below a folder, sorted by path; see source.read. Images that take too much memory are Rows.

    damaged: "raise", or "skip" for the set of those that can be read, whose labels are then those of labels [all].
    Raises ValueError with one sentence for a folder without images, and for an image that cannot be read, by its name.
    """
    top, files = listed(root, split)
    if labels is not None:
        labels, classes, class_names = checked_labels(labels, len(files))
    image_shape = image_shape or shape_of_first(top, files, damaged)
    gather = rows if too_large((len(files), *image_shape), np.uint8) else in_memory
    images, readable = gather(top, files, image_shape, damaged)
    if not readable.any():
        raise none_readable(top, files)
    if labels is not None:
        return images, labels[readable], classes, class_names
    files = [files[number] for number in np.flatnonzero(readable)]
    folders = [file.rpartition(os.sep)[0] for file in files]
    classes = set(folders)
    if len(classes) > 1 and all(name and os.sep not in name for name in classes):
        labels = folders
    return images, *checked_labels(labels, len(files))


def check_damaged(damaged, of_folder):
    """Raises ValueError for another wish than DAMAGED, and for one that goes with folders alone."""
    if damaged not in DAMAGED:
        raise ValueError(f'damaged is "raise" or "skip", not {damaged!r}.')
    if damaged != "raise" and not of_folder:
        raise ValueError(f"damaged={damaged!r} goes with folders of images.")


def in_memory(top, files, image_shape, damaged):
    """(images, uint8 [n, *image_shape], of those that can be read; bool [files], which these are)."""
    images, readable = np.empty((len(files), *image_shape), np.uint8), np.ones(len(files), bool)

    def place(index):
        try:
            images[index] = image(top, files[index], image_shape)
        except ValueError:
            if damaged == "raise":
                raise
            readable[index] = False

    resize.in_threads(place, len(files))
    return images if readable.all() else images[readable], readable


def rows(top, files, image_shape, damaged):
    """As in_memory, of images that are read when they are needed."""
    index, readable = indexed(top, files), np.ones(len(files), bool)
    if damaged == "raise":
        refuse_damaged(top, files, index)
    readable[list(index.wrong)] = False
    kept = [files[number] for number in np.flatnonzero(readable)]

    def some(numbers):
        return np.stack([image(top, kept[number], image_shape) for number in numbers])

    files = index.digests[readable].tobytes()
    found = Rows((len(kept), *image_shape), np.uint8, some, lambda: digest(files, found))
    return found, readable


def digest(files, found):
    """Of the files, bytes, and of the pixels of some rows: another Pillow may make others of the same file."""
    looked_at = np.linspace(0, len(found) - 1, min(LOOKED_AT, len(found))).astype(int)
    return hashlib.sha256(files + found[looked_at].tobytes()).hexdigest()


def refuse_damaged(top, files, index):
    """Raises ValueError, which names the first, for files that cannot be read."""
    if index.wrong:
        first, others = min(index.wrong), len(index.wrong) - 1
        more = f"; {others:,} others cannot be read either" if others else ""
        raise resize.unreadable(Path(top) / files[first], index.wrong[first] + more)


def image(top, file, image_shape):
    return resize.fit(resize.open_image(top / file), image_shape)


def shape_of_first(top, files, damaged):
    """(h, w, c) of the first image, or of the first that can be read."""
    for file in files:
        try:
            first = resize.open_image(top / file)
        except ValueError:
            if damaged == "raise":
                raise
        else:
            return first.height, first.width, len(first.getbands())
    raise none_readable(top, files)


def none_readable(top, files):
    return ValueError(f"None of the {len(files):,} images in the folder {os.fspath(top)!r} can be read.")


def listed(root, split):
    """(the folder of a split, the images below it as paths relative to it, sorted). Raises ValueError for none,
    FileNotFoundError for no folder."""
    root = Path(root).expanduser()
    if not root.is_dir():
        raise FileNotFoundError(f"There is no folder {os.fspath(root)!r}.")
    in_splits = (root / "train").is_dir()
    top = root / split if in_splits else root
    if in_splits and (top.parent != root or not top.is_dir()) or not in_splits and split != "train":
        raise ValueError(
            f"{os.fspath(root)!r} has no {split} split: put its images into the sub-folders train and {split}."
        )
    return top, below(top)


def below(top):
    """The images below a folder, as strings relative to it, sorted by their parts. Raises ValueError for none."""
    found = list(images_in(os.fspath(top), ""))
    if not found:
        raise ValueError(f"There are no images ({' '.join(sorted(SUFFIXES))}) in the folder {os.fspath(top)!r}.")
    return found


def images_in(folder, prefix):
    """The images in a folder and in those below it, each after the prefix, sorted by the parts of their paths. Links to
    folders are not followed."""
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        name = entry.name
        if name.startswith("."):  # macOS leaves "._name.jpg" beside each file it copies
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from images_in(entry.path, f"{prefix}{name}{os.sep}")
        elif name[name.rfind(".") :].lower() in SUFFIXES and entry.is_file():
            yield prefix + name
