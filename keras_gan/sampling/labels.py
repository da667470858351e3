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


def as_names(names):
    """Names of classes as a tuple, those of several attributes, {attribute: names}, as a dict of tuples, or None."""
    if isinstance(names, dict):
        return {attribute: tuple(values) for attribute, values in names.items()}
    return None if names is None else tuple(names)


def as_json(names):
    """What as_names takes back, of lists, which files keep as they are."""
    if isinstance(names, dict):
        return {attribute: list(values) for attribute, values in names.items()}
    return None if names is None else list(names)


def count(names):
    """How many labels there are."""
    return int(np.prod([len(values) for values in names.values()])) if isinstance(names, dict) else len(names)


def numbered(label, names, seeds=None):
    """Labels with the names among them replaced by their numbers: "cat", or a list of names.

    names: those of the classes, in their order, or None where they have none. Where labels say several things at once,
    {attribute: its values' names}, label may be a dictionary {attribute: value, or one for each row}, a value being a
    name or a number. What it leaves open is drawn for each of the `seeds`, as a function of the seed; without seeds
    nothing may be left open. Raises ValueError for an unknown name, with the nearest ones.
    """
    if isinstance(names, dict) and isinstance(label, dict):
        return _combined(label, names, seeds)
    if isinstance(label, dict) or not _are_names(label):
        return label
    given = np.asarray(label, dtype=str)
    if not names or isinstance(names, dict):
        first = str(given.flat[0])
        if names:
            raise ValueError(
                f"A label of this model says several things, so that {first!r} is none; "
                f"give a dictionary with some of {', '.join(names)}."
            )
        raise ValueError(f"The classes of this model have no names, so that {first!r} is no label; give numbers.")
    return np.reshape([_index(name, names) for name in map(str, given.flat)], given.shape)[()]


def _index(name, names, what="class"):
    if name not in names:
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}."
        raise ValueError(f"There is no {what} {name!r}; {hint}")
    return names.index(name)


def _combined(label, names, seeds):
    """The number of a combination of attributes."""
    asked = {}
    for name, value in label.items():
        attribute = _attribute(name, value, names)
        if attribute in asked:
            raise ValueError(f"The label says {attribute} twice: {asked[attribute]!r} and {value!r}.")
        asked[attribute] = value
    if seeds is None and (left := [name for name in names if name not in asked]):
        raise ValueError(f"Give {' and '.join(left)} too.")
    columns = []
    for place, (name, values) in enumerate(names.items()):
        if name in asked:
            given = np.asarray(asked[name])
            if given.dtype.kind in "US":
                numbers = [_index(value, values, name.replace("_", " ")) for value in map(str, given.flat)]
                given = np.reshape(numbers, given.shape)
            elif given.dtype.kind not in "iu" or given.size and not 0 <= given.min() <= given.max() < len(values):
                raise ValueError(f"{name} is a name, or a number from 0 to {len(values) - 1}; got {asked[name]!r}.")
        else:
            # Of each seed alone: what a row shows must not depend on the others.
            drawn = [np.random.default_rng([int(seed) & (1 << 64) - 1, place]) for seed in seeds]
            given = np.array([random.integers(len(values)) for random in drawn])
        columns.append(given)
    return np.ravel_multi_index(np.broadcast_arrays(*columns), [len(values) for values in names.values()])


def _attribute(name, value, names):
    """The attribute that is meant: "hair" with a colour's code is "hair_color" where there is one."""
    colour = f"{name}_color"
    if colour in names and str(np.ravel(value)[0]).startswith("#"):
        return colour
    if name not in names:
        raise ValueError(f"There is no attribute {name!r} to ask for; there are {', '.join(names)}.")
    return name


def _are_names(label):
    """Whether it is a string or holds strings; the parts of a general condition differ in shape and are no array."""
    if isinstance(label, list | tuple):
        return any(isinstance(each, str) for each in label)
    return isinstance(label, str) or np.asarray(label).dtype.kind in "US"


def to_show(model, n):
    """The label with which n samples show what a conditional model can do: each class in turn, and of several
    attributes at once nothing, so that each sample draws its own. None for an unconditional one.

    model: whatever has `classes` and `class_names`."""
    return {} if isinstance(model.class_names, dict) else in_turn(model.classes, n)


def in_turn(classes, n):
    """0, 1, ..., classes - 1 repeated, int [n]; None for a model without classes."""
    return None if classes is None else np.arange(n) % classes
