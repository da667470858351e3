"""EBGAN's grid search, in part: `python -m benchmarks.ebgan_grid --markdown benchmarks/ebgan_grid.md`.

Settings drawn by a seed from the grids of a plain GAN, of EBGAN, and of EBGAN with the pulling-away term (Zhao et al.
2017, section 4.1), each by `keras-gan sweep`, which goes on where it was stopped; then the shares of runs by I', as
histograms and in a table. Trials join the records beside the table, ebgan_grid.csv, and are not run again: calls on
several days and machines can share the work, by `--trials 60 0 0`, then `--trials 60 40 0`, and so on. They are of the
budget that zoo/papers/ebgan_grid.py states: where it changes, delete them.
"""

import argparse
import csv
import math
import os
import statistics
import sys
from pathlib import Path

from rich.console import Console

from benchmarks.zoo import line, publish
from keras_gan import plots
from keras_gan.cli.sweep import Teller
from keras_gan.files.atomic import write_csv, write_json
from zoo.runs.folder import RESULT
from zoo.sweeps.driver import sweep
from zoo.sweeps.space import space, trial_folder

GRIDS = {"GAN": ("gan_grid.mnist", 60), "EBGAN": ("ebgan_grid.mnist", 120), "EBGAN-PT": ("ebgan_pt_grid.mnist", 60)}
LABEL = "I', nats"
GOOD = 8.0
PAIR = ("EBGAN-PT", "EBGAN")
FIGURES = ("modified_inception_score", "class_entropy")
HEAD = """# EBGAN's grid search, in part

`{command}`: on {cpus} CPU cores, which other work shared. Settings drawn with seed {seed} from the paper's grids,
{counts}. Here {deviations}

| grid | runs | diverged | median I' | best I' | share above {good:g} | its best setting |
|---|---:|---:|---:|---:|---:|---|"""


def measured(name, trials, seed, workers, folder, console, known):
    """The rows of a sweep's table, as text, best first; what is neither known nor in the folder is trained."""
    restore(space(name), trials, seed, folder / name, known)
    with console.status(name) as status:
        path = sweep(
            space(name), folder / name, trials=trials, seed=seed, workers=workers, progress=Teller(name, status)
        )
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def restore(grid, trials, seed, folder, rows):
    """The results that the records have, into their trials' folders, where the sweep finds them."""
    known = {row["trial"]: row for row in rows if row["seed"] == str(seed)}
    for settings in grid.settings(trials, seed):
        path = trial_folder(folder, key := grid.key(settings)) / RESULT
        if key in known and not path.is_file():
            row = known[key]
            figures = {name: float(row[name]) for name in FIGURES if row[name]}
            result = {"settings": settings, "seed": seed, "figures": figures, "value": float(row["value"])}
            result |= {"diverged": row["diverged"] == "True", "seconds": float(row["seconds"])}
            write_json(path, result | {"starts": int(row["starts"])})


def read(path):
    """{grid: its rows} of the records so far."""
    found = {}
    if path and path.is_file():
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault(row.pop("grid"), []).append(row)
    return found


def write(path, found):
    """All rows in one table; a setting that a grid has not is empty."""
    write_csv(path, [{"grid": what, **row} for what, rows in found.items() for row in rows])


def score(row):
    return math.nan if row["diverged"] == "True" else float(row["value"])


def shallow(rows, most):
    """The scores of runs whose players have at most so many layers."""
    return [score(row) for row in rows if int(row["nLayerG"]) <= most and int(row["nLayerD"]) <= most]


def by_layers(found):
    """{title: {grid: scores}} of each number of D's layers."""
    return {
        f"nLayerD = {layers}": nonempty(
            {what: [score(row) for row in rows if row["nLayerD"] == str(layers)] for what, rows in found.items()}
        )
        for layers in (2, 3, 4, 5)
    }


def by_optimisation(found):
    """{title: {grid: scores}}: the plain GAN's runs with each pair of optimisers and rate, and all of EBGAN's."""
    panels = {}
    for row in found["GAN"]:
        title = f"D {row['optimD']}, G {row['optimG']}, {row['lr']}"
        panels.setdefault(title, {"GAN": [], "EBGAN": [score(one) for one in found["EBGAN"]]})["GAN"].append(score(row))
    return {title: nonempty(panels[title]) for title in sorted(panels)}


def paired(found):
    """{grid: scores} of the settings measured with and without the term; EBGAN second, which keeps its colour."""
    architecture = space(GRIDS["EBGAN"][0]).grid
    scores = [
        {tuple(row[setting] for setting in architecture): score(row) for row in found.get(what, ())} for what in PAIR
    ]
    both = [setting for setting in scores[0] if setting in scores[1]]
    return {what: [values[setting] for setting in both] for what, values in zip(PAIR, scores, strict=True)}


def nonempty(groups):
    return {what: scores for what, scores in groups.items() if scores}


def draw(found, prefix):
    """Figures 2 and 3 of the paper, D's layers, and EBGAN beside EBGAN-PT; what has nothing beside it is not drawn."""
    found = dict.fromkeys(GRIDS, ()) | found
    both = {what: found[what] for what in ("GAN", "EBGAN")}
    panels = {
        "figure2": {
            title: nonempty({what: shallow(rows, most) for what, rows in both.items()})
            for title, most in (("all", 5), ("nLayer[GD] <= 4", 4), ("nLayer[GD] <= 3", 3))
        },
        "figure3": by_optimisation(found),
        "layers": by_layers(both),
        "pulling_away": {"": nonempty(paired(found))},
    }
    for name, groups in panels.items():
        shown = {title: group for title, group in groups.items() if group}
        if len({what for group in shown.values() for what in group}) > 1:
            plots.save(plots.score_histograms(shown, label=LABEL), f"{prefix}_{name}.png")


def summary(what, rows):
    """The table's line of a grid."""
    name = GRIDS[what][0]
    known = [value for row in rows if math.isfinite(value := score(row))]
    best = ", ".join(f"{setting} {rows[0][setting]}" for setting in space(name).grid)
    share = sum(value > GOOD for value in known) / len(rows)
    cells = [what, len(rows), len(rows) - len(known), f"{statistics.median(known):.2f}", f"{max(known):.2f}"]
    return line([*map(str, cells), f"{share:.0%}", best])


def comparison(found):
    """A sentence on the settings that EBGAN has with and without the pulling-away term; "" where there are none."""
    with_term, without = paired(found).values()
    known = [pair for pair in zip(with_term, without, strict=True) if all(map(math.isfinite, pair))]
    if not known:
        return ""
    medians = [statistics.median(values) for values in zip(*known, strict=True)]
    above = sum(one > other for one, other in known)
    return (
        f"\nOf the {len(known)} settings that EBGAN has with and without the pulling-away term, I' is higher with it "
        f"in {above}; the medians are {medians[0]:.2f} with it and {medians[1]:.2f} without.\n"
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ebgan_grid", description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, nargs=3, default=[count for _, count in GRIDS.values()])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path("sweeps"), help="where the sweeps are")
    parser.add_argument("--markdown", type=Path, help="also write the table here, and the histograms beside it")
    given = sys.argv[1:] if arguments is None else arguments
    options = parser.parse_args(given)
    path = options.markdown.with_suffix(".csv") if options.markdown else None
    console, found = Console(stderr=True), read(path)
    for (what, (name, _)), trials in zip(GRIDS.items(), options.trials, strict=True):
        if len(found.get(what, ())) < trials:
            known = found.get(what, [])
            found[what] = measured(name, trials, options.seed, options.workers, options.folder, console, known)
            if path:
                write(path, found)
    found = {what: found[what] for what in GRIDS if what in found}
    sizes = [f"{len(rows)} of {space(GRIDS[what][0]).size:,}" for what, rows in found.items()]
    deviations = " ".join(space("ebgan_grid.mnist").deviations)
    head = HEAD.format(
        command=" ".join(["python -m benchmarks.ebgan_grid", *given]), cpus=os.cpu_count(), seed=options.seed,
        counts=", ".join(sizes), deviations=deviations[0].lower() + deviations[1:], good=GOOD,
    )  # fmt: skip
    if options.markdown:
        draw(found, options.markdown.with_suffix(""))
    table = "\n".join([head, *(summary(what, rows) for what, rows in found.items())])
    publish(f"{table}\n{comparison(found)}", options.markdown)


if __name__ == "__main__":
    main()
