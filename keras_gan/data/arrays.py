"""Arrays of the user's: what they may be, checked before anything is trained."""

import warnings

import numpy as np

from keras_gan.data import resize
from keras_gan.data.rows import Rows, too_large


def checked_image_shape(image_shape):
    """(height, width, channels) as whole numbers, or None. Raises ValueError for anything else."""
    if image_shape is None:
        return None
    try:
        height, width, channels = (int(size) for size in image_shape)
    except (TypeError, ValueError):
        height = width = channels = 0
    if height < 1 or width < 1 or channels not in (1, 3):
        raise ValueError(f"image_shape is (height, width, channels) with 1 or 3 channels, not {image_shape!r}.")
    return height, width, channels


def checked_labels(labels, n):
    """(int32 [n], number of classes, their names or None) of labels; (None, None, None) without.

    labels: whole numbers [n], -1 where a row has none; strings [n], whose sorted values are the names; or one-hot rows
    [n, classes].
    """
    if labels is None:
        return None, None, None
    labels, names = np.asarray(labels), None
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and labels.dtype.kind in "biuf":
        if not ((labels == 0) | (labels == 1)).all() or not (labels.sum(axis=1) == 1).all():
            raise ValueError("Labels of two axes must be one-hot rows [n, classes], with a single 1 in each.")
        classes, labels = labels.shape[1], labels.argmax(axis=1)
    elif labels.ndim == 1 and (labels.dtype.kind in "US" or labels.dtype.kind == "O" and all(map(is_text, labels))):
        if labels.dtype.kind != "U":
            labels = [label.decode() if isinstance(label, bytes) else str(label) for label in labels]
        names, labels = np.unique(labels, return_inverse=True)
        names, classes = tuple(map(str, names)), len(names)
    elif labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(f"Labels are whole numbers or strings [n], not {labels.dtype} {list(labels.shape)}.")
    elif len(labels) and (labels.min() < -1 or labels.max() >= 2**31):
        raise ValueError(
            f"Labels are class indices from 0 on, or -1 where there is none, but they reach from {labels.min()} to "
            f"{labels.max()}."
        )
    else:
        classes = int(labels.max()) + 1 if len(labels) else 0
    if len(labels) != n:
        raise ValueError(f"There are {n} examples but {len(labels)} labels: one label each is needed.")
    return labels.astype(np.int32), classes, names


def is_text(label):
    return isinstance(label, str | bytes)


def checked(values, labels, image_shape):
    """(values, labels int32 [n] or None, number of classes or None, their names or None); see source.read for what an
    array may be. Raises ValueError with one sentence for anything else."""
    if isinstance(values, tuple):
        if len(values) != 2 or labels is not None:
            raise ValueError("A tuple is (images, labels), and then labels= is left out; several images are a list.")
        values, labels = values
    if isinstance(values, list):
        shapes = {np.shape(value) for value in values}
        if len(shapes) > 1:
            raise ValueError(f"The arrays of a list must have one shape, these have {sorted(shapes)}: resize them.")
    if not by_number(values):
        values = np.asarray(values)
    shape = list(values.shape)
    if 0 in shape:
        raise ValueError(f"There is no data: the array's shape is {shape}.")
    if values.dtype != np.uint8 and values.dtype.kind != "f":
        raise ValueError(
            f"Images are uint8 in [0, 255] or floats in [-1, 1], points are floats, not {values.dtype}: convert them."
        )
    labels, classes, names = checked_labels(labels, len(values) if shape else 0)
    points = len(shape) == 2 and values.dtype.kind == "f"
    if points and image_shape is not None:
        raise ValueError(f"Floats {shape} are points, not images: leave image_shape out or give [n, h, w, c].")
    row_shape = (*shape[1:], 1) if len(shape) == 3 else tuple(shape[1:])
    if not points and (len(row_shape) != 3 or row_shape[-1] not in (1, 3)):
        raise ValueError(
            f"Images are [n, h, w], [n, h, w, 1] or [n, h, w, 3] and points are floats [n, d], not {values.dtype} "
            f"{shape}."
        )
    fitted = row_shape if points else image_shape or row_shape
    if too_large(shape, values.dtype) or too_large((len(values), *fitted), values.dtype):
        return in_rows(values, row_shape, fitted), labels, classes, names
    values = np.asarray(values).reshape(-1, *row_shape)
    if values.dtype.kind == "f":
        values = in_float32(values)
        check_range(values.min(), values.max(), points)
    if not points:
        values = resize.resize(values, fitted)
    return np.ascontiguousarray(values), labels, classes, names


def by_number(values):
    """Whether it is no array in memory, but what reads rows by their numbers, such as h5py.Dataset and zarr.Array."""
    return (
        not isinstance(values, np.ndarray | np.generic)
        and all(hasattr(values, name) for name in ("shape", "__getitem__"))
        and isinstance(getattr(values, "dtype", None), np.dtype)
        and len(values.shape) > 0
    )


def in_rows(values, row_shape, fitted):
    """An array, a memory-mapped one, or what reads by number, as Rows [n, *fitted]; as an array if that is small.
    Raises ValueError as in_float32 and check_range do."""
    dtype = np.uint8 if values.dtype == np.uint8 else np.float32

    def stored(numbers):
        if isinstance(values, np.ndarray):
            block = values[numbers]
        elif isinstance(values, Rows):
            block = values.some(numbers)
        else:  # each library has its own rules for several numbers at once
            block = np.stack([values[int(number)] for number in numbers])
        block = block.reshape(-1, *row_shape)
        return block if dtype == np.uint8 else in_float32(block)

    def some(numbers):
        block = stored(numbers)
        if block.shape[1:] == tuple(fitted):
            return block
        return np.stack([resize.resize(row[None], fitted)[0] for row in block])

    if dtype == np.float32:
        ranges = [(block.min(), block.max()) for block in Rows((len(values), *row_shape), dtype, stored).blocks()]
        check_range(min(low for low, _ in ranges), max(high for _, high in ranges), points=len(row_shape) == 1)
    found = Rows((len(values), *fitted), dtype, some)
    return found if too_large(found.shape, dtype) else found[:]


def in_float32(values):
    """The same in float32. Raises ValueError unless all are finite there."""
    with np.errstate(over="ignore"):  # float64 beyond float32 becomes inf, which is reported below
        values = values.astype(np.float32, copy=False)
    if not np.isfinite(values).all():
        raise ValueError("The data holds NaN, infinity or numbers beyond float32: clean it before training.")
    return values


def check_range(low, high, points):
    """Raises ValueError for images beyond [-1, 1], and warns of images that are never below 0."""
    if points:
        return
    if low < -1 or high > 1:
        raise ValueError(
            f"Float images lie in [-1, 1], but these reach from {low:g} to {high:g}: scale them, or give uint8 in "
            "[0, 255]."
        )
    if low >= 0 and high > 0:
        warnings.warn(
            "No pixel of these float images is below 0. Images lie in [-1, 1]: rescale those of [0, 1] by 2 * x - 1.",
            stacklevel=3,
        )
