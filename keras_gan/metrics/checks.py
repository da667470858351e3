"""What every metric asks of its arrays, in one place; whatever is wrong is told in one sentence, as a ValueError."""

import numpy as np

from keras_gan.files.images import ROUNDING_SLACK


def features(least=1, **arrays):
    """The named arrays in their order, all float32 or all float64 [n, d]: d equal in all, n >= `least`, all finite.

    Features [n, d] are taken as they are; images [n, h, w, c], floats in [-1, 1] or uint8 (mapped to [-1, 1]), become
    their pixels in a row. Raises ValueError, which names the array: for another rank, no features, unlike sizes, fewer
    than `least` rows, NaN or infinite values, images out of range, entries that are not real numbers, and for features
    of type uint8 beside floats, of which only the caller knows the scale.
    """
    arrays = {name: np.asarray(array) for name, array in arrays.items()}
    first, shape = next((name, array.shape) for name, array in arrays.items())
    for name, array in arrays.items():
        if array.ndim not in (2, 4) or not all(array.shape[1:]):
            raise ValueError(f"{name} must be features [n, d] or images [n, h, w, c]; the shape is {array.shape}.")
        if array.shape[1:] != shape[1:]:
            raise ValueError(f"{name} {array.shape} and {first} {shape} must be of one size after the first axis.")
        if len(array) < least:
            raise ValueError(f"{name} must hold at least {least} of them; the shape is {array.shape}.")
    numbers = {name: pixels(name, array) if array.ndim == 4 else real(name, array) for name, array in arrays.items()}
    bytes_ = [name for name, array in arrays.items() if array.ndim == 2 and array.dtype == np.uint8]
    if bytes_ and len(bytes_) < len(arrays):
        raise ValueError(f"{bytes_[0]} are uint8 and others are not; bring the features to one scale first.")
    dtype = np.result_type(*numbers.values())
    return [array.reshape(len(array), -1).astype(dtype, copy=False) for array in numbers.values()]


def images(least=1, **arrays):
    """The named arrays as float32 or float64 images [n, h, w, c] in [-1, 1], all of one shape.

    Floats in [-1, 1] or uint8. Raises ValueError as `features` does.
    """
    arrays = {name: np.asarray(array) for name, array in arrays.items()}
    first, shape = next((name, array.shape) for name, array in arrays.items())
    for name, array in arrays.items():
        if array.ndim != 4 or not all(array.shape[1:]) or len(array) < least:
            raise ValueError(f"{name} must be images [n, h, w, c], n >= {least}; the shape is {array.shape}.")
        if array.shape != shape:
            raise ValueError(f"{name} {array.shape} and {first} {shape} must be of one shape.")
    return [pixels(name, array) for name, array in arrays.items()]


def probabilities(array):
    """p(y|x), float64 [n, classes]: finite, not negative, rows that sum to 1 but for rounding; else ValueError."""
    array = np.asarray(array)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"probabilities must have the shape [n, classes], n >= 1; the shape is {array.shape}.")
    array = real("probabilities", array).astype("float64")
    if array.min() < 0.0 or np.abs(array.sum(axis=1) - 1.0).max() > 1e-2:  # softmax in half precision is 1e-3 off
        raise ValueError("probabilities must not be negative and must sum to 1 in each row: logits need a softmax.")
    return array


def labels(classes, **arrays):
    """The named arrays as int64 labels in 0 ... classes - 1, of any shape; else ValueError. classes None: no limit."""
    made = []
    for name, array in arrays.items():
        array = np.asarray(array)
        if array.dtype.kind not in "iu" or not array.size or array.min() < 0:
            raise ValueError(f"{name} must be whole numbers from 0, and some; got {array.dtype} {array.shape}.")
        if classes is not None and array.max() >= classes:
            raise ValueError(f"{name} must lie in 0 ... {classes - 1}; one is {array.max()}.")
        made.append(array.astype("int64"))
    return made


def count(**numbers):
    """Raises ValueError if one of the named numbers is not a whole number of at least 1."""
    for name, number in numbers.items():
        if number < 1 or number % 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {number}.")


def real(name, array):
    """`array` as finite float32, or float64 if its own type is another; else ValueError."""
    if array.dtype.kind not in "fiu" and array.dtype.name != "bfloat16":
        raise ValueError(f"{name} must be real numbers; the type is {array.dtype}.")
    array = array.astype(np.float32 if array.dtype == np.float32 else np.float64, copy=False)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} hold NaN or infinite values.")
    return array


def pixels(name, array):
    """Images as floats in [-1, 1]: uint8 is mapped by x / 127.5 - 1; else ValueError."""
    if array.dtype == np.uint8:
        return array.astype(np.float32) / np.float32(127.5) - np.float32(1.0)
    array = real(name, array)
    if array.size and max(array.max(), -array.min()) > 1.0 + ROUNDING_SLACK:
        raise ValueError(
            f"{name} are images and must lie in [-1, 1] or be uint8; they span [{array.min():g}, {array.max():g}]."
        )
    return array
