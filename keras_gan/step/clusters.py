"""Who the workers of a training are: TF_CONFIG, which TensorFlow reads, where SLURM starts them.

TensorFlow's own SlurmClusterResolver is not taken (2.21): it fails on nodes without GPUs (a range of step 0, or no
nvidia-smi), and it sorts hosts as text, node10 before node2, while SLURM's ranks follow its own order, so that workers
wait for each other at the wrong addresses. This module does not import TensorFlow.
"""

import itertools
import json
import os
import re

PORTS = range(12_000, 32_000)  # below those that Linux hands out by itself


def find_workers(environment=os.environ):
    """Sets TF_CONFIG from what SLURM says, where it is not set. Raises ValueError where neither says anything."""
    if "TF_CONFIG" in environment:
        return
    if "SLURM_PROCID" not in environment:
        raise ValueError("--strategy multi-worker needs TF_CONFIG in the environment of each worker, or SLURM's srun.")
    environment["TF_CONFIG"] = json.dumps(of_slurm(environment))


def of_slurm(environment):
    """The TF_CONFIG of this task of a SLURM step, whose ranks fill one node after the other (srun's default). Ports
    follow from the job's number, so that two jobs on one node do not meet."""
    hosts = expand(environment["SLURM_STEP_NODELIST"])
    counts = tasks(environment["SLURM_STEP_TASKS_PER_NODE"])
    first = PORTS[int(environment["SLURM_JOB_ID"]) * 64 % (len(PORTS) - 64)]
    workers = [f"{host}:{first + place}" for host, count in zip(hosts, counts, strict=True) for place in range(count)]
    return {"cluster": {"worker": workers}, "task": {"type": "worker", "index": int(environment["SLURM_PROCID"])}}


def expand(hosts):
    """The names that SLURM writes as `node[01-03,7],gpu1`, in its order."""
    names = []
    for one in re.findall(r"(?:[^,\[]|\[[^\]]*\])+", hosts):
        parts = re.split(r"\[([^\]]*)\]", one)  # text and brackets in turn
        choices = [numbers(part) if place % 2 else [part] for place, part in enumerate(parts)]
        names += map("".join, itertools.product(*choices))
    return names


def numbers(ranges):
    """`08-10,12` as 08, 09, 10, 12."""
    found = []
    for one in ranges.split(","):
        low, _, high = one.partition("-")
        found += [str(number).zfill(len(low)) for number in range(int(low), int(high or low) + 1)]
    return found


def tasks(counts):
    """`2(x3),1` as 2, 2, 2, 1."""
    return [int(count) for count, times in re.findall(r"(\d+)(?:\(x(\d+)\))?", counts) for _ in range(int(times or 1))]
