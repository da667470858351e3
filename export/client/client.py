"""Samples from a server, ours or TF Serving: `Client("http://127.0.0.1:8501/dcgan.mnist").sample(16, seed=0)`.

Imports neither TensorFlow nor the rest of the library. REST needs the standard library and NumPy alone, gRPC also
grpcio and protobuf.
"""

import random
import time
from urllib.parse import unquote, urlsplit

import numpy as np

from export.client.answers import Busy, png_files, rows_of, understood
from export.client.over_grpc import Grpc
from export.client.over_http import Rest

BATCH = 64  # rows of one request
FIRST_WAIT = 0.1  # seconds before the second attempt; doubled each time, and drawn between half of it and all
LONGEST_WAIT = 10.0  # seconds before another attempt, whatever the server asks for
HEAD = 1 << 16  # bytes of an answer beside its rows


class Client:
    """A model on a server.

    url: http://HOST:PORT/MODEL, https://, grpc:// or grpcs:// (TLS). version: a number; version_label: a label such as
    "stable"; neither: the latest. token: sent as `Authorization: Bearer`. certificate: a PEM file of whom to trust,
    instead of the system's. timeout: seconds for one attempt, from connecting to the last byte of the answer. retries:
    how often a server that is busy, restarting or out of reach (503, UNAVAILABLE, a broken connection) is asked again:
    predictions have no effects, so this is safe. row_bytes: the most that one image may take in an answer; the default
    of 4 MB is one of 256 x 256 x 3 in JSON.

    Methods raise ValueError with the server's sentence for what it refuses, PermissionError for a token that it does
    not take, TimeoutError and ConnectionError when the attempts are used up, and ConnectionError for answers that are
    too large, or not what was asked for. Threads may share a client.
    """

    def __init__(
        self, url, *, version=None, version_label=None, token=None, certificate=None, timeout=30.0, retries=4,
        row_bytes=4 << 20,
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
        self.row_bytes = row_bytes
        if parts.scheme.startswith("grpc"):
            self.transport = Grpc(parts, token, certificate, timeout, HEAD + BATCH * row_bytes)
        else:
            self.transport = Rest(parts, token, certificate, timeout)

    def sample(self, n, seed=0, label=None, truncation=1.0):
        """The images of seeds seed, seed + 1, ..., seed + n - 1, as `zoo.load(MODEL).sample(...)`: float32
        [n, h, w, c] in [-1, 1], or points [n, d], to 1e-5.

        label: for conditional models one class for all, or n of them. truncation: z is multiplied by it.
        """
        more = {} if truncation == 1.0 else {"truncation": np.full(n, truncation, "float32")}
        signature = "sample" if truncation == 1.0 else "sample_truncated"
        parts = list(self.batches(signature, {**numbered(n, seed, label), **more}, rows_of))
        with understood(self.transport.where):
            return np.concatenate(parts)

    def png(self, n, seed=0, label=None):
        """The same images as n PNG files, bytes each."""
        return [file for files in self.batches("png", numbered(n, seed, label), png_files) for file in files]

    def translate(self, images, seed=0, to=None):
        """Images made from inputs, as `zoo.load(MODEL).translate(...)`: float32 [n, h, w, c] in [-1, 1], to
        1e-5 (of a CycleGAN, whose normalisation magnifies rounding, to 1e-3).

        images: [n, h, w, c] of the model's size, uint8 or floats in [-1, 1]. seed: of what dropout drops. to: of a
        CycleGAN, which has no dropout, the domain that comes out, "a" or "b"; None is its "b".
        """
        images = np.asarray(images)
        if images.ndim != 4 or not len(images):
            raise ValueError(f"Images to translate are [n, h, w, c], at least one; got {list(images.shape)}.")
        if to not in (None, "a", "b"):
            raise ValueError(f'to is "a" or "b", of a CycleGAN, or None; got {to!r}.')
        floats = images.astype("float32")
        inputs = {"input": floats / 127.5 - 1 if images.dtype == np.uint8 else floats}
        if to is None:
            inputs["seed"] = np.arange(seed, seed + len(images), dtype="int64")
        signature = "translate_seeded" if to is None else f"translate_{to}"
        parts = list(self.batches(signature, inputs, rows_of))
        with understood(self.transport.where):
            return np.concatenate(parts)

    def batches(self, signature, inputs, checked):
        """What `checked` makes of the answers to at most BATCH rows each."""
        n = len(next(iter(inputs.values())))
        for start in range(0, n, BATCH):
            given = {name: rows[start : start + BATCH] for name, rows in inputs.items()}
            found = self.predict(signature, given)
            with understood(self.transport.where):
                yield checked(found, min(n - start, BATCH))

    def predict(self, signature, inputs):
        """{output: array} of a signature's inputs, {input: array}."""
        inputs = {name: np.asarray(array) for name, array in inputs.items()}
        rows = max((len(array) for array in inputs.values() if array.ndim), default=1)
        most = HEAD + max(rows, 1) * self.row_bytes
        wait = FIRST_WAIT
        for left in range(self.retries, -1, -1):
            try:
                return self.transport.predict(
                    self.model, self.version, self.version_label, signature, inputs, most
                )  # fmt: skip
            except Busy as busy:
                if not left:
                    raise busy.error from busy.__cause__
                time.sleep(min(max(busy.wait, wait * random.uniform(0.5, 1.0)), LONGEST_WAIT))
                wait *= 2

    def close(self):
        self.transport.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def numbered(n, seed, label):
    """{input: n rows} of seeds and labels. Raises ValueError with one sentence."""
    if n < 1:
        raise ValueError(f"At least one image must be asked for; got n={n}.")
    inputs = {"seed": np.arange(seed, seed + n, dtype="int64")}
    if label is not None:
        label = np.asarray(label)
        if label.ndim > 1 or (label.ndim == 1 and len(label) != n) or not np.issubdtype(label.dtype, np.integer):
            raise ValueError(f"label must be a class, or {n} classes, as integers; got {label!r}.")
        inputs["label"] = np.broadcast_to(label, n).astype("int32")
    return inputs
