"""A folder of images of any size and mode; folders within it may be classes."""

import os
from pathlib import Path

import numpy as np

from keras_gan.data import resize
from keras_gan.data.arrays import checked_labels

SUFFIXES = frozenset(".avif .bmp .gif .jp2 .jpe .jpeg .jpg .pbm .pgm .png .pnm .ppm .tga .tif .tiff .webp".split())


def read(root, image_shape, split, labels=None):
    """(images uint8 [n, h, w, c], labels int32 [n] or None, number of classes or None, their names or None) of all
    images below a folder, sorted by path; see source.read. Raises ValueError with one sentence for a folder without
    images, and for an image that cannot be read, by its name."""
    top, files = listed(root, split)
    names = sorted({path.parts[0] for path in files})
    if labels is None and len(names) > 1 and all(len(path.parts) == 2 for path in files):
        labels = [path.parts[0] for path in files]
    labels, classes, class_names = checked_labels(labels, len(files))
    if image_shape is None:
        first = resize.open_image(top / files[0])
        image_shape = (first.height, first.width, len(first.getbands()))
    images = np.empty((len(files), *image_shape), np.uint8)

    def place(index):
        images[index] = resize.fit(resize.open_image(top / files[index]), image_shape)

    resize.in_threads(place, len(files))
    return images, labels, classes, class_names


def listed(root, split):
    """(the folder of a split, the images below it as paths relative to it, sorted). Raises ValueError for none."""
    root = Path(root).expanduser()
    top = root / split if (root / "train").is_dir() else root
    if top == root and split == "test" or not top.is_dir():
        raise ValueError(f"{os.fspath(root)!r} has no test split: put its images into the sub-folders train and test.")
    return top, [path.relative_to(top) for path in below(top)]


def below(top):
    """The images below a folder, sorted. Raises ValueError for none."""
    files = [path for path in top.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()]
    # Hidden files are no images of the set: macOS leaves "._name.jpg" beside each file it copies.
    files = [path for path in files if not any(part.startswith(".") for part in path.relative_to(top).parts)]
    if not files:
        raise ValueError(f"There are no images ({' '.join(sorted(SUFFIXES))}) in the folder {os.fspath(top)!r}.")
    return sorted(files, key=lambda path: path.relative_to(top).parts)
