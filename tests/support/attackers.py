"""What is done to a server by those who mean it ill: on 127.0.0.1, bounded in time."""

import socket
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import grpc
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2

PREDICT = "/tensorflow.serving.PredictionService/Predict"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def address(where):
    """(host, port) of a URL, or of host:port."""
    parts = urlsplit(where if "//" in where else f"//{where}")
    return parts.hostname, parts.port


@contextmanager
def connections(where, count, first=b""):
    """So many sockets, each of which has sent `first`."""
    made = []
    try:
        for _ in range(count):
            one = socket.create_connection(address(where), timeout=10)
            made.append(one)
            if first:
                one.sendall(first)
        yield made
    finally:
        for one in made:
            one.close()


def drip(sockets, byte, until, pause=1.0):
    """Each socket sends a byte in each pause, as long as it is open; -> how many the server has closed."""
    left = list(sockets)
    while time.monotonic() < until and left:
        for one in list(left):
            try:
                one.sendall(byte)
            except OSError:
                left.remove(one)
        time.sleep(min(pause, max(0.0, until - time.monotonic())))
    return len(sockets) - len(left)


def flood(where, start, piece, most):
    """Sends `start`, then `piece` again and again until the server ends the connection; -> (bytes sent, its answer).
    Bounded by `most` bytes."""
    with socket.create_connection(address(where), timeout=20) as one:
        sent = 0
        try:
            one.sendall(start)
            while sent < most:
                one.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
        try:
            return sent, one.recv(4096)
        except OSError:  # a reset: it has closed without reading on
            return sent, b""


def head(path, *headers, method="POST"):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    return "\r\n".join(lines).encode()


def expanding(model, names, sizes, dtype=tf.int64):
    """A PredictRequest whose inputs of one number each claim to have these sizes."""
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model
    for name in names:
        tensor = request.inputs[name]
        tensor.dtype = dtype.as_datatype_enum
        tensor.int64_val.append(1)
        for size in sizes:
            tensor.tensor_shape.dim.add(size=size)
    return request


def call(channel, request, timeout=30):
    """-> (grpc's code, its sentence) of a request that must be refused, or of an answer."""
    method = channel.unary_unary(PREDICT, request_serializer=lambda one: one.SerializeToString())
    try:
        method(request, timeout=timeout)
    except grpc.RpcError as error:
        return error.code().name, error.details()
    return "OK", ""


def stalled(channel, count, timeout):
    """Calls whose message never comes; -> the calls."""
    method = channel.stream_unary(PREDICT)

    def nothing():
        time.sleep(timeout)
        return
        yield

    return [method.future(nothing(), timeout=timeout) for _ in range(count)]
