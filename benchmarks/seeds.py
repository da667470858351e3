"""How far a variant's figures follow its seed: `python -m benchmarks.seeds lsgan.mnist --markdown benchmarks/seeds.md`.

A seed decides the initial weights, the order of the data and every z of a training. That of the zoo's own record is not
trained again; the others become runs, RUNS/NAME.seedN, which are resumed where they were stopped. Samples for the
figures are the same for all: seeds 0 to 9999 by the protocol of the zoo's cards.
"""

import argparse
import json
import os
import statistics
import sys
from pathlib import Path

from rich.console import Console

import zoo
from benchmarks.zoo import COLUMNS, DATASET, line, publish
from zoo.presets import cards
from zoo.registry import variants
from zoo.runs.training import train
from zoo.tools.make_weights import is_complete

HEAD = """# Figures over several seeds

`{command}`: on {cpus} CPU cores. Mean +- sample standard deviation of the trainings with the seeds {seeds}, each
by the variant's recipe; then each one's FID, in this order. The seed of the zoo's own record is the shipped one. What
the figures are, and how far one training's are uncertain: benchmarks/zoo.md.
"""


def figures(name, seed, runs):
    """{metric: value} of a variant trained with a seed: the shipped record's, or a run's, trained if need be."""
    found = cards.metadata(variants()[name])
    if seed != found["seed"]:
        run = runs / f"{name}.seed{seed}"
        if not is_complete(name, run, None):
            train(name, run, seed=seed, resume=(run / "config.json").is_file(), verbose=0)
        found = json.loads((run / "result.json").read_text())
    return {key.partition("@")[0]: value for key, value in found["figures"].items()}


def row(name, found):
    """The table's line of [{metric: value} of each seed]."""
    cells = [spread([one[metric] for one in found if metric in one], form) for metric, (_, form) in COLUMNS.items()]
    return line([f"`{name}`", *cells, ", ".join(f"{one['fid']:.3g}" for one in found)])


def spread(values, form):
    """`mean +- standard deviation`; nothing for a figure that fewer than two seeds have."""
    if len(values) < 2:
        return ""
    return f"{statistics.mean(values):{form}} +- {statistics.stdev(values):.2g}"


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help="pretrained variants of MNIST")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where the other seeds' runs are")
    parser.add_argument("--markdown", type=Path, help="also write the table here")
    given = sys.argv[1:] if arguments is None else arguments
    options = parser.parse_args(given)
    console, lines = Console(stderr=True), []
    known = [name for name in zoo.list_models(pretrained=True, dataset=DATASET) if variants()[name].measured]
    if not set(options.names) <= set(known) or len(set(options.seeds)) < 2:
        parser.error(f"give at least two different seeds, and names among {', '.join(known)}.")
    for name in options.names:
        found = []
        for seed in options.seeds:
            found.append(figures(name, seed, options.runs))
            console.print(f"{name}, seed {seed}: {found[-1]}")
        lines.append(row(name, found))
    head = HEAD.format(
        command=" ".join(["python -m benchmarks.seeds", *given]), cpus=os.cpu_count(),
        seeds=", ".join(map(str, options.seeds)),
    )  # fmt: skip
    headings = [heading for heading, _ in COLUMNS.values()]
    rules = f"|---|{'---:|' * (len(COLUMNS) + 1)}"
    text = "\n".join([head, line(["variant", *headings, "each one's FID"]), rules, *lines]) + "\n"
    publish(text, options.markdown)


if __name__ == "__main__":
    main()
