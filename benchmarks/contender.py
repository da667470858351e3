"""What contenders share: each is a process that waits for a line, works for some seconds, and answers with its rate."""

import argparse
import json
import sys
import time

import numpy as np

BATCH = 64
IMAGE = (28, 28, 1)
LATENT = 100


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--net", choices=("mlp", "dcgan"), required=True)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--variant", default="")
    return parser.parse_args()


def images():
    """10,000 images of noise: throughput does not depend on what they show."""
    return np.random.default_rng(0).integers(0, 256, (10_000, *IMAGE), dtype="uint8")


def serve(run_steps, seconds, **facts):
    """Warm up, say so, then measure once per line on stdin. `run_steps(n)` returns when n steps are done."""
    run_steps(5)
    started = time.perf_counter()
    run_steps(10)
    steps = max(5, round(seconds / ((time.perf_counter() - started) / 10)))
    print(json.dumps({"ready": True, **facts}), flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        run_steps(steps)
        print(json.dumps({"rate": steps * BATCH / (time.perf_counter() - started)}), flush=True)
