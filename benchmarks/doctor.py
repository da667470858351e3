"""The doctor's confusion table: trains broken and healthy runs, and measures the weights that the zoo ships.

`python -m benchmarks.doctor --seeds 0 1 --markdown benchmarks/doctor.md`
"""

import argparse
import os
import time
from pathlib import Path

import keras
import numpy as np
from rich.console import Console

import zoo
from benchmarks.doctor_runs import BROKEN, HEALTHY
from benchmarks.zoo import publish
from keras_gan import data
from keras_gan.doctor import SYMPTOMS, Doctor, diagnose
from zoo.runs.health import doctor_of

MEASUREMENTS = 25  # in each run
HEAD = """# The doctor's confusion table

`python -m benchmarks.doctor --seeds {seeds}`: {minutes:.0f} minutes on {cpus} CPU cores, which other work shared. A
seed is that of weights, data order and noise. About {measurements} measurements of 256 samples in a run.

A number is in how many seeds the verdict stood at the end of the run; **bold** is the one that the run is broken for;
empty is none.
"""
TAIL = """
## What cannot be told apart

- **Not trained yet and collapsed.** Both have few modes. That is why `stop_on` waits for `warm_up` steps, and why
  "strong D" and "kernel 3", whose G has hardly moved, are found to have few modes too. An untrained G with transposed
  convolutions can show checker artefacts as well: with seed 1 "strong D", "exploding" and "frozen" do, of kernel 5.
- **Few modes and orbiting.** A generator that hops from mode to mode ("collapsed ring") does both; one that circles the
  data ("Dirac") leaves most of their modes empty.
- **What follows from what.** After "exploding", output is constant and saturated and D is certain; "first plan" and a
  certain D are one event. The table of symptoms is in the order in which to read them.
- **How much overfitting is too much.** `held_out_separation` is 0.84 for the shipped dcgan.digits, which saw 1,500
  digits 120 times; the verdict stands from 0.9. A D trained on 64 digits reaches 1.0.
- **Three of the shipped weights have a verdict.** gdnet_first.mnist collapsed, and ships for that. The D of
  improved.mnist knows a minibatch of fakes by its likenesses, as minibatch discrimination lets it, and a loss of
  gdnet_info.mnist is above 50; whether that hurt the training, one measurement after its end cannot say.
- **Modes without an encoder** are ten clusters of pixels. A generator that makes one image for each cluster passes;
  `nearest_pair`, which the report shows, is then far below 1."""


def train(run, seed):
    """-> the records of one training, and its seconds."""
    keras.utils.set_random_seed(seed)
    started = time.perf_counter()
    model = run.model()
    model.seed = seed
    training = run.training()
    shuffled = training[np.random.default_rng(seed).permutation(len(training))]
    doctor = Doctor(shuffled, run.held_out(), every=max(1, run.steps // MEASUREMENTS))
    batches = data.load(training, batch_size=min(run.batch_size, len(training)), seed=seed)
    model.fit(batches, steps_per_epoch=run.steps, epochs=1, verbose=0, callbacks=[doctor])
    return doctor.records, time.perf_counter() - started


def shipped(name):
    """The one record of a pretrained variant."""
    model, variant = zoo.load(name), zoo.variant(name)
    source = data.read(variant.dataset, image_shape=variant.image_shape, split=variant.split)
    doctor = doctor_of(variant, source, variant.dataset)
    doctor.set_model(model)
    doctor.on_train_begin()
    return doctor.records


def names(records):
    return [verdict.symptom.name for verdict in diagnose(records)]


def last_seen(records):
    """{symptom: the last step at which it stood}, of those that did not stand at the end."""
    seen = {}
    for count in range(1, len(records)):
        seen |= dict.fromkeys(names(records[:count]), records[count - 1]["step"])
    return {name: step for name, step in seen.items() if name not in names(records)}


def row(what, counts, expected=None):
    cells = [f"**{counts[name]}**" if name == expected else str(counts[name] or "") for name in SYMPTOMS]
    return f"| {what} | {' | '.join(cells)} |"


def table(rows):
    headings = [name.replace("_", " ") for name in SYMPTOMS]
    return "\n".join([f"| | {' | '.join(headings)} |", f"|---|{'---|' * len(headings)}", *rows])


def count(found):
    return {name: sum(name in one for one in found) for name in SYMPTOMS}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--runs", nargs="+", help="only these")
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    console, started = Console(stderr=True), time.perf_counter()
    rows, what, passing = {True: [], False: []}, [], []
    for name, run in (BROKEN | HEALTHY).items():
        if options.runs and name not in options.runs:
            continue
        results = [train(run, seed) for seed in options.seeds]
        found = [names(records) for records, _ in results]
        seconds = np.mean([seconds for _, seconds in results])
        console.print(f"{name}: {run.verdict or 'healthy'}; found {found}; {seconds:.0f} s")
        rows[run.verdict is not None].append(row(name, count(found), run.verdict))
        what.append(f"| {name} | {run.what} | {run.steps:,} of {run.batch_size} | {seconds:.0f} |")
        if run.verdict is None:
            seen = last_seen(results[0][0])
            passing.append(f"| {name} | {', '.join(f'{symptom} to step {step:,}' for symptom, step in seen.items())} |")
    pretrained = []
    for name in [] if options.runs else zoo.list_models(pretrained=True):
        try:
            found = names(shipped(name))
        except FileNotFoundError as error:
            console.print(f"{name} is left out: {error}")
            continue
        console.print(f"{name}, shipped: found {found}")
        pretrained.append(row(name, count([found])))
    parts = [
        HEAD.format(
            seeds=" ".join(map(str, options.seeds)),
            minutes=(time.perf_counter() - started) / 60, cpus=os.cpu_count(), measurements=MEASUREMENTS,
        ),
        "## Broken runs\n", table(rows[True]), "\n## Healthy runs\n", table(rows[False]),
        "\n## The weights that the zoo ships\n\nOne measurement of each: what needs a course cannot be found.\n",
        table(pretrained),
        "\n## What healthy runs show on their way (the first seed)\n", "| | seen, and gone |\n|---|---|", *passing,
        "\n## The runs\n", "| | what | steps and batch | seconds |\n|---|---|---|---|", *what, TAIL,
    ]  # fmt: skip
    text = "\n".join(parts) + "\n"
    publish(text, options.markdown)


if __name__ == "__main__":
    main()
