"""What `keras-gan serve` does beside and beyond TF Serving: limits, tokens, versions that come and go, its pages."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import conformance_models
import grpc
import malformed
import numpy as np
import pytest
import requests
import servers
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as some
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

import export
from export.server.limits import Limits
from export.server.models import Served, find, read_config
from export.server.running import Options, run, warning
from keras_gan.cli.app import main

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


# Versions that come and go.


def test_a_new_version_takes_over_and_the_old_one_finishes(serving_models, tmp_path):
    base = tmp_path / "labelled"
    shutil.copytree(serving_models / "labelled" / "1", base / "1")
    body = {"instances": [{"seed": 1, "label": 2}]}
    with servers.threads([Served("labelled", base)]) as (url, _, models):
        before = servers.post(url, "labelled", body).json()
        old = models.models["labelled"].versions[1]
        with models.lease("labelled"):
            shutil.copytree(serving_models / "labelled" / "2", base / ".2")
            (base / "tmp2").mkdir()
            models.refresh()
            assert list(models.models["labelled"].versions) == [1]  # hidden names and other words are no versions
            os.rename(base / ".2", base / "2")
            models.refresh()
            after = servers.post(url, "labelled", body).json()
            assert after != before
            states = [
                one["state"]
                for one in requests.get(f"{url}/v1/models/labelled", timeout=60).json()["model_version_status"]
            ]
            assert states == ["AVAILABLE", "UNLOADING"]
            assert servers.post(url, "labelled/versions/1", body).status_code == 404
            time.sleep(0.2)
            assert old.signatures  # it is still leased
        servers.until(lambda: old.state == 50)
        assert not old.signatures
        shutil.rmtree(base / "2")  # back to the old one
        models.refresh()
        assert servers.post(url, "labelled", body).json() == before
        shutil.rmtree(base)  # the last one stays
        models.refresh()
        assert servers.post(url, "labelled", body).json() == before


def test_a_version_that_is_being_copied_is_tried_again_when_it_is_whole(serving_models, tmp_path):
    source, base = serving_models / "plain" / "1", tmp_path / "plain"
    shutil.copytree(source, base / "1")
    with servers.threads([Served("plain", base)]) as (url, _, models):
        (base / "2").mkdir()
        shutil.copy(source / "saved_model.pb", base / "2")
        models.refresh()
        failed = models.models["plain"].versions[2]
        assert failed.state == 50 and failed.error
        status = requests.get(f"{url}/v1/models/plain/versions/2", timeout=60).json()["model_version_status"][0]
        assert (
            status["state"] == "END"
            and status["status"]["error_code"] == "UNKNOWN"
            and status["status"]["error_message"]
        )
        models.refresh()
        assert models.models["plain"].versions[2] is failed  # not again: nothing has changed
        assert servers.post(url, "plain", GOOD).status_code == 200
        shutil.copytree(source / "variables", base / "2" / "variables")
        models.refresh()
        assert list(models.models["plain"].available()) == [2]


def test_labels_move_and_models_come_with_the_configuration(serving_models, tmp_path):
    config = tmp_path / "models.config"
    text = conformance_models.CONFIG.format(root=serving_models)
    config.write_text(text)
    body = {"instances": [{"seed": 1, "label": 2}]}
    with servers.threads(read_config(config), config=config) as (url, _, models):
        stable, canary = (servers.post(url, f"labelled/labels/{label}", body).json() for label in ("stable", "canary"))
        assert stable != canary
        config.write_text(
            text.replace('"stable" value: 1', '"stable" value: 2').replace('"plain" base', '"other" base')
        )
        os.utime(config, ns=(1, 1))
        models.refresh()
        assert servers.post(url, "labelled/labels/stable", body).json() == canary
        assert servers.post(url, "other", GOOD).status_code == 200
        servers.until(lambda: servers.post(url, "plain", GOOD).status_code == 404)
        config.write_text("not { a configuration")
        models.refresh()
        assert servers.post(url, "other", GOOD).status_code == 200


def test_no_request_fails_while_versions_are_swapped(serving_models, tmp_path):
    base = tmp_path / "plain"
    shutil.copytree(serving_models / "plain" / "1", base / "1")
    expected = np.load(serving_models / "expected.npz")["plain_1"][:1]
    with servers.threads([Served("plain", base)]) as (url, address, models):
        done = threading.Event()

        def ask(base):
            count = 0
            with export.Client(f"{base}/plain", retries=0) as client:
                while not done.is_set():
                    np.testing.assert_allclose(client.sample(1), expected, rtol=0, atol=1e-5)
                    count += 1
            return count

        with ThreadPoolExecutor(4) as pool:
            counts = [pool.submit(ask, base) for base in (url, f"grpc://{address}") * 2]
            try:
                for number in range(2, 6):
                    os.rename(shutil.copytree(base / str(number - 1), base / f".{number}"), base / str(number))
                    models.refresh()
                    shutil.rmtree(base / str(number - 1))
            finally:
                done.set()
            assert all(count.result(60) > 0 for count in counts)
        assert list(models.models["plain"].available()) == [5]


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


# The process.


def test_a_pretrained_name_and_a_run_in_their_own_process(tmp_path):
    """One process: cold start, the images of zoo.load, a checkpoint that becomes the next version, SIGTERM."""
    import zoo

    _, folder = zoo.train("gan.gaussian1d", tmp_path / "run", steps=3, verbose=0)
    server = servers.Process("dcgan.mnist", f"mine={folder}", "--poll", "0.2", "--log-requests")
    try:
        images = export.Client(f"{server.url}/dcgan.mnist").sample(3, seed=7)
        np.testing.assert_allclose(images, zoo.load("dcgan.mnist").sample(3, seed=7), rtol=0, atol=1e-5)
        mine = export.Client(f"{server.url}/mine")
        np.testing.assert_allclose(mine.sample(4), zoo.load(folder).sample(4), rtol=0, atol=1e-5)
        model, _ = zoo.train("gan.gaussian1d", folder, steps=6, resume=True, verbose=0)
        later = model.sample(4)
        servers.until(lambda: np.allclose(mine.sample(4), later, rtol=0, atol=1e-5), 120)
        many = threading.Thread(target=lambda: answers.append(servers.post(server.url, "dcgan.mnist", big)))
        answers, big = [], {"signature_name": "png", "instances": list(range(1024))}
        many.start()
        servers.until(lambda: answers or 'model="dcgan.mnist"} 0.0' not in waiting(server))
        assert server.stop() == 0
        many.join(60)
        assert answers[0].status_code == 200 and len(answers[0].json()["predictions"]) == 1024
    finally:
        server.kill()
    events = [line["event"] for line in server.events()]
    assert "stopping" in events and events[-1] == "stopped"
    assert {"version available", "listening", "request", "version unloaded"} <= set(events)
    assert not list(Path("/tmp").glob(f"keras_gan_serve_*/{folder.name}"))


def waiting(server):
    text = requests.get(server.url + "/metrics", timeout=60).text
    return "\n".join(line for line in text.splitlines() if line.startswith("keras_gan_waiting_rows"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--config"),
        (("dcgan.mist",), "dcgan.mnist"),
        (("gan.tfd",), "no weights"),
        (("a/b=dcgan.mnist",), "neither / nor :"),
        (("--config", "nowhere.config"), "nowhere.config"),
        (("dcgan.mnist", "--host", "192.0.2.1"), "192.0.2.1:8501 cannot be listened on"),
        (("dcgan.mnist", "--key", "nowhere"), "go together"),
        (("dcgan.mnist", "--key", "nowhere", "--certificate", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(arguments, says, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["keras-gan", "serve", *arguments])
    if "--host" not in arguments:
        sys.argv += ["--port", "0"]
    with pytest.raises(SystemExit) as ended:
        main()
    said = capfd.readouterr().err
    assert ended.value.code == 1 and said.startswith("keras-gan: ") and says in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_and_two_of_one_name(tmp_path, serving_models):
    with pytest.raises(ValueError, match="neither a run nor a preset"):
        run([str(tmp_path)], Options(port=0))
    with pytest.raises(ValueError, match="Two models are called plain"):
        run([str(serving_models / "plain"), f"plain={serving_models / 'labelled'}"], Options(port=0))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="choose another --port"):
            run([str(serving_models / "plain")], Options(port=taken.getsockname()[1]))


def test_a_single_version_is_served_by_its_model_s_name(serving_models, tmp_path):
    one = find(str(serving_models / "labelled" / "2"), tmp_path)
    assert one.name == "labelled" and list(one.wanted()) == [2]


def test_configuration_policies(tmp_path):
    config = tmp_path / "models.config"
    config.write_text(
        'model_config_list { config { name: "a" base_path: "a" '
        "model_version_policy { specific { versions: 3 versions: 1 } } }"
        ' config { name: "b" base_path: "/b" model_version_policy { latest { num_versions: 2 } } } }'
    )
    one, two = read_config(config)
    assert (one.base, one.versions, two.base, two.versions) == (tmp_path / "a", [3, 1], Path("/b"), 2)
    config.write_text('model_config_list { config { name: "a/b" base_path: "a" } }')
    with pytest.raises(ValueError, match="name that fits URLs"):
        read_config(config)


def test_outside_of_this_machine_there_is_a_warning():
    assert warning(Options(), None) is None
    open_to_all = Options(host="0.0.0.0")  # noqa: S104
    assert "Without --token and --certificate any of them can use it" in warning(open_to_all, None)
    assert warning(Options(host="10.0.0.1", token="secret"), "credentials").endswith("this server.")  # noqa: S106
