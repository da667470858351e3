"""The command line that benchmarks of several trainings share: which of them, how long, the seed, the precision."""

import argparse
import os
from pathlib import Path


def asked(name, description, trials, images, counted, arguments=None):
    """The options of `python -m benchmarks.NAME`; the folder of its runs is there.

    trials: the names to choose from, all by default; images: how many each sees, `counted` says of what.
    A name that is not among them ends the process with one sentence."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=description)
    parser.add_argument("trials", nargs="*", default=list(trials), help=f"default: {' '.join(trials)}")
    parser.add_argument("--images", type=int, default=images, help=f"{counted}; default: {images}")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--precision", choices=["float32", "mixed_bfloat16"], default="float32", help="of the trainings"
    )
    parser.add_argument("--runs", type=Path, default=Path("runs") / name, help="where figures and pictures are kept")
    parser.add_argument("--markdown", type=Path, help="the table is written here; pictures, if any, beside it")
    options = parser.parse_args(arguments)
    if unknown := [trial for trial in options.trials if trial not in trials]:
        parser.error(f"there is no trial {unknown[0]!r}; there are {', '.join(trials)}")
    options.runs.mkdir(parents=True, exist_ok=True)
    return options


def told(name, options):
    """What the head of a table says of its making: the command, and what it chose."""
    command = (
        f"python -m benchmarks.{name} {' '.join(options.trials)} --images {options.images} --seed {options.seed} "
        f"--precision {options.precision}"
    )
    return {
        "command": command, "cpus": os.cpu_count(), "policy": options.precision, "images": options.images,
        "seed": options.seed,
    }  # fmt: skip
