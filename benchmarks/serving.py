"""`keras-gan serve` under load: latency, dynamic batching, its share of TensorFlow's own rate, bad requests, a soak.

    python -m benchmarks.serving                  two to three minutes
    python -m benchmarks.serving --soak 10        20,000 requests over 10 minutes, versions swapped, clients killed

Server and load generator share the machine. Contenders (with batching and without, served and in-process) take turns,
so that a drift of the machine's speed meets both. Latencies are those of a client that asks, waits and asks again, from
the first byte sent to the last received; answers are not parsed, except in the soak, where every one is checked. CPU
time is the server's own (REST, gRPC: 4 clients of 64; batching, none: 32 of one), which other work disturbs least.
"""

import argparse
import asyncio
import json
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
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import grpc
import numpy as np
import requests
import uvloop
from rich.console import Console
from rich.table import Table

from export.client import wire
from export.client.client import Client

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
import malformed  # noqa: E402
import servers  # noqa: E402

MODEL = "dcgan.mnist"
CLIENTS = 32
REPEATS = 3
PREDICT = "/tensorflow.serving.PredictionService/Predict"

IN_PROCESS = """
import json, sys, time
import numpy as np, tensorflow as tf
import export
folder = sys.argv[1]
sample = tf.saved_model.load(str(export.saved_model(sys.argv[2], folder))).signatures["sample"]
seeds = np.arange(64)
once = lambda: sample(seed=tf.constant(seeds))["images"].numpy()
for _ in range(5): once()
print("ready", flush=True)
for line in sys.stdin:
    seconds, count, began, cpu = float(line), 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        once()
        count += 64
    print(json.dumps([count / (time.perf_counter() - began), (time.process_time() - cpu) / count]), flush=True)
"""


def body(n, signature="sample", first=0):
    return json.dumps({"signature_name": signature, "inputs": {"seed": list(range(first, first + n))}}).encode()


async def client(address, path, content, until, latencies):
    """Asks over one connection until the moment `until`."""
    reader, writer = await asyncio.open_connection(*address)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    while (began := time.perf_counter()) < until:
        writer.write(head + content)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer.decode())
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length[15:]))
        latencies.append(time.perf_counter() - began)
    writer.close()


def rest(server, content, clients, seconds):
    """(latencies, requests per second) of so many clients at once."""
    parts = urlsplit(server.url)
    latencies = []

    async def all_of_them():
        until = time.perf_counter() + seconds
        asked = [(parts.hostname, parts.port), f"/v1/models/{MODEL}:predict", content, until, latencies]
        await asyncio.gather(*(client(*asked) for _ in range(clients)))

    began = time.perf_counter()
    uvloop.run(all_of_them())
    return latencies, len(latencies) / (time.perf_counter() - began)


def over_grpc(server, n, clients, seconds):
    """The same over gRPC, a channel and a thread for each client."""
    content, latencies = wire.request(MODEL, "sample", {"seed": np.arange(n)}), []
    until = time.perf_counter() + seconds

    def ask():
        options = [("grpc.max_receive_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(server.grpc, options) as channel:
            call = channel.unary_unary(PREDICT)
            while (began := time.perf_counter()) < until:
                call(content, timeout=60)
                latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return latencies, len(latencies) / (time.perf_counter() - began)


def quantiles(latencies):
    """p50 and p99, milliseconds."""
    ordered = sorted(latencies)
    return 1000 * statistics.median(ordered), 1000 * ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]


def measure(seconds, table):
    """The rows of the table."""
    began = time.perf_counter()
    server = servers.Process(MODEL)
    Client(f"{server.url}/{MODEL}", timeout=60).sample(1)
    table.add_row("cold start to the first image", f"{time.perf_counter() - began:.1f} s", "8 s")
    alone = servers.Process(MODEL, "--batch", 1)
    scratch = tempfile.mkdtemp()
    costs = defaultdict(list)
    process = subprocess.Popen(
        [sys.executable, "-c", IN_PROCESS, scratch, MODEL],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip

    def in_process():
        process.stdin.write(f"{seconds}\n")
        process.stdin.flush()
        rate, cpu = json.loads(process.stdout.readline())
        costs["in-process"].append(cpu)
        return rate

    def costing(kind, server, images, answered):
        """`answered`, a function, -> images per second; its cost is noted."""
        before = server.cpu()
        latencies, rate = answered()
        costs[kind].append((server.cpu() - before) / (images * len(latencies)))
        return images * rate

    try:
        process.stdout.readline()
        for content in (body(1), body(64)):
            rest(server, content, 4, 1)
        over_grpc(server, 64, 1, 1)
        for what, content, target in (
            ("one image, REST", body(1), "3 / 10 ms"),
            ("one image as PNG, REST", body(1, "png"), ""),
            ("64 images, REST", body(64), "25 ms (p50)"),
            ("64 images as PNG, REST", body(64, "png"), ""),
        ):
            p50, p99 = quantiles(rest(server, content, 1, 2 * seconds)[0])
            table.add_row(f"{what}: p50 / p99", f"{p50:.2f} / {p99:.2f} ms", target)
        for n in (1, 64):
            p50, p99 = quantiles(over_grpc(server, n, 1, 2 * seconds)[0])
            target = "3 / 10 ms" if n == 1 else "25 ms (p50)"
            table.add_row(
                f"{n} images, gRPC: p50 / p99".replace("1 images", "one image"), f"{p50:.2f} / {p99:.2f} ms", target
            )
        merged, single, gains = [], [], []
        for _ in range(REPEATS):
            merged.append(costing("batching", server, 1, lambda: rest(server, body(1), CLIENTS, seconds)))
            single.append(costing("none", alone, 1, lambda: rest(alone, body(1), CLIENTS, seconds)))
            gains.append(merged[-1] / single[-1])
        table.add_row(f"{CLIENTS} clients of one image, batching", f"{statistics.median(merged):.0f} images/s", "")
        table.add_row(f"{CLIENTS} clients of one image, none", f"{statistics.median(single):.0f} images/s", "")
        table.add_row("  gain of batching", f"{statistics.median(gains):.2f} x", "3 x")
        rates, shares = {"REST": [], "gRPC": [], "in-process": []}, {"REST": [], "gRPC": []}
        for _ in range(REPEATS):
            rates["in-process"].append(in_process())
            rates["REST"].append(costing("REST", server, 64, lambda: rest(server, body(64), 4, seconds)))
            rates["gRPC"].append(costing("gRPC", server, 64, lambda: over_grpc(server, 64, 4, seconds)))
            for kind, share in shares.items():
                share.append(rates[kind][-1] / rates["in-process"][-1])
        table.add_row(
            "tf.saved_model in-process, batch 64", f"{statistics.median(rates['in-process']):.0f} images/s", ""
        )
        for kind, share in shares.items():
            rate = statistics.median(rates[kind])
            share = f"{100 * statistics.median(share):.0f} %"
            table.add_row(f"served over {kind}, 4 clients of 64", f"{rate:.0f} images/s, {share} of it", "85 %")
        for kind, cost in costs.items():
            table.add_row(f"CPU time of an image, {kind}", f"{1000 * statistics.median(cost):.3f} ms", "")
        table.add_row("300 malformed requests", bad_requests(server), "all 4xx, no growth")
    finally:
        process.kill()
        server.kill()
        alone.kill()
        shutil.rmtree(scratch, ignore_errors=True)


def bad_requests(server):
    """What became of all of tests/malformed.py, twice, and of the next good one."""
    session, wrong = requests.Session(), []
    sizes = []
    for _ in range(2):
        for name, path, content in malformed.requests(MODEL, latent=100):
            answer = session.post(f"{server.url}/v1/models/{path}", data=content, timeout=60)
            if not 400 <= answer.status_code < 500 or not answer.json()["error"]:
                wrong.append(name)
        sizes.append(server.resident())
    good = session.post(f"{server.url}/v1/models/{MODEL}:predict", data=body(1), timeout=60).status_code
    growth = 100 * (sizes[1] / sizes[0] - 1)
    return f"{len(wrong)} without 4xx, {growth:+.1f} % memory, next good one {good}"


class Soak:
    """Well-behaved clients, whose every answer is checked, among those that are not, while versions come and go."""

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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="of one measurement")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="only the soak, 2,000 requests a minute")
    arguments = parser.parse_args()
    table = Table(title=f"keras-gan serve, {MODEL}, {os.cpu_count()} cores", box=None, title_justify="left")
    for heading in ("measured", "value", "target"):
        table.add_column(heading)
    if arguments.soak:
        Soak(arguments.soak).run(table)
    else:
        measure(arguments.seconds, table)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
