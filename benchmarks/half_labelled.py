"""Test errors from few labels: `python -m benchmarks.half_labelled --markdown benchmarks/half_labelled.md`.

Each recipe is trained for each number of labels and each seed, which chooses the labelled digits, the weights and the
noise. A run is kept in RUNS/NAME.LABELS.seedSEED, goes on where it was stopped, and is not trained again. The bare
ladder stands beside the ladder that plays against a generator: the gain is the paper's claim.
"""

import argparse
import json
import os
import statistics
import sys
from pathlib import Path

from rich.console import Console

import zoo
from benchmarks.zoo import line, publish
from zoo.runs.folder import CONFIG, RESULT

RECIPES = {  # recipe: {labels: what its paper reports, in per cent, of how many runs}
    "improved_semi.mnist": {
        20: "16.77 +- 4.52 (10 runs)", 50: "2.21 +- 1.36 (10 runs)", 100: "0.93 +- 0.065 (10 runs)",
        200: "0.90 +- 0.042 (10 runs)",
    },
    "ladder.mnist": {100: "1.36 +- 0.21 (15 runs)", 200: "1.24 +- 0.09 (15 runs)", 1000: "1.04 +- 0.06 (15 runs)"},
    "ebgan_ln.mnist": {100: "1.04 +- 0.12 (15 runs)", 200: "0.99 +- 0.12 (15 runs)", 1000: "0.89 +- 0.04 (15 runs)"},
}  # fmt: skip
HEAD = """# Test errors from few labels

`{command}`: on {cpus} CPU cores, which other work shared. Digits of MNIST's test set that D classifies wrongly, of
10,000; mean +- sample standard deviation over the seeds {seeds}, which choose the labelled digits, the weights and the
noise, and each one's. The papers' columns are theirs.

| recipe | labels | epochs | errors of 10,000 | each seed's | the paper's, in % | minutes a run |
|---|---:|---:|---:|---|---|---:|"""


def errors(name, labels, seed, epochs, runs):
    """(errors of 10,000, epochs, minutes) of a run, which is read where it is complete, and trained where not."""
    run = runs / f"{name}.{labels}.seed{seed}"
    record = zoo.variant(name)
    wanted = epochs or record.epochs
    if not complete(run, wanted):
        zoo.train(
            name, run, epochs=wanted, seed=seed, labelled=labels, resume=(run / CONFIG).is_file(), pictures_every=50,
            verbose=2,
        )  # fmt: skip
    result = json.loads((run / RESULT).read_text())
    found = next(value for name, value in result["figures"].items() if name.startswith("errors@"))
    return int(found), wanted, result["minutes"]


def complete(run, epochs):
    """Whether a run has its figures after so many epochs."""
    if not (run / RESULT).is_file():
        return False
    config, result = (json.loads((run / name).read_text()) for name in (CONFIG, RESULT))
    return result["steps"] >= epochs * config["steps_per_epoch"]


def row(name, labels, found, reported):
    """The table's line of a recipe and a number of labels; found: what `errors` gives, of each seed."""
    counts = [one for one, *_ in found]
    spread = f" +- {statistics.stdev(counts):.2g}" if len(counts) > 1 else ""
    minutes = statistics.mean(minutes for *_, minutes in found)
    cells = [f"`{name}`", labels, found[0][1], f"{statistics.mean(counts):.4g}{spread}", ", ".join(map(str, counts))]
    return line([*map(str, cells), reported, f"{minutes:.0f}"])


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.half_labelled", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"default: {' '.join(RECIPES)}")
    parser.add_argument("--labels", type=int, nargs="+", help="default: the papers' numbers of each")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, help="instead of the recipes' own")
    parser.add_argument("--runs", type=Path, default=Path("runs/half_labelled"), help="where the runs are")
    parser.add_argument("--markdown", type=Path, help="also write the table here")
    given = sys.argv[1:] if arguments is None else arguments
    options = parser.parse_args(given)
    if unknown := set(options.names) - set(RECIPES):
        parser.error(f"there is no recipe {min(unknown)}; there are {', '.join(RECIPES)}.")
    console, lines = Console(stderr=True), []
    for name in options.names or RECIPES:
        for labels in options.labels or RECIPES[name]:
            found = []
            for seed in options.seeds:
                found.append(errors(name, labels, seed, options.epochs, options.runs))
                console.print(f"{name}, {labels} labels, seed {seed}: {found[-1][0]} errors")
            lines.append(row(name, labels, found, RECIPES[name].get(labels, "")))
    head = HEAD.format(
        command=" ".join(["python -m benchmarks.half_labelled", *given]), cpus=os.cpu_count(),
        seeds=", ".join(map(str, options.seeds)),
    )  # fmt: skip
    publish("\n".join([head, *lines]) + "\n", options.markdown)


if __name__ == "__main__":
    main()
