"""`keras-gan serve` under load: latency, dynamic batching, its share of TensorFlow's own rate, bad requests, a soak.

    python -m benchmarks.serving                  two to three minutes
    python -m benchmarks.serving --soak 10        20,000 requests over 10 minutes, versions swapped, clients killed

Server and load generator share the machine. Contenders (with batching and without, served and in-process) take turns,
so that a drift of the machine's speed meets both. Latencies are those of a client that asks, waits and asks again, from
the first byte sent to the last received; answers are not parsed, except in the soak, where every one is checked. CPU
time is the server's own (REST, gRPC: 4 clients of 64; batching, none: 32 of one), which other work disturbs least.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager

import malformed
import requests
import servers
from rich.console import Console
from rich.table import Table

from benchmarks.load import MODEL, body, over_grpc, quantiles, rest
from benchmarks.soak import Soak
from export.client.client import Client

CLIENTS = 32
REPEATS = 3

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


class InProcess:
    """The exported sampler in a process of its own, without a server: batches of 64, one after another."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_PROCESS, folder, MODEL],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.process.stdout.readline()

    def rate(self, seconds):
        """(images per second, CPU seconds of an image)."""
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def measure(seconds, table):
    """The rows of the table."""
    began = time.perf_counter()
    with ExitStack() as ending:
        server = ending.enter_context(running(MODEL))
        Client(f"{server.url}/{MODEL}", timeout=60).sample(1)
        table.add_row("cold start to the first image", f"{time.perf_counter() - began:.1f} s", "8 s")
        alone = ending.enter_context(running(MODEL, "--batch", 1))
        scratch = tempfile.mkdtemp()
        ending.callback(shutil.rmtree, scratch, ignore_errors=True)
        in_process = InProcess(scratch)
        ending.callback(in_process.process.kill)
        for content in (body(1), body(64)):
            rest(server, content, 4, 1)
        over_grpc(server, 64, 1, 1)
        costs = defaultdict(list)
        latencies(server, seconds, table)
        batching(server, alone, seconds, table, costs)
        share_of_tensorflow(server, in_process, seconds, table, costs)
        for kind, cost in costs.items():
            table.add_row(f"CPU time of an image, {kind}", f"{1000 * statistics.median(cost):.3f} ms", "")
        table.add_row("300 malformed requests", bad_requests(server), "all 4xx, no growth")


@contextmanager
def running(*arguments):
    """A `keras-gan serve`, killed with the block."""
    process = servers.Process(*arguments)
    try:
        yield process
    finally:
        process.kill()


def latencies(server, seconds, table):
    """Of one client, in milliseconds."""
    for what, content, target in (
        ("one image, REST", body(1), "3 / 10 ms"),
        ("one image as PNG, REST", body(1, "png"), ""),
        ("64 images, REST", body(64), "25 ms (p50)"),
        ("64 images as PNG, REST", body(64, "png"), ""),
    ):
        p50, p99 = quantiles(rest(server, content, 1, 2 * seconds)[0])
        table.add_row(f"{what}: p50 / p99", f"{p50:.2f} / {p99:.2f} ms", target)
    for what, n, target in (("one image, gRPC", 1, "3 / 10 ms"), ("64 images, gRPC", 64, "25 ms (p50)")):
        p50, p99 = quantiles(over_grpc(server, n, 1, 2 * seconds)[0])
        table.add_row(f"{what}: p50 / p99", f"{p50:.2f} / {p99:.2f} ms", target)


def batching(server, alone, seconds, table, costs):
    """Many clients of one image each: the server that batches against the one that does not."""
    merged, single, gains = [], [], []
    for _ in range(REPEATS):
        merged.append(costing(costs["batching"], server, 1, lambda: rest(server, body(1), CLIENTS, seconds)))
        single.append(costing(costs["none"], alone, 1, lambda: rest(alone, body(1), CLIENTS, seconds)))
        gains.append(merged[-1] / single[-1])
    table.add_row(f"{CLIENTS} clients of one image, batching", f"{statistics.median(merged):.0f} images/s", "")
    table.add_row(f"{CLIENTS} clients of one image, none", f"{statistics.median(single):.0f} images/s", "")
    table.add_row("  gain of batching", f"{statistics.median(gains):.2f} x", "3 x")


def share_of_tensorflow(server, in_process, seconds, table, costs):
    """What is left of TensorFlow's own rate behind the server."""
    rates, shares = defaultdict(list), defaultdict(list)
    for _ in range(REPEATS):
        whole, cost = in_process.rate(seconds)
        rates["in-process"].append(whole)
        costs["in-process"].append(cost)
        rates["REST"].append(costing(costs["REST"], server, 64, lambda: rest(server, body(64), 4, seconds)))
        rates["gRPC"].append(costing(costs["gRPC"], server, 64, lambda: over_grpc(server, 64, 4, seconds)))
        for kind in ("REST", "gRPC"):
            shares[kind].append(rates[kind][-1] / whole)
    table.add_row("tf.saved_model in-process, batch 64", f"{statistics.median(rates['in-process']):.0f} images/s", "")
    for kind, share in shares.items():
        rate, share = statistics.median(rates[kind]), f"{100 * statistics.median(share):.0f} %"
        table.add_row(f"served over {kind}, 4 clients of 64", f"{rate:.0f} images/s, {share} of it", "85 %")


def costing(costs, server, images, answered):
    """`answered`, a function of (latencies, requests per second), -> images per second; its CPU seconds are noted."""
    before = server.cpu()
    times, rate = answered()
    costs.append((server.cpu() - before) / (images * len(times)))
    return images * rate


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
