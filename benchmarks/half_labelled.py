"""Test errors from few labels: `python -m benchmarks.half_labelled --markdown benchmarks/half_labelled.md`.

Each recipe is trained for each number of labels and each seed, which chooses the labelled digits, the weights and the
noise. A run is kept in RUNS/NAME.LABELS.seedSEED and goes on where it was stopped. Its result joins the records beside
the table, half_labelled.csv, from which the table is made: a run that they have is not trained again, so that several
calls, days and machines can share the work. The bare ladder stands beside the ladder that plays against a generator:
the gain is the paper's claim.
"""

import argparse
import csv
import itertools
import json
import os
import statistics
from pathlib import Path

from rich.console import Console

import zoo
from benchmarks.zoo import line, publish
from keras_gan.files.atomic import write_csv
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

`python -m benchmarks.half_labelled RECIPE --labels LABELS --seeds SEEDS --epochs EPOCHS --markdown {markdown}` for each
row, the last time on {cpus} CPU cores, which other work shared. Digits of MNIST's test set that D classifies wrongly,
of 10,000; mean +- sample standard deviation over the seeds, which choose the labelled digits, the weights and the
noise, and each one's. The papers' columns are theirs, after 300 epochs of `improved_semi.mnist`, 200 of `ladder.mnist`
and 300 of `ebgan_ln.mnist`; the recipes' own are {own}. Minutes are those
of the clock, pauses and other work included. Commits and minutes of each run: {records}.

| recipe | labels | epochs | errors of 10,000 | seed: its errors | the paper's, in % | minutes a run |
|---|---:|---:|---:|---|---|---:|"""
FIELDS = ("recipe", "labels", "seed", "epochs", "errors", "minutes", "commit")
KEY = FIELDS[:4]


def trained(name, labels, seed, epochs, runs):
    """The record of a run, which goes on to so many epochs where it has fewer."""
    run = runs / f"{name}.{labels}.seed{seed}"
    if (has := epochs_of(run)) > epochs:
        raise SystemExit(f"{run} has {has} epochs already, not {epochs}; give another folder as --runs.")
    if has < epochs:
        zoo.train(
            name, run, epochs=epochs, seed=seed, labelled=labels, resume=(run / CONFIG).is_file(), pictures_every=50,
            verbose=2,
        )  # fmt: skip
    result = json.loads((run / RESULT).read_text())
    wrong = next(value for figure, value in result["figures"].items() if figure.startswith("errors@"))
    commit = json.loads((run / CONFIG).read_text())["commit"]
    return dict(zip(FIELDS, (name, labels, seed, epochs, int(wrong), result["minutes"], commit), strict=True))


def epochs_of(run):
    """How many epochs the figures of a run are of; 0 where it has none."""
    if not (run / RESULT).is_file():
        return 0
    config, result = (json.loads((run / name).read_text()) for name in (CONFIG, RESULT))
    return result["steps"] // config["steps_per_epoch"]


def key(record):
    return tuple(str(record[field]) for field in KEY)


def read(path):
    """{key: record} of the records so far."""
    if not path or not path.is_file():
        return {}
    with open(path, newline="") as file:
        return {key(record): record for record in csv.DictReader(file)}


def row(name, labels, epochs, found):
    """The table's line of runs that differ in nothing but the seed."""
    counts = {record["seed"]: int(record["errors"]) for record in found}
    spread = f" +- {statistics.stdev(counts.values()):.2g}" if len(counts) > 1 else ""
    minutes = statistics.mean(float(record["minutes"]) for record in found)
    each = ", ".join(f"{seed}: {count}" for seed, count in sorted(counts.items(), key=lambda one: int(one[0])))
    cells = (f"`{name}`", labels, epochs, f"{statistics.mean(counts.values()):.4g}{spread}", each)
    return line([*map(str, cells), RECIPES[name].get(int(labels), ""), f"{minutes:.0f}"])


def rows(records):
    """A line for each recipe, number of labels and of epochs, in this order."""
    groups = {}
    for (name, labels, _, epochs), record in records.items():
        groups.setdefault((name, labels, epochs), []).append(record)
    order = sorted(groups, key=lambda one: (list(RECIPES).index(one[0]), int(one[1]), int(one[2])))
    return [row(*one, groups[one]) for one in order]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.half_labelled", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"default: {' '.join(RECIPES)}")
    parser.add_argument("--labels", type=int, nargs="+", help="default: the papers' numbers of each")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, help="instead of the recipes' own")
    parser.add_argument("--runs", type=Path, default=Path("runs/half_labelled"), help="where the runs are")
    parser.add_argument("--markdown", type=Path, help="write the table here, and the records beside it")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(RECIPES):
        parser.error(f"there is no recipe {min(unknown)}; there are {', '.join(RECIPES)}.")
    console = Console(stderr=True)
    path = options.markdown.with_suffix(".csv") if options.markdown else None
    records = read(path)
    for name in options.names or RECIPES:
        epochs = options.epochs or zoo.variant(name).epochs
        for labels, seed in itertools.product(options.labels or RECIPES[name], options.seeds):
            wanted = tuple(map(str, (name, labels, seed, epochs)))
            if wanted not in records:
                done = trained(name, labels, seed, epochs, options.runs)
                records = read(path) | records | {wanted: done}  # another process may have written meanwhile
                if path:
                    write_csv(path, list(records.values()))
            console.print(f"{name}, {labels} labels, seed {seed}: {records[wanted]['errors']} errors")
    own = ", ".join(f"{zoo.variant(name).epochs} (`{name}`)" for name in RECIPES)
    head = HEAD.format(
        markdown=options.markdown or "FILE", cpus=os.cpu_count(), own=own, records=path.name if path else "with FILE"
    )
    publish("\n".join([head, *rows(records)]) + "\n", options.markdown)


if __name__ == "__main__":
    main()
