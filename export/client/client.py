"""Samples from a server, ours or TF Serving: `Client("http://127.0.0.1:8501/dcgan.mnist").sample(16, seed=0)`.

Imports neither TensorFlow nor the rest of the library. REST needs the standard library and NumPy alone, gRPC also
grpcio and protobuf.
"""

import base64
import json
import random
import ssl
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import numpy as np

BATCH = 64  # rows of one request
FIRST_WAIT = 0.1  # seconds before the second attempt; doubled each time, and drawn between half of it and all


class Client:
    """A model on a server.

    url: http://HOST:PORT/MODEL, https://, grpc:// or grpcs:// (TLS). version: a number; version_label: a label such as
    "stable"; neither: the latest. token: sent as `Authorization: Bearer`. certificate: a PEM file of whom to trust,
    instead of the system's. timeout: seconds for one attempt. retries: how often a server that is busy, restarting or
    out of reach (503, UNAVAILABLE, a broken connection) is asked again: predictions have no effects, so this is safe.

    Methods raise ValueError with the server's sentence for what it refuses, PermissionError for a token that it does
    not take, TimeoutError and ConnectionError when the attempts are used up. Threads may share a client.
    """

    def __init__(
        self, url, *, version=None, version_label=None, token=None, certificate=None, timeout=30.0, retries=4
    ):  # fmt: skip
        parts = urlsplit(url)
        model = unquote(parts.path.strip("/"))
        if parts.scheme not in ("http", "https", "grpc", "grpcs") or not parts.hostname or not model or "/" in model:
            raise ValueError(
                f"{url!r} must be http://HOST:PORT/MODEL or grpc://HOST:PORT/MODEL, such as "
                "http://127.0.0.1:8501/dcgan.mnist."
            )
        if version is not None and version_label is not None:
            raise ValueError("Give a version or a version_label, not both.")
        if token is not None and not (token.isascii() and token.isprintable()):
            raise ValueError("A token is printable ASCII: it is sent in a header.")
        self.model, self.version, self.version_label = model, version, version_label
        self.retries = retries
        transport = Grpc if parts.scheme.startswith("grpc") else Rest
        self.transport = transport(parts, token, certificate, timeout)

    def sample(self, n, seed=0, label=None, truncation=1.0):
        """The images of seeds seed, seed + 1, ..., seed + n - 1, as `zoo.load(MODEL).sample(...)`: float32
        [n, h, w, c] in [-1, 1], or points [n, d], to 1e-5.

        label: for conditional models one class for all, or n of them. truncation: z is multiplied by it.
        """
        if n < 1:
            raise ValueError(f"At least one image must be asked for; got n={n}.")
        seeds = np.arange(seed, seed + n, dtype="int64")
        inputs = {"seed": seeds}
        if label is not None:
            label = np.asarray(label)
            if label.ndim > 1 or (label.ndim == 1 and len(label) != n) or not np.issubdtype(label.dtype, np.integer):
                raise ValueError(f"label must be a class, or {n} classes, as integers; got {label!r}.")
            inputs["label"] = np.broadcast_to(label, n).astype("int32")
        if truncation != 1.0:
            inputs["truncation"] = np.full(n, truncation, "float32")
        signature = "sample" if truncation == 1.0 else "sample_truncated"
        parts = []
        for start in range(0, n, BATCH):
            outputs = self.predict(signature, {name: rows[start : start + BATCH] for name, rows in inputs.items()})
            parts.append(next(iter(outputs.values())))
        return np.concatenate(parts)

    def png(self, n, seed=0, label=None):
        """The same images as n PNG files, bytes each."""
        inputs = {"seed": np.arange(seed, seed + n, dtype="int64")}
        if label is not None:
            inputs["label"] = np.broadcast_to(np.asarray(label), n).astype("int32")
        return list(self.predict("png", inputs)["png_bytes"])

    def predict(self, signature, inputs):
        """{output: array} of a signature's inputs, {input: array}."""
        inputs = {name: np.asarray(array) for name, array in inputs.items()}

        def attempt():
            return self.transport.predict(self.model, self.version, self.version_label, signature, inputs)

        wait = FIRST_WAIT
        for left in range(self.retries, -1, -1):
            try:
                return attempt()
            except Busy as busy:
                if not left:
                    raise busy.error from busy.__cause__
                time.sleep(max(busy.wait, wait * random.uniform(0.5, 1.0)))
                wait *= 2

    def close(self):
        self.transport.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Busy(Exception):
    """Another attempt may succeed, after at least `wait` seconds; if there is none, `error` is what the caller sees."""

    def __init__(self, error, wait=0.0):
        super().__init__(str(error))
        self.error = error
        self.wait = wait


class Rest:
    """TF Serving's REST interface; a connection per thread, kept open."""

    def __init__(self, parts, token, certificate, timeout):
        self.address = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        self.context = ssl.create_default_context(cafile=certificate) if parts.scheme == "https" else None
        self.timeout = timeout
        self.headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.own = threading.local()
        self.connections = set()

    def predict(self, model, version, label, signature, inputs):
        path = f"/v1/models/{quote(model, safe='')}"
        if version is not None:
            path += f"/versions/{version}"
        if label is not None:
            path += f"/labels/{quote(label, safe='')}"
        body = dumps({"signature_name": signature, "inputs": {name: array.tolist() for name, array in inputs.items()}})
        status, wait, content = self.post(path + ":predict", body)
        try:
            content = loads(content)
        except ValueError:
            content = {"error": content[:200].decode("utf-8", "replace").strip() or "no answer"}
        if status == 200:
            return arrays(content["outputs"])
        sentence = content.get("error", "") if isinstance(content, dict) else str(content)
        if status == 503:
            raise Busy(ConnectionError(f"The server is busy: {sentence}"), wait)
        if status in (401, 403):
            raise PermissionError(f"The server refuses this token: {sentence}")
        if status in (408, 504):
            raise TimeoutError(f"The server did not answer in time: {sentence}")
        if 400 <= status < 500:
            raise ValueError(f"{model}: {sentence}")
        raise ConnectionError(f"The server answers {status}: {sentence}")

    def post(self, path, body):
        """(status, seconds to wait, content). Raises Busy where the connection breaks."""
        connection = getattr(self.own, "connection", None)
        if connection is None:
            kind = HTTPConnection if self.context is None else HTTPSConnection
            options = {} if self.context is None else {"context": self.context}
            connection = self.own.connection = kind(*self.address, timeout=self.timeout, **options)
            self.connections.add(connection)
        try:
            connection.request("POST", path, body, self.headers)
            answer = connection.getresponse()
            wait = answer.headers.get("Retry-After", "")
            return answer.status, float(wait) if wait.isdigit() else 0.0, answer.read()
        except ssl.SSLCertVerificationError as error:
            connection.close()
            raise ConnectionError(f"{self.where()} has a certificate that is not trusted: {error.reason}.") from error
        except TimeoutError as error:
            connection.close()
            raise Busy(TimeoutError(f"{self.where()} did not answer within {self.timeout:g} seconds.")) from error
        except (OSError, HTTPException) as error:
            connection.close()
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise Busy(ConnectionError(f"{self.where()} cannot be reached: {reason}.")) from error

    def where(self):
        return "{}:{}".format(*self.address)

    def close(self):
        for connection in self.connections:
            connection.close()


class Grpc:
    """TF Serving's PredictionService, spoken without its package (export.wire)."""

    def __init__(self, parts, token, certificate, timeout):
        import grpc

        self.grpc = grpc
        self.where = f"{parts.hostname}:{parts.port or 8500}"
        target = f"[{parts.hostname}]:{parts.port or 8500}" if ":" in parts.hostname else self.where
        options = [("grpc.max_receive_message_length", -1), ("grpc.enable_retries", 0)]
        if parts.scheme == "grpcs":
            roots = Path(certificate).read_bytes() if certificate else None
            self.channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(roots), options)
        else:
            self.channel = grpc.insecure_channel(target, options)
        self.timeout = timeout
        self.metadata = [("authorization", f"Bearer {token}")] if token else []
        self.call = self.channel.unary_unary("/tensorflow.serving.PredictionService/Predict")

    def predict(self, model, version, label, signature, inputs):
        from export.client import wire

        content = wire.request(model, signature, inputs, version, label)
        try:
            return wire.outputs(self.call(content, timeout=self.timeout, metadata=self.metadata))
        except self.grpc.RpcError as error:
            code, sentence = error.code().name, error.details()
            if code == "UNAVAILABLE":
                raise Busy(ConnectionError(f"{self.where} cannot be reached or is busy: {sentence}")) from error
            if code == "DEADLINE_EXCEEDED":
                waited = TimeoutError(f"{self.where} did not answer within {self.timeout:g} seconds.")
                raise Busy(waited) from error
            if code in ("UNAUTHENTICATED", "PERMISSION_DENIED"):
                raise PermissionError(f"The server refuses this token: {sentence}") from None
            if code in ("INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION", "OUT_OF_RANGE", "RESOURCE_EXHAUSTED"):
                raise ValueError(f"{model}: {sentence}") from None
            raise ConnectionError(f"{self.where} answers {code}: {sentence}") from error

    def close(self):
        self.channel.close()


def arrays(content):
    """{output: array} of TF Serving's `outputs`; a single output comes without its name."""
    if isinstance(content, dict) and set(content) != {"b64"}:
        return {name: array(value) for name, value in content.items()}
    made = array(content)
    return {"png_bytes" if made.dtype == object else "output": made}


def array(value):
    """Nested lists of numbers as float32; of {"b64": ...} as bytes."""
    first = value
    while isinstance(first, list) and first:
        first = first[0]
    if isinstance(first, dict):
        return np.array([*(base64.b64decode(one["b64"]) for one in value), None], object)[:-1]
    return np.asarray(value, "float32")


def dumps(content):
    return json.dumps(content).encode()


def loads(content):
    """JSON; by orjson where there is one, which takes two thirds of the time."""
    with suppress(ImportError):
        import orjson

        return orjson.loads(content)
    return json.loads(content)
