"""A function of a SavedModel: named arrays in, named arrays out, TensorFlow's errors as refusals."""

import math
import re

import numpy as np
import tensorflow as tf
from ml_dtypes import finfo

from export.server.refusals import HTTP, Refused, invalid

STRING = 64  # bytes of a short one in Python
ASSERTION = re.compile(r"assertion failed: \[(.*?)\]", re.DOTALL)
CODES = {
    3: "INVALID_ARGUMENT", 4: "DEADLINE_EXCEEDED", 5: "NOT_FOUND", 8: "RESOURCE_EXHAUSTED", 9: "FAILED_PRECONDITION",
    11: "OUT_OF_RANGE", 12: "UNIMPLEMENTED", 14: "UNAVAILABLE",
}  # fmt: skip


class Input:
    """What a signature takes by one name. `types`: those that JSON may have for it; `lowest`, `highest`: its range."""

    def __init__(self, spec):
        self.dtype = spec.dtype
        self.numpy = np.dtype(spec.dtype.as_numpy_dtype)
        self.shape = spec.shape
        self.rank = spec.shape.rank
        self.is_string = spec.dtype == tf.string
        self.types = {bool} if spec.dtype.is_bool else {int} if spec.dtype.is_integer else {int, float}
        if spec.dtype.is_complex:
            self.types = set()
        if ranged := spec.dtype.is_integer or spec.dtype.is_floating:
            kind = int if spec.dtype.is_integer else float
            # Up to half a step beyond the largest float, a decimal is rounded to it.
            beyond = 1.0 + float(finfo(self.numpy).eps) / 4 if spec.dtype.is_floating else 1
            self.lowest, self.highest = kind(spec.dtype.min) * beyond, kind(spec.dtype.max) * beyond
        self.ranged = ranged


class Signature:
    """inputs: {name: Input}. outputs: {name: tf.TensorSpec}. batched: whether row i of each output belongs to row i of
    each input."""

    def __init__(self, name, function):
        self.name = name
        self.function = function
        self.inputs = {name: Input(spec) for name, spec in sorted(function.structured_input_signature[1].items())}
        self.outputs = dict(sorted(function.structured_outputs.items()))
        specs = [*self.inputs.values(), *self.outputs.values()]
        self.batched = bool(self.inputs) and all(spec.shape.rank and spec.shape[0] is None for spec in specs)
        shapes = [spec.shape[1:] for spec in self.outputs.values() if spec.shape.rank]
        self.values_per_row = sum(math.prod(n for n in shape if n) for shape in shapes) or 1

    def __call__(self, arrays):
        """{input: array} -> {output: array}. Raises Refused with the graph's own sentence."""
        given = {name: tf.constant(array, self.inputs[name].dtype) for name, array in arrays.items()}
        try:
            made = self.function(**given)
        except tf.errors.OpError as error:
            raise refusal(error) from None
        return {name: tensor.numpy() for name, tensor in made.items()}

    def check(self, given):
        """(number of rows, bytes of all inputs) of {input: (NumPy's dtype, shape)}, before there is an array. Raises
        Refused for inputs that are missing, unknown, of another shape or type, or of different lengths."""
        if set(given) != set(self.inputs):
            wanted, names = ", ".join(self.inputs) or "none", ", ".join(sorted(given)) or "none"
            raise invalid(f"The signature {self.name!r} takes the inputs {wanted}; the request has {names}.")
        size = 0
        for name, (dtype, shape) in given.items():
            spec = self.inputs[name]
            if dtype != spec.numpy:
                raise invalid(f"{name} must be of type {spec.dtype.name}, not {np.dtype(dtype).name}.")
            if not spec.shape.is_compatible_with(shape):
                wanted = ["n" if length is None else length for length in spec.shape]
                raise invalid(f"{name} must have the shape {spelled(wanted)}; got {spelled(shape)}.")
            size += math.prod(shape) * (STRING if spec.is_string else spec.numpy.itemsize)
        if not self.batched:
            return 1, size
        lengths = {name: shape[0] for name, (_, shape) in given.items()}
        if len(set(lengths.values())) > 1:
            counts = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise invalid(f"Every input needs as many rows as the others; got {counts}.")
        rows = next(iter(lengths.values()))
        if not rows:
            raise invalid("The batch is empty: at least one row is needed.")
        return rows, size


def spelled(shape):
    return "[" + ", ".join(map(str, shape)) + "]"


def refusal(error):
    """An error of TensorFlow as Refused: the sentence of the assertion that failed, or the first line."""
    code = CODES.get(error.error_code, "INTERNAL")
    asserted = ASSERTION.search(error.message)
    sentence = asserted[1] if asserted else error.message.partition("\n")[0].partition(" [Op:")[0]
    return Refused(code if code in HTTP else "INTERNAL", sentence.strip() or type(error).__name__)
