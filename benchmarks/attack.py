"""`keras-gan serve` under attack: memory, and an honest client's latency meanwhile. `python -m benchmarks.attack`

Each attack is bounded in time and stays on 127.0.0.1. The server is a process of its own with its usual limits; memory
is its resident size, the largest that was seen every 50 ms. The honest client asks for one image, over REST or gRPC, in
a new connection each time, and waits 20 ms.
"""

import argparse
import os
import resource
import threading
import time
from contextlib import ExitStack

import attackers
import grpc
import numpy as np
import servers
from rich.console import Console
from rich.table import Table

from export.client.client import Client

MODEL = "dcgan.mnist"
PATH = f"/v1/models/{MODEL}:predict"
ALONE = [("grpc.use_local_subchannel_pool", 1)]


class Watch:
    """Memory of the server, and latencies of an honest client, from the block's beginning to its end."""

    def __init__(self, server, where):
        self.server, self.where = server, where
        self.over = threading.Event()
        self.largest, self.seconds, self.failed = 0, [], []
        self.threads = [threading.Thread(target=job, daemon=True) for job in (self.weigh, self.ask)]

    def weigh(self):
        while not self.over.wait(0.05):
            self.largest = max(self.largest, self.server.resident())

    def ask(self):
        while not self.over.wait(0.02):
            began = time.perf_counter()
            try:
                with Client(f"{self.where}/{MODEL}", retries=0, timeout=30) as client:
                    client.sample(1)
                self.seconds.append(time.perf_counter() - began)
            except Exception as error:
                self.failed.append(f"{type(error).__name__}: {error}")

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def row(self):
        p50, p99 = np.quantile(self.seconds, [0.5, 0.99]) * 1000 if self.seconds else (np.nan, np.nan)
        return [
            f"{self.largest / 1e9:.2f} GB",
            f"{p50:.0f} / {p99:.0f} ms",
            f"{len(self.failed)} of {len(self.seconds) + len(self.failed)}",
        ]


def nothing(server, seconds):
    time.sleep(seconds)


def silent(where):
    def attack(server, seconds):
        with attackers.connections(getattr(server, where), 1000):
            time.sleep(seconds)

    return attack


def slow(where, first, byte):
    def attack(server, seconds):
        with attackers.connections(getattr(server, where), 1000, first) as sockets:
            attackers.drip(sockets, byte, time.monotonic() + seconds)

    return attack


def half_bodies(server, seconds):
    start = attackers.head(PATH, "Content-Length: 4100000") + b"\r\n\r\n" + b"1" * 4_000_000
    with ExitStack() as stack:
        for _ in range(500):
            try:
                (one,) = stack.enter_context(attackers.connections(server.url, 1))
                one.settimeout(5)
                one.sendall(start)
            except OSError:  # it was cut already
                continue
        time.sleep(seconds)


def floods(server, seconds):
    head = attackers.head(PATH)
    chunked = attackers.head(PATH, "Transfer-Encoding: chunked") + b"\r\n\r\n0\r\n"
    for start, piece in (
        (chunked, b"X: 1\r\n" * 10_000), (head + b"\r\nX: ", b"a" * 100_000), (b"GET /a", b"a" * 100_000),
        (head, b"\r\nX: 1" * 10_000), (attackers.head("/healthz", method="GET") + b"\r\n\r\n",) * 2,
    ):  # fmt: skip
        ends = time.monotonic() + seconds / 5
        while time.monotonic() < ends:
            attackers.flood(server.url, start, piece, 256 << 20)


def expanding(names, sizes, at_once):
    def attack(server, seconds):
        request, ends = attackers.expanding(MODEL, names, sizes), time.monotonic() + seconds

        def ask():
            with grpc.insecure_channel(server.grpc, ALONE) as channel:
                while time.monotonic() < ends:
                    attackers.call(channel, request)

        threads = [threading.Thread(target=ask) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return attack


def stalled(server, seconds):
    with ExitStack() as stack:
        for _ in range(10):
            channel = stack.enter_context(grpc.insecure_channel(server.grpc, ALONE))
            attackers.stalled(channel, 100, seconds)
        time.sleep(seconds)


SLOW_HEAD = attackers.head(PATH) + b"\r\nX: "
ATTACKS = {
    "none": (nothing, "url"),
    "none, gRPC": (nothing, "grpc"),
    "1,000 silent connections, REST": (silent("url"), "url"),
    "1,000 slow connections, REST": (slow("url", SLOW_HEAD, b"a"), "url"),
    "1,000 silent connections, gRPC": (silent("grpc"), "grpc"),
    "1,000 slow connections, gRPC": (slow("grpc", b"", attackers.PREFACE[:1]), "grpc"),
    "1,000 silent connections on gRPC's port, a client of REST": (silent("grpc"), "url"),
    "1,000 calls without a message, gRPC": (stalled, "grpc"),
    "500 bodies of 4 MB that do not end": (half_bodies, "url"),
    "endless trailers, header, URL, headers, requests": (floods, "url"),
    "200 inputs of one number that claim [1024, 16384]": (
        expanding([f"x{i}" for i in range(200)], (1024, 16384), 4), "grpc",
    ),
    "seed of one number that claims [1024, 16384], 64 at once": (expanding(["seed"], (1024, 16384), 64), "grpc"),
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="of one attack")
    parser.add_argument("--only", nargs="*", help="attacks whose names contain one of these")
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    table = Table(title=f"keras-gan serve, {MODEL}, {os.cpu_count()} cores", box=None, title_justify="left")
    for heading in ("attack", "memory", "honest client, p50 / p99", "refused"):
        table.add_column(heading)
    server = servers.Process(MODEL)
    try:
        for where in (server.url, f"grpc://{server.grpc}"):
            with Client(f"{where}/{MODEL}", timeout=60) as client:
                client.sample(1)
        for name, (attack, client) in ATTACKS.items():
            if options.only and not any(part in name for part in options.only):
                continue
            with Watch(server, server.url if client == "url" else f"grpc://{server.grpc}") as watch:
                attack(server, options.seconds)
            table.add_row(name, *watch.row())
            Console(stderr=True).print(name, *watch.row(), *watch.failed[:1], soft_wrap=True)
    finally:
        server.kill()
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
