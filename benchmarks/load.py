"""Clients of `keras-gan serve` for the benchmarks: each asks, waits, and asks again, over REST or gRPC.

A latency is from the first byte sent to the last received; answers are not parsed.
"""

import asyncio
import json
import statistics
import threading
import time
from urllib.parse import urlsplit

import grpc
import numpy as np
import uvloop

from export.client import wire

MODEL = "dcgan.mnist"
PREDICT = "/tensorflow.serving.PredictionService/Predict"


def body(n, signature="sample", first=0):
    """What a client sends over REST to have n images, PNG for the signature "png"."""
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
