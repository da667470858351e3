"""What `keras-gan serve` does beside and beyond TF Serving: limits, tokens, its pages."""

import socket
import ssl
import subprocess

import grpc
import malformed
import pytest
import requests
import servers
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as some
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

import export
from export.server.limits import Limits
from export.server.models import Served, find

GOOD = {"instances": [1]}


def served(models, name="plain"):
    return [Served(name, models / name)]


@pytest.fixture(scope="module")
def inside(serving_models):
    """(url, gRPC address, Models) of a server in this process over `plain`, with small limits and a token."""
    limits = Limits(body=100_000, rows=100, seconds=5)
    with servers.threads(served(serving_models), limits, token="open sesame") as server:  # noqa: S106
        yield server


TOKEN = {"Authorization": "Bearer open sesame"}


# Bad requests.


def check_refused(answer, name):
    assert 400 <= answer.status_code < 500, (name, answer.status_code, answer.text[:200])
    sentence = answer.json()["error"]
    assert sentence and len(sentence) <= 400, name


def test_malformed_requests_are_refused_with_a_sentence_and_leave_the_server_well(server):
    session = requests.Session()
    cases = malformed.requests()
    by_hand = len(list(malformed.by_hand("plain", 6)))
    assert len(cases) == 300 and len({name for name, _, _ in cases}) == 300
    for name, path, body in cases[:by_hand] + cases[by_hand::6]:
        check_refused(session.post(f"{server.url}/v1/models/{path}", data=body, timeout=60), name)
    before = server.resident()
    for name, path, body in cases[by_hand::6] * 3:
        check_refused(session.post(f"{server.url}/v1/models/{path}", data=body, timeout=60), name)
    assert server.resident() < 1.05 * before
    assert servers.post(server.url, "plain", GOOD).status_code == 200


PATHS = some.text(some.characters(codec="latin-1"), max_size=20) | some.sampled_from(
    [
        "plain:predict",
        "plain/versions/1:predict",
        "labelled:predict",
        "labelled/labels/stable:predict",
        "plain/metadata",
    ]
)


@settings(max_examples=40, deadline=None, database=None, derandomize=True)
@given(PATHS, some.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]), some.binary(max_size=40))
def test_no_request_is_a_fault_of_the_server(server, path, method, body):
    answer = requests.request(method, f"{server.url}/v1/models/{path}", data=body, timeout=60)
    assert answer.status_code < 500


def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so(inside):
    url, _, _ = inside
    for data in (b"1" * 100_001, iter([b"1" * 60_000] * 2)):
        answer = requests.post(f"{url}/v1/models/plain:predict", data=data, headers=TOKEN, timeout=60)
        assert answer.status_code == 413 and "100000 bytes" in answer.json()["error"]
    assert servers.post(url, "plain", {"instances": [1] * 101}, headers=TOKEN).status_code == 400
    assert servers.post(url, "plain", GOOD, headers=TOKEN).status_code == 200


def test_a_body_that_does_not_come_is_given_up(serving_models):
    limits = Limits(seconds=0.3)
    with servers.threads(served(serving_models), limits) as (url, _, _):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as one:
            one.sendall(b"POST /v1/models/plain:predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            assert one.recv(1000).startswith(b"HTTP/1.1 408")


# gRPC.


def predict(address, request, **options):
    with grpc.insecure_channel(address) as channel:
        return prediction_service_pb2_grpc.PredictionServiceStub(channel).Predict(request, 30, **options)


def test_grpc_does_not_make_large_tensors_of_small_messages(server):
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "plain"
    for sizes in ([10**12], [-1], [2**62, 2**62], [1] * 40, [1, 10**9]):
        tensor = request.inputs["seed"]
        tensor.Clear()
        tensor.dtype, tensor.int64_val[:] = tf.int64.as_datatype_enum, [1]
        for size in sizes:
            tensor.tensor_shape.dim.add(size=size)
        with pytest.raises(grpc.RpcError) as error:
            predict(server.grpc, request)
        assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    big = predict_pb2.PredictRequest()
    big.inputs["seed"].tensor_content = b"x" * (5 << 20)
    with pytest.raises(grpc.RpcError) as error:
        predict(server.grpc, big)
    assert error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


# Tokens and TLS.


def test_a_token_is_asked_for_everywhere_but_at_the_probes(inside):
    url, address, _ = inside
    for path in ("/", "/metrics", "/v1/models/plain", "/v1/models/plain/metadata"):
        assert requests.get(url + path, timeout=60).status_code == 401
        assert requests.get(url + path, headers={"Authorization": "Bearer wrong"}, timeout=60).status_code == 401
        assert requests.get(url + path, headers=TOKEN, timeout=60).status_code == 200
    assert servers.post(url, "plain", GOOD).status_code == 401
    assert requests.get(url + "/healthz", timeout=60).status_code == 200
    for base in (f"{url}/plain", f"grpc://{address}/plain"):
        assert export.Client(base, token="open sesame").sample(2).shape == (2, 32, 32, 3)  # noqa: S106
        for token in (None, "wrong"):
            with pytest.raises(PermissionError, match="bearer token"):
                export.Client(base, token=token).sample(1)


def test_tls(serving_models, tmp_path):
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split()
    command += [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        tmp_path / "key",
        "-out",
        tmp_path / "certificate",
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("openssl makes the certificate")
    files = {"certificate": tmp_path / "certificate", "key": tmp_path / "key"}
    with servers.threads(served(serving_models), **files) as (url, address, _):
        for base in (f"{url}/plain", f"grpcs://{address}/plain"):
            with export.Client(base, certificate=files["certificate"]) as client:
                assert client.sample(1).shape == (1, 32, 32, 3)
        with pytest.raises(ConnectionError, match="not trusted"):
            export.Client(f"{url}/plain").sample(1)
        with pytest.raises((ssl.SSLError, OSError)):
            requests.get(url.replace("https", "http"), timeout=60).raise_for_status()


# Pages.


def test_probes_metrics_and_the_start_page(server):
    for path, says in (("/healthz", "ok"), ("/readyz", "ready")):
        answer = requests.get(server.url + path, timeout=60)
        assert answer.status_code == 200 and answer.text.strip() == says
    servers.post(server.url, "plain", GOOD)
    servers.post(server.url, "made-up", GOOD)
    for path in ("/metrics", "/monitoring/prometheus/metrics"):
        text = requests.get(server.url + path, timeout=60).text
        assert 'keras_gan_requests_total{code="OK",model="plain",protocol="rest"}' in text
        assert 'code="NOT_FOUND",model="unknown"' in text and "made-up" not in text
        assert 'keras_gan_batch_rows_bucket{le="1.0",model="plain"}' in text
    page = requests.get(server.url, timeout=60)
    assert (
        page.headers["content-type"].startswith("text/html")
        and "default-src 'self'" in page.headers["content-security-policy"]
    )
    assert "<h2>labelled</h2>" in page.text and "canary = 2, stable = 1" in page.text and '"kind": "png"' in page.text
    assert (
        "$" not in page.text.partition("<script>")[0]
        and "http" not in page.text.replace(server.url, "").partition("<script>")[0]
    )
    missing = requests.get(server.url + "/nothing", timeout=60)
    assert missing.status_code == 404 and "/v1/models/" in missing.json()["error"]


def test_the_page_escapes_names(serving_models):
    with servers.threads([Served("<script>x", serving_models / "plain")]) as (url, _, _):
        text = requests.get(url, timeout=60).text
    assert "<script>x" not in text and "&lt;script&gt;x" in text and '"\\u003cscript>x"' in text


def test_a_foreign_saved_model_is_served(tmp_path):
    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, "x"), tf.TensorSpec([], tf.float32, "scale")])
    def scaled(x, scale):
        return {"first": x * scale, "word": tf.strings.as_string(x[:, 0], precision=1)}

    tf.saved_model.save(module, str(tmp_path / "foreign"), {"serving_default": scaled})
    with servers.threads([find(str(tmp_path / "foreign"), tmp_path)]) as (url, _, _):
        answer = servers.post(url, "foreign", {"inputs": {"x": [[1, 2], [3, 4]], "scale": 2}})
        assert answer.json() == {"outputs": {"first": [[2.0, 4.0], [6.0, 8.0]], "word": ["1.0", "3.0"]}}
        assert servers.post(url, "foreign", {"inputs": {"x": [[1, 2]], "scale": [2]}}).status_code == 400
        assert "<h2>foreign</h2>" in requests.get(url, timeout=60).text
