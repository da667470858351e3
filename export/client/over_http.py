"""TF Serving's REST interface from the client's side, with the standard library: http.client."""

import io
import json
import ssl
import threading
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote

from export.client.answers import Busy, loads, outputs, quoted, understood


class Rest:
    """A connection per thread, kept open. timeout: seconds of an attempt, from connecting to the answer's last byte."""

    def __init__(self, parts, token, certificate, timeout):
        self.address = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        self.where = "{}:{}".format(*self.address)
        self.context = ssl.create_default_context(cafile=certificate) if parts.scheme == "https" else None
        self.timeout = timeout
        self.headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.own = threading.local()
        self.connections = set()

    def predict(self, model, version, label, signature, inputs, most):
        """{output: array}. most: bytes that the answer may have."""
        path = f"/v1/models/{quote(model, safe='')}"
        if version is not None:
            path += f"/versions/{version}"
        if label is not None:
            path += f"/labels/{quote(label, safe='')}"
        given = {"signature_name": signature, "inputs": {name: array.tolist() for name, array in inputs.items()}}
        status, wait, content = self.post(path + ":predict", json.dumps(given).encode(), most)
        if status == 200:
            with understood(self.where):
                return outputs(loads(content))
        sentence = said(content)
        if status == 503:
            raise Busy(ConnectionError(f"The server is busy: {sentence}"), wait)
        if status in (401, 403):
            raise PermissionError(f"The server refuses this token: {sentence}")
        if status in (408, 504):
            raise TimeoutError(f"The server did not answer in time: {sentence}")
        if 400 <= status < 500:
            raise ValueError(f"{model}: {sentence}")
        raise ConnectionError(f"The server answers {status}: {sentence}")

    def post(self, path, body, most):
        """(status, seconds to wait, content). Raises Busy where the connection breaks."""
        connection = getattr(self.own, "connection", None)
        if connection is None:
            kind = HTTPConnection if self.context is None else HTTPSConnection
            options = {} if self.context is None else {"context": self.context}
            connection = self.own.connection = kind(*self.address, timeout=self.timeout, **options)
            self.connections.add(connection)
        ends = time.monotonic() + self.timeout
        try:
            if connection.sock is None:
                connection.connect()
                connection.sock = Timed(connection.sock)
            connection.sock.ends = ends
            connection.request("POST", path, body, self.headers)
            answer = connection.getresponse()
            content = answer.read(most + 1)
            if len(content) > most:
                raise ConnectionError(f"{self.where} answers with more than the {most} bytes that this can take.")
            answer.read()  # the end of chunks
            wait = answer.headers.get("Retry-After", "")
            return answer.status, float(wait) if wait.isdecimal() and len(wait) < 10 else 0.0, content
        except ssl.SSLCertVerificationError as error:
            connection.close()
            raise ConnectionError(f"{self.where} has a certificate that is not trusted: {error.reason}.") from error
        except TimeoutError as error:
            connection.close()
            raise Busy(TimeoutError(f"{self.where} did not answer within {self.timeout:g} seconds.")) from error
        except ConnectionError as error:
            connection.close()
            if "more than" in str(error):
                raise
            raise Busy(self.unreachable(error)) from error
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            raise Busy(self.unreachable(error)) from error

    def unreachable(self, error):
        reason = getattr(error, "strerror", None) or quoted(error) or type(error).__name__
        return ConnectionError(f"{self.where} cannot be reached: {reason}.")

    def close(self):
        for connection in self.connections:
            connection.close()


class Timed:
    """A socket whose reads and writes end together at the moment `ends`: its own timeout begins anew with every byte,
    and a server that sends one now and then would never be given up."""

    def __init__(self, sock):
        self.sock = sock
        self.ends = 0.0
        self.answers = 0  # that are still read
        self.closing = False

    def arm(self):
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)
        return self.sock

    def sendall(self, data):
        self.arm().sendall(data)

    def makefile(self, mode):
        self.answers += 1
        return io.BufferedReader(Received(self), 1 << 16)

    def close(self):
        """As a socket's: an answer that is still read keeps it open."""
        self.closing = True
        if not self.answers:
            self.sock.close()

    def read_to_the_end(self):
        self.answers -= 1
        if self.closing and not self.answers:
            self.sock.close()


class Received(io.RawIOBase):
    """What comes from a Timed."""

    def __init__(self, timed):
        super().__init__()
        self.timed = timed

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.timed.arm().recv_into(buffer)

    def close(self):
        if not self.closed:
            super().close()
            self.timed.read_to_the_end()


def said(content):
    """The sentence of a refusal; the beginning of what is none."""
    try:
        content = loads(content)
    except (ValueError, RecursionError):
        return quoted(content[:800].decode("utf-8", "replace")) or "no answer"
    return quoted(content.get("error", "") if isinstance(content, dict) else content)
