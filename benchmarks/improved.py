"""What each technique of Salimans et al. 2016 does alone: `python -m benchmarks.improved`.

On eight Gaussians, from a game whose generator is ten times as fast as its discriminator: modes covered and share of
high-quality samples of the recipes improved_*.ring, with and without each technique. With --mnist EPOCHS instead: the
convolutional pair on digits, with and without each, by the zoo's protocol.
"""

import argparse
import os
import time
from functools import partial
from pathlib import Path

import keras
import numpy as np
from rich.console import Console

import zoo
from benchmarks.zoo import publish
from keras_gan import data
from keras_gan.data.toys import TOYS
from keras_gan.evaluation.measure import measure_model
from keras_gan.metrics.modes import mode_coverage
from zoo.papers.improved import RING, digits

SAMPLES = 10_000
MNIST = {  # what it has: the game
    "the plain pair": partial(digits, minibatch_kernels=0),
    "minibatch discrimination": digits,
    "real target 0.9": partial(digits, minibatch_kernels=0, real_target=0.9),
    "both, as improved.mnist": partial(digits, real_target=0.9),
    "feature matching": partial(digits, minibatch_kernels=0, feature_layer="features"),
    "historical averaging, weight 0.01": partial(digits, minibatch_kernels=0, history_weight=0.01),
    "virtual batch normalisation in G": partial(digits, minibatch_kernels=0, virtual=True),
}
COLUMNS = {"fid": ".2f", "kid": ".3f", "precision": ".3f", "recall": ".3f", "class_entropy": ".3f", "parzen": ".1f"}
RING_HEAD = """# The techniques of Salimans et al. 2016, one by one

`{command}`: {minutes:.1f} minutes on {cpus} CPU cores that other work shared, {cpu_minutes:.1f} minutes of CPU time.
{steps:,} steps of {batch} points. The numbers of a cell are those of the seeds {seeds} (of weights, data order and
noise). Modes: of 8, covered by one of {samples:,} samples within 3 standard deviations. High quality: the share of
samples so near to a mode; real points have 0.989. KL: of the samples over the modes, nats; 2.079 is one mode, and 0
is best.

| recipe | the plain game and | modes | high quality | KL | CPU seconds |
|---|---|---|---|---|---|"""
RING_TAIL = """
The plain game is made to fail: three ReLU layers of 128 on each side, and a G whose learning rate is ten times D's.
Smoothing is for another trouble than lost modes. So short a run ends before any game converges, and what one seed gives
follows the rounding of the machine: read rows, not cells."""
MNIST_HEAD = """# The techniques of Salimans et al. 2016 on MNIST

`{command}`: {minutes:.0f} minutes on {cpus} CPU cores, which other work
shared; those of a row are its training's. {samples:,} samples of the averaged generator against the test digits, by
the protocol of the zoo's cards; class entropy is in nats, 2.303 for ten equally frequent digits.

| the small convolutional pair with | seed | {columns} | minutes |
|---|---|{rules}---|"""


def train(model, optimizers, dataset, batch_size, seed, steps=None, epochs=1, image_shape=None, calls=50):
    """Trains a model in place; -> seconds, seconds of CPU time. optimizers: a recipe's, a function of the run's steps.
    calls: steps in one call of TensorFlow."""
    started, used = time.perf_counter(), time.process_time()
    model.seed = seed
    batches = data.load(dataset, image_shape=image_shape, batch_size=batch_size, seed=seed)
    model.compile(*optimizers((steps or batches.steps_per_epoch) * epochs), steps_per_execution=calls)
    model.fit(batches, steps_per_epoch=steps, epochs=epochs, verbose=0)
    return time.perf_counter() - started, time.process_time() - used


def ring(name, seed, steps):
    """-> the WorldCoverage of a recipe, and its seconds of CPU time."""
    record = zoo.variant(name)
    keras.utils.set_random_seed(seed)
    model = record.build()
    _, used = train(model, record.optimizers, record.dataset, record.batch_size, seed, steps)
    samples = model.sample(SAMPLES)
    if not np.isfinite(samples).all():
        raise FloatingPointError(f"{name}, seed {seed}: the generator has diverged.")
    return mode_coverage(samples, TOYS[record.dataset]), used


def ring_rows(seeds, steps, console):
    for name, (added, *_) in RING.items():
        name = f"improved_{name}.ring"
        found = []
        for seed in seeds:
            found.append(ring(name, seed, steps))
            console.print(f"{name}, seed {seed}: {found[-1]}")
        coverages, used = zip(*found, strict=True)
        cells = [
            ", ".join(str(one.covered) for one in coverages),
            ", ".join(f"{one.high_quality:.3f}" for one in coverages),
            ", ".join(f"{one.kl:.3f}" for one in coverages),
            f"{np.mean(used):.0f}",
        ]
        yield f"| `{name}` | {added} | {' | '.join(cells)} |"


def mnist_rows(seeds, epochs, console):
    record = zoo.variant("improved.mnist")
    for what, build in MNIST.items():
        for seed in seeds:
            keras.utils.set_random_seed(seed)
            model = build()
            seconds, _ = train(
                model, record.optimizers, "mnist", record.batch_size, seed, epochs=epochs,
                image_shape=record.image_shape, calls=1,
            )  # fmt: skip
            scores = {score.protocol.metric: score.value for score in measure_model(model, "mnist", SAMPLES)}
            console.print(f"{what}, seed {seed}: {scores}")
            values = [format(scores[metric], form) for metric, form in COLUMNS.items()]
            yield f"| {what} | {seed} | {' | '.join(values)} | {seconds / 60:.0f} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4, 5])
    parser.add_argument("--steps", type=int, default=1500, help="of a run on the ring")
    parser.add_argument("--mnist", type=int, metavar="EPOCHS", help="digits instead of the ring, for so many epochs")
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    console, started, used = Console(stderr=True), time.perf_counter(), time.process_time()
    seeds = " ".join(map(str, options.seeds))
    if options.mnist:
        rows, head, tail = list(mnist_rows(options.seeds, options.mnist, console)), MNIST_HEAD, []
        command = f"python -m benchmarks.improved --mnist {options.mnist} --seeds {seeds}"
    else:
        rows, head, tail = list(ring_rows(options.seeds, options.steps, console)), RING_HEAD, [RING_TAIL]
        command = f"python -m benchmarks.improved --steps {options.steps} --seeds {seeds}"
    facts = {
        "command": command, "minutes": (time.perf_counter() - started) / 60, "cpus": os.cpu_count(),
        "cpu_minutes": (time.process_time() - used) / 60, "seeds": seeds.replace(" ", ", "), "steps": options.steps,
        "batch": zoo.variant("improved_plain.ring").batch_size, "samples": SAMPLES,
        "columns": " | ".join(metric.replace("_", " ") for metric in COLUMNS), "rules": "---|" * len(COLUMNS),
    }  # fmt: skip
    text = "\n".join([head.format(**facts), *rows, *tail]) + "\n"
    publish(text, options.markdown)


if __name__ == "__main__":
    main()
