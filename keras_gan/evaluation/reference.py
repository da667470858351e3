"""The real side of a measurement: which images of which split stand for the data."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_gan import data
from keras_gan.data import toronto
from keras_gan.data.attributes import Attributes
from keras_gan.files.images import to_uint8

REAL = 10_000  # at most so many real images, the first of the split: as many as MNIST's test set has
DIGITS_VALIDATION = 97  # of scikit-learn's 297 held-out digits, those that choose Parzen's sigma


@dataclass(frozen=True, eq=False)
class Reference:
    """Real images, uint8 [n, h, w, c], and what else a data set's protocol needs.

    name: data set, split and size, as scores record it. classes: of the data, or None. validation: images that choose
    Parzen's sigma, or None. training: a data.Source whose nearest image tells a sample's class, or None. encoder: the
    one that is used unless another is asked for, or None. folds: (validation, test) images of each fold, or None.
    attributes: (those of the training images, those of the split's), where each image's are known, or None.
    """

    name: str
    images: np.ndarray
    classes: int | None = None
    validation: np.ndarray | None = None
    training: data.Source | None = None
    encoder: str | None = None
    folds: tuple | None = None
    attributes: tuple[Attributes, Attributes] | None = None


def reference(dataset, image_shape, split=None):
    """The Reference of a data set for samples of image_shape (h, w, c).

    dataset: as data.read takes it; images of another size are fitted to image_shape as data.read does. split: "test"
    unless given, or "train" where the data set has no test split. MNIST and scikit-learn's digits have protocols of
    their own, with validation images apart from the test images. Raises what data.read raises.
    """
    if dataset == "digits" and split is None:
        held_out = data.read("digits", image_shape=image_shape, split="test")
        images, validation = held_out.values[DIGITS_VALIDATION:], held_out.values[:DIGITS_VALIDATION]
        training = data.read("digits", image_shape=image_shape)
        name = described("digits", f"test[{DIGITS_VALIDATION}:]", image_shape)
        return Reference(name, images, held_out.classes, validation, training)
    source, split = read(dataset, image_shape, split)
    images = to_uint8(source.values[:REAL])
    if images.ndim != 4:
        raise ValueError(f"{source.name} holds points {images.shape}, and the samples are images.")
    name = described(source.name, split, image_shape)
    if source.attributes is not None:
        training = data.read(dataset, image_shape=image_shape).attributes
        return Reference(name, images, encoder="facecnn", attributes=(training, source.attributes))
    if dataset != "mnist":
        encoder = "inception" if image_shape[2] == 3 else None
        folds = folds_of(dataset, image_shape) if split == "test" else None
        return Reference(name, images, source.classes, encoder=encoder, folds=folds)
    # As in Goodfellow et al. 2014: the last 10,000 training images are for validation, and sigma takes 1,000 of them.
    validation = data.read("mnist", image_shape=image_shape, split="train[50000:51000]").values
    return Reference(name, images, source.classes, validation, encoder="mnistcnn")


def folds_of(dataset, image_shape):
    """((validation, test), ...) of a file in the layout of the Toronto Face Database; None of any other data."""
    if not isinstance(dataset, str | os.PathLike) or Path(dataset).suffix.lower() not in (".mat", ".npz"):
        return None
    try:
        return tuple(
            tuple(
                data.read(dataset, image_shape=image_shape, split=f"fold{k}/{part}").values for part in toronto.HELD_OUT
            )
            for k in range(1, toronto.FOLDS + 1)
        )
    except ValueError:  # a file of another layout is a single split
        return None


def described(name, split, image_shape):
    """`mnist test 28x28x1`."""
    return f"{name} {split} {'x'.join(map(str, image_shape))}"


def read(dataset, image_shape, split):
    """(Source, split): of the split asked for, else of "test" where there is one, else of "train"."""
    if split is not None:
        return data.read(dataset, image_shape=image_shape, split=split), split
    try:
        return data.read(dataset, image_shape=image_shape, split="test"), "test"
    except ValueError:  # a file, or a folder without the sub-folder "test"
        return data.read(dataset, image_shape=image_shape, split="train"), "train"
