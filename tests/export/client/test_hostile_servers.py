"""A client that trusts nobody: servers that stall, flood, lie and talk nonsense."""

import base64
import gzip
import json
import resource
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
import numpy as np
import pytest

import export
from export.client import client as clients
from export.client import wire
from export.client.answers import PNG


@contextmanager
def saying(speak):
    """The URL of a server that reads each request and then does `speak(connection)`."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_ones = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            open_ones.append(connection)
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection):
        try:
            request = b""
            while b"\r\n\r\n" not in request or not request.rstrip().endswith(b"}"):
                request += connection.recv(1 << 16)
            speak(connection)
            connection.close()
        except OSError:
            pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/m"
    finally:
        listener.close()
        for one in open_ones:
            one.close()


def answer(content, status="200 OK", *headers):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return head.encode() + b"\r\n\r\n" + body


def sent(*pieces, pause=0.0, forever=False):
    def speak(connection):
        for piece in pieces:
            connection.sendall(piece)
        while forever:
            connection.sendall(pieces[-1])
            time.sleep(pause)

    return speak


def took(action):
    began = time.monotonic()
    action()
    return time.monotonic() - began


# Time.


@pytest.mark.parametrize(
    "pieces",
    [
        (b"H",),
        (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
        (b"HTTP/1.1 100 Continue\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"1"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n1\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
    ],
    ids=["status", "header", "continue", "body", "chunks", "body without a length"],
)
def test_a_byte_now_and_then_does_not_outlive_the_timeout(pieces):
    def speak(connection):
        for piece in pieces[:-1]:
            connection.sendall(piece)
        while True:
            connection.sendall(pieces[-1] if len(pieces[-1]) > 1 or len(pieces) > 1 else b"H")
            time.sleep(0.2)

    with saying(speak) as url:
        client = export.Client(url, timeout=1.0, retries=0)

        def ask():
            with pytest.raises((TimeoutError, ConnectionError)):
                client.sample(1)

        assert took(ask) < 2.0


def test_it_waits_no_longer_than_is_sensible_for_another_attempt(monkeypatch):
    monkeypatch.setattr(clients, "LONGEST_WAIT", 0.5)
    for wait in ("1000000000", "9" * 400, "-5", "nan", "1e9", "٣"):
        busy = answer({"error": "full"}, "503 Busy", f"Retry-After: {wait}").replace("٣".encode(), b"3")
        with saying(sent(busy)) as url:

            def ask(url=url):
                with pytest.raises(ConnectionError, match="busy"):
                    export.Client(url, retries=2).sample(1)

            assert took(ask) < 3.0


# Size.


def test_it_reads_no_more_than_an_answer_can_have():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5900000000\r\n\r\n"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    endless = b"HTTP/1.1 200 OK\r\n\r\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for start, piece in (
        (head, b"1" * (1 << 20)),
        (chunked, b"100000\r\n" + b"1" * (1 << 20) + b"\r\n"),
        (endless, b"1" * 99999),
    ):
        with saying(sent(start, piece, forever=True)) as url, pytest.raises(ConnectionError, match="more than the"):
            export.Client(url, retries=0).sample(1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_the_users_own_bound_on_an_answer_holds():
    image = {"outputs": [[0.5] * 1000]}
    with saying(sent(answer(image))) as url:
        assert export.Client(url, row_bytes=10_000).sample(1).shape == (1, 1000)
    with saying(sent(answer({"outputs": [[0.5] * 100_000]}))) as url, pytest.raises(ConnectionError, match="bytes"):
        export.Client(url, row_bytes=10_000, retries=0).sample(1)


# Content.

FILE = {"b64": base64.b64encode(PNG + b"rest").decode()}
NONSENSE = {
    "nothing": b"",
    "no JSON": b"<html>",
    "half": b'{"outputs": [[1',
    "binary": bytes(range(256)),
    "null": b"null",
    "a number": b"3",
    "a list": b"[]",
    "an empty object": b"{}",
    "an error": b'{"error": "x"}',
    "no outputs": {"outputs": None},
    "empty outputs": {"outputs": {}},
    "an empty list": {"outputs": []},
    "one row for two": {"outputs": [[1.0]]},
    "nine rows for two": {"outputs": [[1.0]] * 9},
    "a number alone": {"outputs": 1.0},
    "text": {"outputs": ["a", "b"]},
    "numbers in words": {"outputs": ["1", "2"]},
    "true": {"outputs": [True, False]},
    "nulls": {"outputs": [[None], [None]]},
    "ragged": {"outputs": [[1.0], [1.0, 2.0]]},
    "lists and numbers": {"outputs": [1.0, [1.0]]},
    "objects": {"outputs": [{"a": 1}, {"a": 2}]},
    "files": {"outputs": [FILE, FILE]},
    "bad base64": {"outputs": [{"b64": "!"}, {"b64": "!"}]},
    "base64 of numbers": {"outputs": [{"b64": 1}, {"b64": 2}]},
    "NaN": b'{"outputs": [[NaN], [1]]}',
    "infinite": b'{"outputs": [[1e39], [1]]}',
    "a huge number": b'{"outputs": [[' + b"9" * 5000 + b"], [1]]}",
    "deep": b'{"outputs": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "forty deep": b'{"outputs": ' + b"[" * 40 + b"1" + b"]" * 40 + b"}",
    "zipped": gzip.compress(b'{"outputs": [[1], [1]]}'),
    "bad UTF-8": b'{"outputs": ["\xff"]}',
    "outputs of several kinds": {"outputs": {"a": "b", "c": [[1.0], [2.0]]}},
}


@pytest.mark.parametrize("name", NONSENSE)
def test_an_answer_that_is_none_is_one_sentence(name):
    with saying(sent(answer(NONSENSE[name]))) as url, pytest.raises(ConnectionError) as error:
        export.Client(url, retries=0).sample(2)
    assert "does not answer like a server of samplers" in str(error.value) and len(str(error.value)) < 400


@pytest.mark.parametrize(
    "raw",
    [
        b"hello\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"",
        b"\r\n" * 10,
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 10_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
    ],
)
def test_what_is_no_http_is_one_sentence(raw):
    with saying(sent(raw)) as url, pytest.raises(ConnectionError) as error:
        export.Client(url, retries=0, timeout=5).sample(1)
    assert "\n" not in str(error.value) and len(str(error.value)) < 400


def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else():
    asked = []
    with saying(lambda connection: asked.append(1)) as other:
        moved = answer(b"", "302 Found", f"Location: {other}")
        with saying(sent(moved)) as url, pytest.raises(ConnectionError, match="302"):
            export.Client(url, token="secret", retries=0).sample(1)  # noqa: S106
    assert not asked


def test_a_long_refusal_is_shortened():
    with (
        saying(sent(answer({"error": "no\n" * 100_000}, "400 Bad"))) as url,
        pytest.raises(ValueError, match="^m: no no") as error,
    ):
        export.Client(url).sample(1)
    assert len(str(error.value)) < 300 and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "files", [[FILE], [FILE] * 3, [FILE, {"b64": base64.b64encode(b"GIF89a").decode()}], [1.0, 2.0]]
)
def test_png_files_are_that_and_as_many_as_were_asked_for(files):
    with saying(sent(answer({"outputs": files}))) as url, pytest.raises(ConnectionError, match="does not answer like"):
        export.Client(url, retries=0).png(2)


def test_batches_of_different_shapes_do_not_fit():
    shapes = [64, 1]

    def speak(connection):
        n = shapes.pop(0)
        connection.sendall(answer({"outputs": [[0.5] * (2 if n == 64 else 3)] * n}))

    with saying(speak) as url, pytest.raises(ConnectionError, match="does not answer like"):
        export.Client(url).sample(65)


# gRPC.


@contextmanager
def answering(content):
    """The address of a gRPC server that answers each call with these bytes."""
    handler = grpc.unary_unary_rpc_method_handler(lambda request, context: content)
    service = grpc.method_handlers_generic_handler("tensorflow.serving.PredictionService", {"Predict": handler})
    server = grpc.server(ThreadPoolExecutor(2), options=[("grpc.max_send_message_length", -1)])
    server.add_generic_rpc_handlers((service,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"grpc://127.0.0.1:{port}/m"
    finally:
        server.stop(0).wait()


def tensor(shape, dtype=1, content=b"", floats=(), strings=()):
    message = wire.Answer()
    made = message.outputs.add(key="images").value
    made.dtype, made.content = dtype, content
    made.float_val.extend(floats)
    made.string_val.extend(strings)
    for size in shape:
        made.shape.dim.add(size=size)
    return message.SerializeToString()


@pytest.mark.parametrize(
    "content",
    [
        b"\xff" * 10,
        b"",
        tensor([5 * 10**8], floats=[1.0]),
        tensor([2, -1], floats=[1.0]),
        tensor([2], dtype=99),
        tensor([2, 2], content=b"123"),
        tensor([2**62, 2**62], floats=[1.0]),
        tensor([1] * 40, floats=[1.0]),
        tensor([1, 2], floats=[1.0]),
        tensor([9, 2], floats=[1.0]),
        tensor([2], floats=[float("nan")]),
        tensor([], floats=[1.0]),
        tensor([5], dtype=7, strings=[b"a"]),
        tensor([2], dtype=7, strings=[b"a", b"b"]),
        tensor([2, 3]),
    ],
)
def test_tensors_that_are_none_are_one_sentence(content):
    with answering(content) as url, pytest.raises(ConnectionError, match="does not answer like"):
        export.Client(url, retries=0).sample(2)


def test_a_large_message_is_not_taken():
    with answering(tensor([2, 10**7], content=bytes(8 * 10**7))) as url:
        with pytest.raises((ConnectionError, ValueError)):
            export.Client(url, retries=0, row_bytes=100_000).sample(2)


def test_an_honest_answer_is_taken():
    with answering(tensor([2, 2], content=np.arange(4, dtype="<f4").tobytes())) as url:
        np.testing.assert_array_equal(export.Client(url).sample(2), [[0, 1], [2, 3]])


def test_an_answer_after_which_the_server_closes_is_read():
    for start in ("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"):
        with saying(sent(start.encode(), b'{"outputs": [[1.0, 2.0]]}')) as url:
            np.testing.assert_array_equal(export.Client(url, retries=0).sample(1), [[1.0, 2.0]])
