"""Servers for tests: a process of `keras-gan serve`, or the same parts in threads of the test's own process."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]


class Process:
    """`keras-gan serve` on free ports, ended by its id. url, grpc: where; lines: what it logs."""

    def __init__(self, *arguments, timeout=900):
        command = [sys.executable, "-m", "keras_gan", "serve", *map(str, arguments), "--port", "0", "--grpc-port", "0"]
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        self.pid = self.process.pid
        self.lines = []
        self.listening = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()
        if not self.listening.wait(timeout) or not self.facts:
            self.process.kill()
            raise RuntimeError("".join(self.lines))
        self.seconds = time.monotonic() - self.began
        self.url, self.grpc = self.facts["rest"], self.facts["grpc"]

    def read(self):
        self.facts = None
        for line in self.process.stderr:
            self.lines.append(line)
            if '"listening"' in line:
                self.facts = json.loads(line)
                self.listening.set()
        self.listening.set()  # also when it ended before

    def events(self):
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    def resident(self):
        """Its memory, bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def cpu(self):
        """Seconds that its threads have computed, as the kernel counts them."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self, seconds=60):
        """SIGTERM; -> the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@contextmanager
def threads(served, limits=None, token=None, certificate=None, key=None, config=None):
    """(url, gRPC address, Models) of a server in this process; `models.refresh()` is the caller's."""
    import uvicorn

    from export.server import rpc
    from export.server.access import Access
    from export.server.limits import Limits
    from export.server.metrics import Metrics
    from export.server.models import Models
    from export.server.rest import Application
    from export.server.room import Budget
    from export.server.running import Options, authority, http_config, listener, tls

    limits = limits or Limits()
    models = Models(served, limits, Metrics(), config)
    models.refresh()
    sock = listener("127.0.0.1", 0)
    sock.listen(1024)
    options = Options(certificate=certificate, key=key)
    access, budget = Access(token), Budget(limits.held)
    server = rpc.start(models, "127.0.0.1:0", access, budget, tls(options))
    http = uvicorn.Server(http_config(Application(models, access, budget), limits, options))
    thread = threading.Thread(target=http.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if certificate else ''}://{authority(sock)}", f"127.0.0.1:{server.port}", models
    finally:
        http.should_exit = True
        thread.join(30)
        server.stop(0).result(30)
        models.close()


def of_models(models, folder):
    """threads() over SavedModels of {name: model}, written to a folder."""
    import export
    from export.server.models import Served

    for name, model in models.items():
        export.saved_model(model, folder / name)
    return threads([Served(name, folder / name) for name in models])


def until(condition, seconds=60):
    """Waits for it; fails when it does not come about."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come about in time"
        time.sleep(0.02)


def post(url, model, body, **options):
    """POST to :predict; `body`: bytes, or what becomes JSON."""
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return requests.post(f"{url}/v1/models/{model}:predict", data=data, timeout=60, **options)
