"""Labels of a conditional model: numbers from 0 on, or the names of its classes."""

import difflib

import numpy as np


def check_labels(label, n, classes):
    """Raises ValueError with one sentence unless `label` holds n whole numbers from 0 to classes - 1."""
    if label is None:
        raise ValueError(f"This model is conditional: it needs a label, 0 to {classes - 1}, for each image.")
    label = np.asarray(label)
    if not np.issubdtype(label.dtype, np.integer) or label.size != n:
        raise ValueError(f"Labels must be {n} whole numbers; got {label.dtype} of shape {label.shape}.")
    if label.min() < 0 or label.max() >= classes:
        raise ValueError(f"Labels must be 0 to {classes - 1}; got {label.min()} to {label.max()}.")


def numbered(label, names):
    """Labels with the names among them replaced by their numbers: "cat", or a list of names.

    names: those of the classes, in their order, or None where they have none. Raises ValueError for an unknown name,
    with the nearest ones.
    """
    if isinstance(label, dict) or not _are_names(label):
        return label
    given = np.asarray(label, dtype=str)
    if not names:
        raise ValueError(
            f"The classes of this model have no names, so that {str(given.flat[0])!r} is no label; give numbers."
        )
    for name in map(str, given.flat):
        if name not in names:
            near = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}."
            raise ValueError(f"There is no class {name!r}; {hint}")
    return np.reshape([names.index(name) for name in map(str, given.flat)], given.shape)[()]


def _are_names(label):
    """Whether it is a string or holds strings; the parts of a general condition differ in shape and are no array."""
    if isinstance(label, list | tuple):
        return any(isinstance(each, str) for each in label)
    return isinstance(label, str) or np.asarray(label).dtype.kind in "US"


def in_turn(classes, n):
    """0, 1, ..., classes - 1 repeated, int [n]; None for a model without classes."""
    return None if classes is None else np.arange(n) % classes
