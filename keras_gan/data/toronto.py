"""The Toronto Face Database (Susskind et al. 2010) as its authors hand it out: one .mat file, or the same in a .npz.

Fields: `images` uint8 [n, 48, 48]; `labs_ex`, the expression 1 ... 7 (-1: not labelled); `labs_id`, the person; `folds`
[n, 5], the part that an image plays in each fold: 1 training, 2 validation, 3 test, 0 none, the unlabelled faces.
"""

import os
import re
import zlib

import numpy as np

EXPRESSIONS = 7
PARTS = {"train": 1, "valid": 2, "test": 3}
HELD_OUT = ("valid", "test")
FOLDS = 5
FIELDS = ("images", "labs_ex", "folds")


def load_mat(path):
    """{name: array} of a MATLAB file. Raises ValueError with one sentence for what is none up to version 7."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        content = loadmat(path)
    except NotImplementedError as error:
        raise ValueError(f"{os.fspath(path)!r} is of MATLAB 7.3: save it with -v7, or as .npz.") from error
    except (ValueError, TypeError, OSError, EOFError, zlib.error, MatReadError) as error:
        raise ValueError(f"Cannot read {os.fspath(path)!r} as a MATLAB file: {error}.") from error
    return {name: value for name, value in content.items() if not name.startswith("__")}


def is_layout(content):
    """Whether these {name: array} have the fields of the database."""
    return set(FIELDS) <= set(content)


def part(content, split, path):
    """(images uint8 [n, 48, 48, 1], expressions int32 [n] in 0 ... 6 or None) of one split:

    "train": the faces that belong to no fold, from which generators learn, without labels;
    "fold1/train", "fold1/valid", "fold1/test", and so on for each fold; "test" is "fold1/test".

    Raises ValueError with one sentence, which names `path`, for another layout, another split, and an empty one.
    """
    where = os.fspath(path)
    if not is_layout(content):
        raise ValueError(
            f"{where!r} is not laid out as the Toronto Face Database, with {', '.join(FIELDS)}: it has "
            f"{', '.join(sorted(content))}; give other images as a folder, a .npy or a .npz file."
        )
    images, expressions, folds = (np.asarray(content[name]) for name in FIELDS)
    if images.ndim != 3 or images.dtype != np.uint8 or folds.ndim != 2 or not len(images) == len(folds):
        raise ValueError(
            f"{where!r} must hold images uint8 [n, h, w] and folds [n, 5], not {images.dtype} {list(images.shape)} and "
            f"{list(folds.shape)}."
        )
    rows = rows_of(folds, split, where)
    if not rows.any():
        raise ValueError(f"{where!r} has no faces in the split {split!r}.")
    if split == "train":
        return images[rows][..., None], None
    expressions = expressions.reshape(len(images), -1)[rows, 0].astype(np.int64) - 1
    if not ((expressions >= 0) & (expressions < EXPRESSIONS)).all():
        raise ValueError(f"{where!r} must label each face of a fold with an expression 1 ... {EXPRESSIONS} in labs_ex.")
    return images[rows][..., None], expressions.astype(np.int32)


def rows_of(folds, split, where):
    """Which rows a split takes, bool [n]."""
    if split == "train":
        return (folds == 0).all(axis=1)
    found = re.fullmatch("fold([1-9])/(train|valid|test)", "fold1/test" if split == "test" else split)
    if not found or int(found[1]) > folds.shape[1]:
        raise ValueError(
            f'{where!r} has the splits "train", "test" and, for each of its {folds.shape[1]} folds, "fold1/train", '
            f'"fold1/valid" and "fold1/test", not {split!r}.'
        )
    return folds[:, int(found[1]) - 1] == PARTS[found[2]]
