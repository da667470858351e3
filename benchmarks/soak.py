"""The soak of benchmarks.serving: minutes under polite clients and rude ones, while versions come and go."""

import os
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import servers

from benchmarks.load import MODEL, body
from export.client.client import Client


class Soak:
    """The clients: those that behave have every answer checked; others vanish or dawdle."""

    def __init__(self, minutes, requests_per_minute=2000):
        self.seconds = 60 * minutes
        self.wanted = int(requests_per_minute * minutes)
        self.folder = Path(tempfile.mkdtemp())
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.right, self.wrong, self.swaps, self.killed, self.slow = 0, [], 0, 0, 0

    def run(self, table):
        base = self.folder / MODEL
        subprocess.run([sys.executable, "-m", "keras_gan", "export", MODEL, base], check=True, capture_output=True)
        server = servers.Process(base, "--poll", 0.2)
        try:
            self.reference = Client(f"{server.url}/{MODEL}").sample(64)
            jobs = [(self.polite, server, kind) for kind in (server.url, f"grpc://{server.grpc}") for _ in range(4)]
            jobs += [(self.swap, base), (self.kill, server), (self.dawdle, server)]
            threads = [threading.Thread(target=job, args=arguments, daemon=True) for job, *arguments in jobs]
            self.began = time.monotonic()
            for thread in threads:
                thread.start()
            sizes = []
            while time.monotonic() - self.began < self.seconds:
                time.sleep(min(1.0, self.seconds / 50))
                sizes.append(server.resident())
            self.over.set()
            for thread in threads:
                thread.join(60)
            code = server.stop()
        finally:
            server.kill()
            shutil.rmtree(self.folder, ignore_errors=True)
        later = sizes[len(sizes) // 5 :]  # after the warm-up
        middle = statistics.median(later)
        spread = 100 * max(max(later) / middle - 1, 1 - min(later) / middle)
        drift = 100 * (
            statistics.median(later[-len(later) // 5 :]) / statistics.median(later[: len(later) // 5 + 1]) - 1
        )
        table.add_row("soak: answers checked", f"{self.right:,} right, {len(self.wrong)} wrong or failed", "0 failed")
        table.add_row(
            "  meanwhile", f"{self.swaps} versions, {self.killed} clients killed, {self.slow} slow readers", ""
        )
        table.add_row(
            "  memory after warm-up", f"{middle / 1e6:.0f} MB, +-{spread:.1f} %, drift {drift:+.1f} %", "+-5 %"
        )
        table.add_row("  exit code after SIGTERM", str(code), "0")
        for one in self.wrong[:5]:
            table.add_row("  failed", one, "")

    def polite(self, server, base):
        """Asks for one image, or for 16, at this thread's share of the rate."""
        pause, count = 8 * self.seconds / self.wanted, 0
        with Client(f"{base}/{MODEL}", retries=0, timeout=60) as client:
            while not self.over.is_set():
                n, seed = (16, count % 48) if count % 5 == 0 else (1, count % 64)
                try:
                    images = client.sample(n, seed)
                    right = np.abs(images - self.reference[seed : seed + n]).max() < 1e-5
                    failure = None if right else f"{base}: other images than those of seed {seed}"
                except Exception as error:
                    failure = f"{base}: {type(error).__name__}: {error}"
                with self.lock:
                    self.right += failure is None
                    if failure:
                        self.wrong.append(failure)
                count += 1
                self.over.wait(max(0.0, self.began + count * pause - time.monotonic()))

    def swap(self, base):
        """The next version appears, as a copy that is renamed; the one before is removed."""
        number = 1
        while not self.over.wait(max(1.0, self.seconds / 100)):
            shutil.copytree(base / str(number), base / f".{number + 1}")
            os.rename(base / f".{number + 1}", base / str(number + 1))
            shutil.rmtree(base / str(number))
            number += 1
            self.swaps += 1

    def connect(self, server):
        parts = urlsplit(server.url)
        return socket.create_connection((parts.hostname, parts.port), timeout=60)

    def kill(self, server):
        """Clients that vanish: in the middle of a request, or before they have read its answer."""
        whole = b"POST /v1/models/%s:predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
        whole %= (MODEL.encode(), len(body(64)), body(64))
        while not self.over.wait(0.5):
            with self.connect(server) as sock:
                sock.sendall(whole if self.killed % 2 else whole[: len(whole) // 2])
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not a farewell
            self.killed += 1

    def dawdle(self, server):
        """A client that reads an answer of half a megabyte a kilobyte at a time."""
        while not self.over.is_set():
            with self.connect(server) as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                content = body(64)
                head = f"POST /v1/models/{MODEL}:predict HTTP/1.1\r\nHost: localhost\r\n"
                sock.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
                for _ in range(200):
                    if self.over.wait(0.05) or not sock.recv(1024):
                        break
            self.slow += 1
