"""JSON as tensors and back: the values that matter, and any JSON at all."""

import json
from types import SimpleNamespace

import numpy as np
import orjson
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as some

from export.server import json_tensors
from export.server.limits import Limits
from export.server.refusals import Refused
from export.server.signature import Signature


def signature(**inputs):
    """A Signature with these inputs, {name: (shape, type)}."""
    specs = {name: tf.TensorSpec(shape, dtype, name) for name, (shape, dtype) in inputs.items()}
    outputs = {"y": tf.TensorSpec([None, 2], tf.float32)}
    return Signature("f", SimpleNamespace(structured_input_signature=((), specs), structured_outputs=outputs))


SEED = signature(seed=([None], tf.int64))
BOTH = signature(seed=([None], tf.int64), label=([None], tf.int32))
Z = signature(z=([None, 3], tf.float32))
WORDS = signature(words=([None], tf.string))
SWITCH = signature(on=([None], tf.bool))


def read(signature, content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return json_tensors.inputs(json_tensors.parse(body), signature, Limits())


@pytest.mark.parametrize(
    ("taker", "content", "expected"),
    [
        (SEED, {"instances": [1, -(2**63), 2**63 - 1]}, {"seed": np.array([1, -(2**63), 2**63 - 1])}),
        (SEED, {"inputs": [3]}, {"seed": np.array([3])}),
        (BOTH, {"instances": [{"label": 1, "seed": 2}]}, {"label": np.int32([1]), "seed": np.array([2])}),
        (Z, {"instances": [[0, 1.5, -2]]}, {"z": np.float32([[0, 1.5, -2]])}),
        (Z, {"inputs": {"z": [[3.4028235e38, 0.1, 1e-50]]}}, {"z": np.float32([[3.4028235e38, 0.1, 0]])}),
        (WORDS, {"instances": ["a", {"b64": "/w=="}]}, {"words": np.array([b"a", b"\xff"], object)}),
        (SWITCH, {"instances": [True, False]}, {"on": np.array([True, False])}),
    ],
)
def test_values(taker, content, expected):
    arrays, rows, _, by_row = read(taker, content)
    assert set(arrays) == set(expected) and by_row == ("instances" in content)
    for name, array in expected.items():
        assert arrays[name].dtype == array.dtype and rows == len(array)
        np.testing.assert_array_equal(arrays[name], array)


@pytest.mark.parametrize(
    ("taker", "content", "says"),
    [
        (SEED, {"instances": [2**63]}, "outside the range of int64"),
        (BOTH, {"inputs": {"seed": [1], "label": [2**31]}}, "outside the range of int32"),
        (Z, {"inputs": [[1e39, 0, 0]]}, "outside the range of float32"),
        (Z, {"inputs": [[True, 0, 0]]}, "JSON Value: true is not of expected type: float32"),
        (Z, {"inputs": [[0, 0]]}, r"z must have the shape \[n, 3\]; got \[1, 2\]"),
        (Z, {"inputs": [0, 0, 0]}, "z must have 2 dimensions; the lists are 1 deep"),
        (SEED, {"instances": [[[[[1]]]]]}, "seed must have 1 dimensions; the lists are 5 deep"),
        (SEED, {"instances": [1, [2]]}, "seed is ragged"),
        (Z, {"inputs": [[0, 0, 0], [0]]}, "z is ragged"),
        (SEED, {"instances": [1] * 1025}, "1025 rows are more than the 1024"),
        (SEED, {"inputs": [1] * 1025}, "1025 rows are more than the 1024"),
        (WORDS, {"instances": [{"b64": "="}]}, "Unable to base64 decode"),
        (WORDS, {"instances": [1]}, "expected type: string"),
        (SWITCH, {"instances": [1]}, "expected type: bool"),
        (BOTH, {"inputs": {"seed": [1], "label": [1], "z": [1]}}, "which the signature does not take"),
        (SEED, b'{"instances": ["' + b"a" * 100_000 + b'"]}', " ... is not of expected type"),
    ],
)
def test_what_is_refused(taker, content, says):
    with pytest.raises(Refused, match=says) as refused:
        read(taker, content)
    assert refused.value.status == 400 and len(str(refused.value)) <= 400


def test_an_answer_too_large_is_refused_before_it_is_made():
    wide = signature(seed=([None], tf.int64))
    wide.values_per_row = 1 << 20
    with pytest.raises(Refused, match="ask for at most 16 at once"):
        read(wide, {"instances": [1] * 17})


def test_answers():
    x = np.float32([[0.1, 1], [1e-8, -2]])
    assert json_tensors.answer({"y": x}, True) == b'{"predictions":[[0.1,1.0],[1e-8,-2.0]]}'
    assert json_tensors.answer({"y": x}, False) == b'{"outputs":[[0.1,1.0],[1e-8,-2.0]]}'
    several = {"i": np.array([1, 2]), "y": x}
    assert orjson.loads(json_tensors.answer(several, True))["predictions"][1] == {"i": 2, "y": [1e-8, -2.0]}
    assert orjson.loads(json_tensors.answer(several, False))["outputs"]["i"] == [1, 2]
    strings = np.array([[b"\xff", b"a"]], object)
    assert orjson.loads(json_tensors.answer({"s_bytes": strings}, True)) == {
        "predictions": [[{"b64": "/w=="}, {"b64": "YQ=="}]]
    }
    assert orjson.loads(json_tensors.answer({"s": strings[:, 1]}, True)) == {"predictions": ["a"]}
    half = np.array([0.5], tf.bfloat16.as_numpy_dtype)
    assert json_tensors.answer({"y": half}, True) == b'{"predictions":[0.5]}'
    assert json_tensors.answer({"y": np.float32(2)}, False) == b'{"outputs":2.0}'


JSON = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**70), 2**70) | some.floats() | some.text(max_size=3),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
ASKED = some.fixed_dictionaries(
    {},
    optional={
        "instances": JSON | some.lists(some.fixed_dictionaries({"seed": JSON, "label": JSON}), max_size=3),
        "inputs": JSON | some.fixed_dictionaries({"seed": JSON, "label": JSON}),
        "signature_name": JSON,
    },
)


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(ASKED | JSON, some.sampled_from([SEED, BOTH, Z, WORDS, SWITCH]))
def test_any_json_is_refused_with_a_sentence_or_fits(content, taker):
    try:
        arrays, rows, _ = read(taker, content)
    except Refused as refused:
        assert refused.status == 400 and str(refused)
        return
    described = {name: (one.dtype, one.shape) for name, one in arrays.items()}
    assert taker.check(described)[0] == rows >= 1


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(some.binary(max_size=60))
def test_any_bytes_are_refused_with_a_sentence(content):
    with pytest.raises(Refused) as refused:
        read(SEED, content)
    assert refused.value.status == 400 and str(refused.value)
