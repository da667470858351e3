"""Data sets that are too large for memory: their rows are read by number, from where they lie, when they are needed."""

import hashlib
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from keras_gan.data.readers import in_parallel

IN_MEMORY = 512 * 2**20  # bytes; larger sets are read row by row, since TensorFlow would hold a second copy of them
BLOCK = 32 * 2**20  # bytes that are read at once where a whole set is gone through


class Rows:
    """Stands in for a NumPy array [n, ...] whose rows are not in memory.

    `len`, `shape`, `dtype`, `ndim` and `nbytes` read nothing. rows[3], rows[:10], rows[[5, 2]] and rows[mask] are NumPy
    arrays that are read from the files; np.asarray(rows) reads them all. `blocks` goes through the set with bounded
    memory, and `only` is a part of it that is not read yet.

    some: reads rows by their numbers, int64 [k] -> [k, ...]; it is called from several threads. digest: a string that
    changes with the content, where it is known without reading all rows.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        dtype,
        some: Callable[[np.ndarray], np.ndarray],
        digest: Callable[[], str] | None = None,
    ):
        self.shape = tuple(shape)
        self.dtype = np.dtype(dtype)
        self.some = some
        self.digest = digest
        self.failure: Exception | None = None  # what a read for TensorFlow raised, which reports it in words of its own

    def __len__(self):
        return self.shape[0]

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def __repr__(self):
        return f"<Rows {list(self.shape)} {self.dtype}, {self.nbytes / 1e9:.2g} GB, read when needed>"

    def __getitem__(self, key) -> np.ndarray:
        if isinstance(key, tuple) or key is Ellipsis or key is None:
            raise IndexError("Rows are chosen by a number, a slice, numbers or a mask; what is in them, after reading.")
        chosen = np.arange(len(self))[key]
        return self.read(chosen) if chosen.ndim else self.read(chosen[None])[0]

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self[:], dtype)

    def read(self, numbers: np.ndarray) -> np.ndarray:
        """The rows of these numbers, int64 [k], in their order, read on all processors. Raises what reading raises."""
        read = np.empty((len(numbers), *self.shape[1:]), self.dtype)

        def part(rows):
            read[rows] = self.some(numbers[rows])

        in_parallel(part, parts(len(numbers)))
        return read

    def read_or_note(self, numbers: np.ndarray) -> np.ndarray:
        """As `read`, for TensorFlow: own_errors finds what was raised, without its frames, which know these rows."""
        try:
            return self.read(numbers)
        except BaseException as error:
            self.failure = error.with_traceback(None)
            reason = str(error)
        raise RuntimeError(reason)

    def blocks(self) -> Iterator[np.ndarray]:
        """All rows in their order, some at a time."""
        row = math.prod(self.shape[1:]) * self.dtype.itemsize
        step = max(1, BLOCK // max(1, row))
        for start in range(0, len(self), step):
            yield self[start : start + step]

    def only(self, chosen) -> "Rows":
        """The rows that a mask [n] or row numbers choose."""
        numbers, of_all = np.arange(len(self))[chosen], self.digest

        def digest():
            return hashlib.sha256(of_all().encode() + numbers.tobytes()).hexdigest()

        shape = (len(numbers), *self.shape[1:])
        return Rows(shape, self.dtype, lambda rows: self.some(numbers[rows]), digest if of_all else None)

    def map(self, function: Callable[[np.ndarray], np.ndarray], dtype) -> "Rows":
        """The same with a function of arrays [k, ...] applied to what is read, which keeps their shape."""
        return Rows(self.shape, dtype, lambda numbers: function(self.some(numbers)))


def update(found, values):
    """Adds type, shape and content of an array or of Rows to a hash: the same for both, unless Rows know a digest."""
    found.update(f"{values.dtype.str}{values.shape}".encode())
    if isinstance(values, Rows) and values.digest:
        found.update(values.digest().encode())
        return
    for block in values.blocks() if isinstance(values, Rows) else [values]:
        found.update(memoryview(np.ascontiguousarray(block)).cast("B"))


@contextmanager
def own_errors(*sets: Rows):
    """What reading one of these sets raises within the block comes out as it was, not as an error of TensorFlow's."""
    try:
        yield
    except Exception:
        for one in sets:
            if one.failure is not None:
                failure, one.failure = one.failure, None
                try:
                    raise failure from None
                finally:
                    del failure  # it knows this frame, which should not know it
        raise


def subset(values, chosen):
    """values[chosen] of an array or of Rows, in memory if it is small enough."""
    if not isinstance(values, Rows):
        return values[chosen]
    part = values.only(chosen)
    return part if too_large(part.shape, part.dtype) else part[:]


def too_large(shape, dtype):
    """Whether an array is kept out of memory."""
    return math.prod(shape) * np.dtype(dtype).itemsize > IN_MEMORY


def parts(n):
    """The numbers 0 ... n - 1 in a few more runs than there are processors, so that all end at about one time."""
    count = min(n, 4 * (os.cpu_count() or 1))
    return [slice(n * part // count, n * (part + 1) // count) for part in range(count)]
