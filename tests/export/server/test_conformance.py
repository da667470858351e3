"""TF Serving's interfaces as its source has them: routes, bodies, codes, versions, labels, metadata, warmup requests.

Runs against `keras-gan serve`, or against a real TF Serving over the models of conformance_models.py, where
TFSERVING_URL (http://HOST:8501), TFSERVING_GRPC (HOST:8500) and TFSERVING_MODELS (their folder) say so. What differs on
purpose is in test_serve.py, test_versions.py and test_process.py.
"""

import base64
import io
import os
from pathlib import Path
from types import SimpleNamespace

import grpc
import numpy as np
import pytest
import requests
import tensorflow as tf
from conformance_models import BATCH_SIZES, LABELS, SEEDS
from PIL import Image
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_log_pb2,
    prediction_service_pb2_grpc,
)

import export
from export.formats import warmup
from keras_gan.files.images import to_uint8

TOLERANCE = {"rtol": 0, "atol": 1e-5}


@pytest.fixture(scope="module")
def target(request):
    """url, grpc: where the server is; models: the folder that it serves; expected: the images of its versions."""
    if "TFSERVING_URL" in os.environ:
        found = SimpleNamespace(url=os.environ["TFSERVING_URL"].rstrip("/"), grpc=os.environ["TFSERVING_GRPC"])
        found.models = Path(os.environ["TFSERVING_MODELS"])
    else:
        server = request.getfixturevalue("server")
        models = request.getfixturevalue("serving_models")
        found = SimpleNamespace(url=server.url, grpc=server.grpc, models=models)
    found.expected = np.load(found.models / "expected.npz")
    channel = grpc.insecure_channel(found.grpc, [("grpc.max_receive_message_length", -1)])
    found.predictions = prediction_service_pb2_grpc.PredictionServiceStub(channel)
    found.service = model_service_pb2_grpc.ModelServiceStub(channel)
    yield found
    channel.close()


def post(target, path, body):
    content = {"data": body} if isinstance(body, str) else {"json": body}
    return requests.post(f"{target.url}/v1/models/{path}", timeout=60, **content)


def rows(seeds=SEEDS, labels=LABELS):
    return [{"seed": int(seed), "label": int(label)} for seed, label in zip(seeds, labels, strict=True)]


# Routes and formats.


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("labelled:predict", 2),
        ("labelled/versions/1:predict", 1),
        ("labelled/versions/2:predict", 2),
        ("labelled/labels/stable:predict", 1),
        ("labelled/labels/canary:predict", 2),
    ],
)
def test_a_version_by_number_by_label_or_the_latest(target, path, version):
    answer = post(target, path, {"instances": rows()})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/json")
    assert list(answer.json()) == ["predictions"]
    np.testing.assert_allclose(answer.json()["predictions"], target.expected[f"labelled_{version}"], **TOLERANCE)


def test_inputs_by_name_give_outputs(target):
    answer = post(target, "labelled:predict", {"inputs": {"seed": SEEDS.tolist(), "label": LABELS.tolist()}})
    assert list(answer.json()) == ["outputs"]
    np.testing.assert_allclose(answer.json()["outputs"], target.expected["labelled_2"], **TOLERANCE)


def test_a_single_input_may_come_without_its_name(target):
    for body, key in (
        ({"instances": SEEDS.tolist()}, "predictions"),
        ({"inputs": SEEDS.tolist()}, "outputs"),
        ({"instances": [{"seed": seed} for seed in SEEDS.tolist()]}, "predictions"),
        ({"inputs": {"seed": SEEDS.tolist()}}, "outputs"),
        ({"signature_name": "serving_default", "instances": SEEDS.tolist()}, "predictions"),
        ({"signature_name": "", "instances": SEEDS.tolist()}, "predictions"),
    ):
        answer = post(target, "plain:predict", body)
        np.testing.assert_allclose(answer.json()[key], target.expected["plain_1"], **TOLERANCE)


def test_bytes_come_as_base64(target):
    answer = post(target, "plain:predict", {"signature_name": "png", "instances": SEEDS.tolist()}).json()["predictions"]
    pngs = [np.asarray(Image.open(io.BytesIO(base64.b64decode(one["b64"])))) for one in answer]
    difference = np.array(pngs).astype(int) - to_uint8(target.expected["plain_1"])
    assert np.abs(difference).max() <= 1 and np.mean(difference != 0) < 1e-3


def test_latents_and_truncation(target):
    z = np.random.default_rng(0).normal(size=(2, 6)).round(3)
    body = {"signature_name": "from_latent", "inputs": {"z": z.tolist(), "label": [1, 2]}}
    assert np.shape(post(target, "labelled:predict", body).json()["outputs"]) == (2, 28, 28, 1)
    body = {"signature_name": "sample_truncated", "instances": [{"seed": 1, "label": 2, "truncation": 1}]}
    whole = post(target, "labelled:predict", body).json()["predictions"]
    sample = post(target, "labelled:predict", {"instances": [{"seed": 1, "label": 2}]}).json()["predictions"]
    np.testing.assert_allclose(whole, sample, **TOLERANCE)


def test_routes_do_not_mind_the_case(target):
    assert requests.post(f"{target.url}/V1/Models/plain:PREDICT", json={"inputs": [1]}, timeout=60).status_code == 200


# Status and metadata.


def test_status(target):
    versions = requests.get(f"{target.url}/v1/models/labelled", timeout=60).json()["model_version_status"]
    fine = {"error_code": "OK", "error_message": ""}
    both = [{"version": number, "state": "AVAILABLE", "status": fine} for number in ("2", "1")]
    assert versions == both
    one = requests.get(f"{target.url}/v1/models/labelled/versions/1", timeout=60).json()
    assert one == {"model_version_status": both[1:]}


@pytest.mark.parametrize(
    ("path", "version"), [("", "2"), ("/versions/1", "1"), ("/labels/stable", "1"), ("/labels/canary", "2")]
)
def test_metadata(target, path, version):
    answer = requests.get(f"{target.url}/v1/models/labelled{path}/metadata", timeout=60).json()
    assert answer["model_spec"] == {"name": "labelled", "signature_name": "", "version": version}
    signatures = answer["metadata"]["signature_def"]["signature_def"]
    assert set(signatures) >= {"serving_default", "sample", "sample_truncated", "from_latent", "png"}
    sample = signatures["sample"]
    assert sample["method_name"] == "tensorflow/serving/predict"
    assert {name: tensor["dtype"] for name, tensor in sample["inputs"].items()} == {
        "seed": "DT_INT64",
        "label": "DT_INT32",
    }
    shape = sample["outputs"]["images"]["tensor_shape"]
    assert [dimension["size"] for dimension in shape["dim"]] == ["-1", "28", "28", "1"]
    assert shape["unknown_rank"] is False and sample["inputs"]["seed"]["name"]


# Errors: {"error": one sentence}, and TF Serving's status codes.

LIST = '{"instances": '
BAD = [
    ("nowhere:predict", {"instances": [1]}, 404, "Servable not found for request: Latest(nowhere)"),
    ("plain/versions/7:predict", {"instances": [1]}, 404, "Servable not found for request: Specific(plain, 7)"),
    ("plain/labels/none:predict", {"instances": [1]}, 400, "Unrecognized servable version label: none"),
    ("plain/versions/99999999999999999999:predict", {"instances": [1]}, 400, "Failed to convert version"),
    ("plain/versions/one:predict", {"instances": [1]}, 400, "Malformed request"),
    ("plain:generate", {"instances": [1]}, 400, "Malformed request"),
    ("plain:predict", {"instances": [1], "signature_name": "none"}, 400, "not found in signature def"),
    ("plain:predict", {"instances": [1], "signature_name": 3}, 400, "'signature_name' key must be a string value"),
    ("plain:predict", "", 400, "JSON Parse error"),
    ("plain:predict", LIST, 400, "JSON Parse error"),
    ("plain:predict", "[1]", 400, "s not object"),
    ("plain:predict", {"seeds": [1]}, 400, "Missing 'inputs' or 'instances' key"),
    ("plain:predict", {"instances": [1], "inputs": [1]}, 400, "only one of 'inputs' or 'instances'"),
    ("plain:predict", {"instances": 3}, 400, "list/array"),
    ("plain:predict", {"instances": []}, 400, "No values in 'instances' array"),
    ("plain:predict", {"inputs": []}, 400, "The batch is empty"),
    ("plain:predict", {"instances": ["1"]}, 400, "not of expected type: int64"),
    ("plain:predict", {"instances": [1.5]}, 400, "not of expected type: int64"),
    ("plain:predict", {"instances": [True]}, 400, "not of expected type: int64"),
    ("plain:predict", {"instances": [None]}, 400, "not of expected type: int64"),
    ("plain:predict", {"instances": [1, [2]]}, 400, ""),
    ("plain:predict", {"instances": [[1], [2, 3]]}, 400, ""),
    ("plain:predict", {"instances": [[1], [2]]}, 400, ""),
    ("plain:predict", {"instances": [1, {"seed": 2}]}, 400, "Expecting value/list but got object"),
    ("plain:predict", {"instances": [{"seed": 2}, 1]}, 400, "Expecting object but got"),
    ("plain:predict", {"inputs": {"z": [1]}}, 400, "Missing named input: seed"),
    ("plain:predict", {"inputs": 1}, 400, ""),
    ("labelled:predict", {"instances": [1]}, 400, "instances is a plain list, but expecting list of objects"),
    ("labelled:predict", {"inputs": [1]}, 400, "inputs is a plain value/list, but expecting an object"),
    ("labelled:predict", {"instances": [{"seed": 1}]}, 400, "keys must be equal to: label,seed"),
    ("labelled:predict", {"instances": [{"seed": 1, "label": 10}]}, 400, "label must lie in 0 to 9"),
    ("labelled:predict", {"instances": [{"seed": 1, "label": -1}]}, 400, "label must lie in 0 to 9"),
    ("labelled:predict", {"instances": [{"seed": 1, "label": 2**40}]}, 400, ""),
    ("labelled:predict", {"inputs": {"seed": [1, 2], "label": [3]}}, 400, ""),
    ("labelled:classify", {"instances": rows()}, 400, ""),
    ("plain:predict", {"signature_name": "from_latent", "instances": [[0.0] * 5]}, 400, ""),
    ("plain:predict", {"signature_name": "from_latent", "instances": [[1e300] * 6]}, 400, ""),
    ("plain:predict", '{"signature_name": "from_latent", "instances": [[NaN, 0, 0, 0, 0, 0]]}', 400, ""),
    ("plain:predict", '{"signature_name": "from_latent", "instances": [[1e400, 0, 0, 0, 0, 0]]}', 400, ""),
]


@pytest.mark.parametrize(("path", "body", "status", "says"), BAD)
def test_what_is_refused(target, path, body, status, says):
    answer = post(target, path, body)
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["error"] and says in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/models/nowhere", 404),
        ("GET", "/v1/models/plain/versions/7", 404),
        ("GET", "/v1/models/nowhere/metadata", 404),
        ("GET", "/v1/models/plain/versions/7/metadata", 404),
        ("GET", "/v1/models/plain:predict", 400),
        ("GET", "/v1/models", 400),
        ("GET", "/v1/else", 400),
        ("PUT", "/v1/models/plain:predict", 400),
        ("POST", "/v1/models/plain", 400),
    ],
)
def test_what_is_not_there(target, method, path, status):
    answer = requests.request(method, target.url + path, timeout=60)
    assert answer.status_code == status and answer.json()["error"]


# gRPC.


def asked(model="labelled", signature="", version=None, by=None, **inputs):
    request = predict_pb2.PredictRequest()
    request.model_spec.name, request.model_spec.signature_name = model, signature
    if version:
        request.model_spec.version.value = version
    if by:
        request.model_spec.version_label = by
    for name, values in inputs.items():
        request.inputs[name].CopyFrom(tf.make_tensor_proto(values))
    return request


@pytest.mark.parametrize(("chosen", "version"), [({}, 2), ({"version": 1}, 1), ({"by": "canary"}, 2)])
def test_grpc_predict(target, chosen, version):
    answer = target.predictions.Predict(asked(seed=SEEDS, label=LABELS, **chosen), 60)
    assert (answer.model_spec.name, answer.model_spec.version.value) == ("labelled", version)
    assert answer.model_spec.signature_name == "serving_default"
    images = tf.make_ndarray(answer.outputs["images"])
    assert images.dtype == np.float32 and list(answer.outputs) == ["images"]
    np.testing.assert_allclose(images, target.expected[f"labelled_{version}"], **TOLERANCE)


def test_grpc_metadata_and_status(target):
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    request.model_spec.name = "plain"
    answer = target.predictions.GetModelMetadata(request, 60)
    signatures = get_model_metadata_pb2.SignatureDefMap()
    assert answer.metadata["signature_def"].Unpack(signatures) and answer.model_spec.version.value == 1
    assert signatures.signature_def["png"].outputs["png_bytes"].dtype == tf.string.as_datatype_enum
    request = get_model_status_pb2.GetModelStatusRequest()
    request.model_spec.name = "labelled"
    states = target.service.GetModelStatus(request, 60).model_version_status
    assert [(one.version, one.state, one.status.error_code) for one in states] == [(2, 30, 0), (1, 30, 0)]


WRONG = [
    (asked("nowhere", seed=SEEDS), "NOT_FOUND"),
    (asked("plain", version=7, seed=SEEDS), "NOT_FOUND"),
    (asked("plain", by="none", seed=SEEDS), "INVALID_ARGUMENT"),
    (asked("plain", signature="none", seed=SEEDS), "INVALID_ARGUMENT"),
    (asked("plain"), "INVALID_ARGUMENT"),
    (asked("plain", z=SEEDS), "INVALID_ARGUMENT"),
    (asked("plain", seed=SEEDS, label=LABELS), "INVALID_ARGUMENT"),
    (asked("plain", seed=np.float32([1])), "INVALID_ARGUMENT"),
    (asked("plain", seed=[["a"]]), "INVALID_ARGUMENT"),
    (asked("plain", seed=SEEDS[:0]), "INVALID_ARGUMENT"),
    (asked("plain", signature="from_latent", z=np.zeros([1, 5], "float32")), "INVALID_ARGUMENT"),
    (asked("plain", signature="from_latent", z=np.full([1, 6], np.nan, "float32")), "INVALID_ARGUMENT"),
    (asked("plain", signature="sample_truncated", seed=SEEDS[:1], truncation=np.float32([-1])), "INVALID_ARGUMENT"),
]


@pytest.mark.parametrize(("request_", "code"), WRONG)
def test_grpc_codes(target, request_, code):
    with pytest.raises(grpc.RpcError) as error:
        target.predictions.Predict(request_, 60)
    assert error.value.code().name == code and error.value.details()


def test_grpc_filters_outputs(target):
    request = asked("plain", seed=SEEDS)
    request.output_filter.append("images")
    assert list(target.predictions.Predict(request, 60).outputs) == ["images"]
    request.output_filter.append("none")
    with pytest.raises(grpc.RpcError, match="output tensor alias not found in signature: none"):
        target.predictions.Predict(request, 60)


def test_warmup_requests_can_be_replayed(target):
    path = target.models / "labelled" / "2" / "assets.extra" / warmup.FILE
    sizes = []
    for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
        request = prediction_log_pb2.PredictionLog.FromString(record).predict_log.request
        request.model_spec.name = "labelled"
        (output,) = target.predictions.Predict(request, 60).outputs.values()
        sizes.append(output.tensor_shape.dim[0].size)
    assert sizes == [*BATCH_SIZES] * 5


# Our client.


@pytest.mark.parametrize("scheme", ["http", "grpc"])
def test_the_client_gives_what_sample_gives(target, scheme):
    base = target.url if scheme == "http" else f"grpc://{target.grpc}"
    with export.Client(f"{base}/labelled", version_label="stable") as client:
        images = np.concatenate([client.sample(1, int(s), int(y)) for s, y in zip(SEEDS, LABELS, strict=True)])
        np.testing.assert_allclose(images, target.expected["labelled_1"], **TOLERANCE)
        with pytest.raises(ValueError, match="label must lie in 0 to 9"):
            client.sample(2, label=10)
    with export.Client(f"{base}/plain") as client:
        many = client.sample(130)
        assert many.shape == (130, 32, 32, 3) and many.dtype == np.float32
        np.testing.assert_allclose(many[:3], target.expected["plain_1"][:3], **TOLERANCE)
        np.testing.assert_allclose(client.sample(2, seed=128), many[128:], **TOLERANCE)
        np.testing.assert_allclose(
            client.sample(2, truncation=0.0)[0], client.sample(2, 9, truncation=0.0)[1], **TOLERANCE
        )
        assert client.png(2)[1].startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="Servable not found"):
        export.Client(f"{base}/nowhere").sample(1)
