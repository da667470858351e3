"""Tensors in JSON as TF Serving has them: `instances` row by row, `inputs` by name, bytes as {"b64": ...}."""

import base64
import binascii
from itertools import chain

import numpy as np
import orjson

from export.server.refusals import invalid

MOST_DEEP = 16  # dimensions where the signature does not say
LONGEST = 120  # characters of a value that a sentence quotes


def parse(body):
    """The request as a dictionary. Raises Refused for what is not one, and for what cannot be JSON (NaN, 1e400)."""
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise invalid(f"JSON Parse error: {error}") from None
    if not isinstance(request, dict):
        raise invalid(f"JSON Value: {quoted(request)} Is not object")
    if not isinstance(request.get("signature_name", ""), str):
        raise invalid("'signature_name' key must be a string value.")
    return request


def inputs(request, signature, limits):
    """({input: array}, its number of rows, its bytes, whether the answer goes row by row)."""
    if "instances" in request and "inputs" in request:
        raise invalid("Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist")
    if "instances" in request:
        values, by_row = columns(request["instances"], signature, limits), True
    elif "inputs" in request:
        values, by_row = named(request["inputs"], signature), False
    else:
        raise invalid("Missing 'inputs' or 'instances' key")
    for value in values.values():
        if signature.batched and isinstance(value, list):
            limits.check_rows(len(value), signature)  # before anything is made of them
    arrays = {name: array(value, signature.inputs[name], name) for name, value in values.items()}
    rows, size = signature.check({name: (array.dtype, array.shape) for name, array in arrays.items()})
    if by_row and not signature.batched:
        raise invalid(f"The signature {signature.name!r} has no rows: give its inputs as 'inputs'.")
    return arrays, rows, size, by_row


def columns(instances, signature, limits):
    """{input: list} of the list of rows: objects by input name, or plain values where there is one input."""
    if not isinstance(instances, list):
        raise invalid("Expecting 'instances' to be a list/array")
    if not instances:
        raise invalid("No values in 'instances' array")
    limits.check_rows(len(instances), signature)
    names = set(signature.inputs)
    if not is_object(instances[0]):
        if len(names) != 1:
            raise invalid(
                "instances is a plain list, but expecting list of objects as multiple input tensors required: "
                + ", ".join(signature.inputs)
            )
        if any(map(is_object, instances)):
            raise invalid("Expecting value/list but got object in the 'instances' list")
        return {next(iter(names)): instances}
    for number, instance in enumerate(instances):
        if not is_object(instance):
            raise invalid(f"Expecting object but got {quoted(instance)} at item {number} of 'instances' list")
        if set(instance) != names:
            raise invalid(
                f"Failed to process element: {number} of 'instances' list. JSON object: {quoted(instance)} "
                f"keys must be equal to: {','.join(signature.inputs)}"
            )
    return {name: [instance[name] for instance in instances] for name in signature.inputs}


def named(given, signature):
    """{input: value} of an object, or of a plain value where there is one input."""
    if not is_object(given):
        if len(signature.inputs) != 1:
            raise invalid("inputs is a plain value/list, but expecting an object as multiple input tensors required")
        return {next(iter(signature.inputs)): given}
    for name in signature.inputs:
        if name not in given:
            raise invalid(f"Missing named input: {name} in 'inputs' object.")
    if unknown := set(given) - set(signature.inputs):
        raise invalid(f"'inputs' has {quoted(sorted(unknown))}, which the signature does not take.")
    return given


def is_object(value):
    return isinstance(value, dict) and not is_bytes(value)


def is_bytes(value):
    return isinstance(value, dict) and set(value) == {"b64"} and isinstance(value["b64"], str)


def array(value, spec, name):
    """Nested lists as an array of the type of `spec`, an Input. Raises Refused for ragged ones, and for values that the
    type does not hold."""
    leaves, shape = flattened(value, name)
    if len(shape) > MOST_DEEP or spec.rank not in (None, len(shape)):
        raise invalid(f"{name} must have {spec.rank or 'fewer'} dimensions; the lists are {len(shape)} deep.")
    if spec.is_string:
        return strings(leaves, name).reshape(shape)
    if not set(map(type, leaves)) <= spec.types:
        wrong = next(leaf for leaf in leaves if type(leaf) not in spec.types)
        raise invalid(f"{name}: JSON Value: {quoted(wrong)} is not of expected type: {spec.dtype.name}")
    if leaves and spec.ranged:
        if wrong := [leaf for leaf in (min(leaves), max(leaves)) if not spec.lowest <= leaf <= spec.highest]:
            raise invalid(f"{name}: JSON Value: {quoted(wrong[0])} is outside the range of {spec.dtype.name}")
    return np.array(leaves, spec.numpy).reshape(shape)


def flattened(value, name):
    """(leaves, shape) of nested lists."""
    shape, level = [], [value]
    while level and isinstance(level[0], list):
        if set(map(type, level)) != {list} or len(set(map(len, level))) != 1:
            raise invalid(f"{name} is ragged: every list at one depth must have the same length.")
        shape.append(len(level[0]))
        level = list(chain.from_iterable(level))
    if list in set(map(type, level)):
        raise invalid(f"{name} is ragged: values and lists stand side by side.")
    return level, shape


def strings(leaves, name):
    """Strings, and the bytes of {"b64": ...}."""
    made = np.empty(len(leaves), object)
    for i, leaf in enumerate(leaves):
        if isinstance(leaf, str):
            made[i] = leaf.encode()
        elif is_bytes(leaf):
            try:
                made[i] = base64.b64decode(leaf["b64"], validate=True)
            except (binascii.Error, ValueError):
                raise invalid(f"{name}: Unable to base64 decode {quoted(leaf)}") from None
        else:
            raise invalid(f"{name}: JSON Value: {quoted(leaf)} is not of expected type: string")
    return made


def answer(outputs, by_row):
    """The body of an answer: `predictions` by row, `outputs` by name; a single output without its name."""
    shown = {name: in_json(name, array) for name, array in outputs.items()}
    if len(shown) == 1:
        (content,) = shown.values()
    elif by_row:
        content = [dict(zip(shown, row, strict=True)) for row in zip(*shown.values(), strict=True)]
    else:
        content = shown
    return orjson.dumps({"predictions" if by_row else "outputs": content}, option=orjson.OPT_SERIALIZE_NUMPY)


def in_json(name, array):
    """What orjson writes of an array: itself, or lists of strings, of {"b64": ...} where its name ends in _bytes."""
    if array.dtype != object:
        # orjson writes these types, of at least one dimension, where rows lie side by side.
        plain = array.dtype.char in "fdilqILQb?Bhe" and array.ndim
        return np.ascontiguousarray(array) if plain else array.tolist()

    def shown(one):
        if name.endswith("_bytes"):
            return {"b64": base64.b64encode(one).decode()}
        return one.decode("utf-8", "replace")

    leaves = [shown(one) for one in array.ravel()]
    for size in reversed(array.shape[1:]):
        leaves = [leaves[start : start + size] for start in range(0, len(leaves), size)] if size else leaves
    return leaves if array.ndim else leaves[0]


def quoted(value):
    """A value as JSON, shortened."""
    try:
        text = orjson.dumps(value).decode("utf-8", "replace")
    except (orjson.JSONEncodeError, RecursionError):
        text = repr(type(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 4] + " ..."
