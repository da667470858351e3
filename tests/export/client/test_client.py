"""The client where servers misbehave: a server of a few lines answers as it is told."""

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2

import export
from export.client import wire

FINE = 200, {"outputs": [[0.5, -1.0]]}
ROOT = Path(__file__).parents[3]


@pytest.fixture
def answering():
    """A function of answers, (status, content[, headers]) each or a number of seconds to say nothing -> (url, the
    requests so far)."""
    running = []

    def start(*answers):
        left, asked = list(answers), []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                content = self.rfile.read(int(self.headers["Content-Length"]))
                asked.append((self.path, json.loads(content), dict(self.headers)))
                answer = left.pop(0)
                if isinstance(answer, float):
                    time.sleep(answer)
                    self.close_connection = True
                    return
                status, content, *headers = answer
                body = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                for header in headers:
                    self.send_header(*header)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", asked

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_it_asks_for_what_the_caller_wants(answering):
    url, asked = answering(*[FINE] * 3)
    client = export.Client(f"{url}/a%20model", version=3, token="secret")  # noqa: S106
    np.testing.assert_array_equal(client.sample(1, seed=2**40), np.float32([[0.5, -1]]))
    client.sample(1, label=7)
    export.Client(f"{url}/m", version_label="stable").sample(1, truncation=0.5)
    path, content, headers = asked[0]
    assert path == "/v1/models/a%20model/versions/3:predict" and headers["Authorization"] == "Bearer secret"
    assert content == {"signature_name": "sample", "inputs": {"seed": [2**40]}}
    assert asked[1][1]["inputs"] == {"seed": [0], "label": [7]}
    assert asked[2][0] == "/v1/models/m/labels/stable:predict"
    assert asked[2][1] == {"signature_name": "sample_truncated", "inputs": {"seed": [0], "truncation": [0.5]}}


def test_it_asks_again_while_the_server_is_busy(answering):
    busy = 503, {"error": "full"}
    url, asked = answering(busy, busy, FINE, (*busy, ("Retry-After", "1")), FINE)
    client = export.Client(f"{url}/m")
    assert client.sample(1).shape == (1, 2) and len(asked) == 3
    began = time.monotonic()
    client.sample(1)
    assert time.monotonic() - began >= 1.0


def test_it_gives_up_after_its_retries(answering):
    url, asked = answering(*[(503, {"error": "full"})] * 3)
    with pytest.raises(ConnectionError, match="The server is busy: full"):
        export.Client(f"{url}/m", retries=2).sample(1)
    assert len(asked) == 3


def test_a_broken_connection_and_silence_are_tried_again(answering):
    url, asked = answering(0.0, FINE, 5.0, FINE)
    client = export.Client(f"{url}/m", timeout=0.5)
    client.sample(1)
    client.sample(1)
    assert len(asked) == 4
    url, _ = answering(5.0)
    with pytest.raises(TimeoutError, match=r"did not answer within 0\.3 seconds"):
        export.Client(f"{url}/m", timeout=0.3, retries=0).sample(1)


@pytest.mark.parametrize("scheme", ["http", "grpc"])
def test_nobody_there(scheme):
    with pytest.raises(ConnectionError, match="cannot be reached"):
        export.Client(f"{scheme}://127.0.0.1:1/m", retries=1).sample(1)


@pytest.mark.parametrize(
    ("status", "content", "error", "says"),
    [
        (400, {"error": "label must lie in 0 to 9."}, ValueError, "m: label must lie in 0 to 9"),
        (404, {"error": "Servable not found"}, ValueError, "Servable not found"),
        (401, {"error": "no token"}, PermissionError, "no token"),
        (504, {"error": "too late"}, TimeoutError, "too late"),
        (500, {"error": "fault"}, ConnectionError, "answers 500: fault"),
        (502, b"<html>Bad Gateway", ConnectionError, "answers 502: <html>Bad Gateway"),
    ],
)
def test_refusals_are_not_tried_again(answering, status, content, error, says):
    url, asked = answering((status, content))
    with pytest.raises(error, match=says):
        export.Client(f"{url}/m").sample(1)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("127.0.0.1:8501", {}),
        ("http://127.0.0.1:8501", {}),
        ("http://127.0.0.1:8501/v1/models/m", {}),
        ("ftp://127.0.0.1/m", {}),
        ("http://127.0.0.1/m", {"version": 1, "version_label": "stable"}),
        ("http://127.0.0.1/m", {"token": "ö"}),
        ("http://127.0.0.1/m", {"token": "a\nb"}),
    ],
)
def test_what_makes_no_client(url, options):
    with pytest.raises(ValueError, match=r"http://|not both|ASCII"):
        export.Client(url, **options)


def test_bad_arguments_never_reach_the_server():
    client = export.Client("http://127.0.0.1:1/m")
    with pytest.raises(ValueError, match="n=0"):
        client.sample(0)
    for label in ([1, 2], 1.5, "seven"):
        with pytest.raises(ValueError, match="label must be a class, or 3 classes"):
            client.sample(3, label=label)


def test_the_client_needs_neither_tensorflow_nor_the_library():
    program = """
import sys, export
rest, grpc = export.Client("http://127.0.0.1:1/m", retries=0), export.Client("grpc://127.0.0.1:1/m", retries=0)
for client in (rest, grpc):
    try: client.sample(1)
    except ConnectionError: pass
print(*sorted(set(sys.modules) & {"tensorflow", "keras", "keras_gan", "zoo", "tensorflow_serving"}))
"""
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_its_messages_are_the_official_ones():
    inputs = {"seed": np.array([1, -2]), "label": np.int32([3, 4]), "z": np.float32([[0.5], [1]])}
    official = predict_pb2.PredictRequest.FromString(wire.request("m", "s", inputs, version=0))
    assert (official.model_spec.name, official.model_spec.signature_name) == ("m", "s")
    assert official.model_spec.HasField("version") and official.model_spec.version.value == 0
    for name, array in inputs.items():
        made = tf.make_ndarray(official.inputs[name])
        assert made.dtype == array.dtype
        np.testing.assert_array_equal(made, array)
    labelled = predict_pb2.PredictRequest.FromString(wire.request("m", "s", {}, label="stable"))
    assert labelled.model_spec.version_label == "stable" and not labelled.model_spec.HasField("version")


def test_it_reads_every_form_of_a_tensor():
    x = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")
    answer = predict_pb2.PredictResponse()
    answer.outputs["content"].CopyFrom(tf.make_tensor_proto(x))
    answer.outputs["bytes"].CopyFrom(tf.make_tensor_proto([b"a", b"\xff"]))
    for name, values in (("values", x.ravel()), ("shortened", [1, 2])):  # TF Serving's form
        tensor = answer.outputs[name]
        tensor.dtype, tensor.float_val[:] = tf.float32.as_datatype_enum, values
        for size in x.shape:
            tensor.tensor_shape.dim.add(size=size)
    read = wire.outputs(answer.SerializeToString(), 1 << 20)
    np.testing.assert_array_equal(read["content"], x)
    np.testing.assert_array_equal(read["values"], x)
    np.testing.assert_array_equal(read["shortened"], [[1, 2, 2], [2, 2, 2]])
    assert list(read["bytes"]) == [b"a", b"\xff"]
    answer.outputs["content"].dtype = tf.float64.as_datatype_enum
    with pytest.raises(ValueError, match="content is of type 2"):
        wire.outputs(answer.SerializeToString(), 1 << 20)
