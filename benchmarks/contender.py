"""What contenders share: each is a process that waits for a line, works for some seconds, and answers with its rate."""

import argparse
import json
import sys
import time

import numpy as np

IMAGES = {"mlp": (28, 28, 1), "dcgan": (28, 28, 1), "dcgan64": (64, 64, 3), "r3gan": (28, 28, 1)}  # of each net
LATENT = {"mlp": 100, "dcgan": 100, "dcgan64": 100, "r3gan": 64}
PRECISIONS = ("float32", "tf32", "bfloat16")  # tf32: float32 products by ten bits of their factors, on a GPU


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--net", choices=tuple(IMAGES), required=True)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--precision", choices=PRECISIONS, default="float32")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--variant", default="")
    return parser.parse_args()


def images(net):
    """10,000 images of noise: throughput does not depend on what they show."""
    return np.random.default_rng(0).integers(0, 256, (10_000, *IMAGES[net]), dtype="uint8")


def serve(run_steps, options, **facts):
    """Warm up, say so and how long the first step took, whose graph is made; then measure once per line on stdin.
    `run_steps(n)` returns when n steps are done."""
    started = time.perf_counter()
    run_steps(1)
    first = time.perf_counter() - started
    run_steps(4)
    started = time.perf_counter()
    run_steps(10)
    steps = max(5, round(options.seconds / ((time.perf_counter() - started) / 10)))
    print(json.dumps({"first_step_seconds": round(first, 1), **facts}), flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        run_steps(steps)
        print(json.dumps({"rate": steps * options.batch / (time.perf_counter() - started)}), flush=True)
