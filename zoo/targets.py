"""What `keras-gan evaluate` can measure: pretrained names, runs, presets, SavedModels, and images of any origin."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from keras_gan import data
from keras_gan.evaluation.measure import default_count, measure, measure_model, origin_of
from keras_gan.evaluation.reference import read
from keras_gan.fast import tf32
from keras_gan.sampling.labels import in_turn
from keras_gan.sampling.sampler import in_batches
from zoo import shards
from zoo.loading import load
from zoo.locate import locate
from zoo.presets import preset
from zoo.runs.checkpoint import load_run
from zoo.runs.folder import CONFIG, RESULT


@dataclass(frozen=True)
class Target:
    """Something that can be measured.

    measure(dataset, n, seed, split=, encoder=, progress=, workers=) -> Scores; n None: as many as the protocol takes;
    workers: so many processes draw the samples. dataset: the one it was trained on, or None. record: the JSON file that
    keeps its figures, or None. card: the variant whose card stands beside that file, or None.
    """

    name: str
    measure: Callable
    dataset: str | None = None
    record: Path | None = None
    card: object = None


def open_target(what):
    """The Target of a variant's name, or of the path of a run, a preset, a SavedModel, a folder of images or a file.

    Raises ValueError or FileNotFoundError with one sentence for what is none of these.
    """
    found = locate(what)
    if found.kind == "run":
        model, record = load_run(found.path)
        dataset = json.loads((found.path / CONFIG).read_text())["dataset"] or record.dataset
        return of_model(str(what), model, dataset, found.path / RESULT)
    if found.kind == "preset":
        return of_preset(str(what), found.path, found.record)
    if found.kind == "saved_model":
        return Target(str(what), of_saved_model(found.path))
    return Target(str(what), of_images(found.path))


def of_preset(name, folder, record):
    """A preset, with its card where it is of a variant and was released."""
    dataset = record and json.loads((folder / "metadata.json").read_text()).get("dataset", record.dataset)
    card = record if (folder / "card.md").is_file() else None
    return of_model(name, preset.read(folder), dataset, folder / "metadata.json", card)


def of_model(name, model, dataset, record, card=None):
    """A model of the library."""

    def measured(dataset, n, seed, workers=None, progress=lambda stage: None, **options):
        def draw(n, seed, label):
            def told(done, total):
                progress(f"{n:,} samples, {done} of {total} parts, by {workers} processes")

            return shards.drawn(name, sampler_of, n, seed, label, workers, told)

        return measure_model(model, dataset, n, seed, draw=draw if workers else None, progress=progress, **options)

    return Target(name, measured, dataset, record, card)


def sampler_of(name, threads):
    """In a process that draws samples: the model. TensorFlow's threads follow the environment."""
    return load(name)


def of_images(path):
    """A folder of images or a NumPy file: the first n of them, all by default, up to the protocol's count."""

    def measured(dataset, n, seed, workers=None, **options):
        refuse(workers, path)
        source = data.read(path)
        count = min(n or default_count(dataset), len(source.values))
        if n and n > count:
            raise ValueError(f"{path} holds {count} samples, fewer than the {n} that are asked for.")
        if seed:
            raise ValueError("--seed numbers the samples of a model; a folder or a file has none.")
        labels = None if source.labels is None else source.labels[:count]
        origin = f"the first {count} of {path.name}"
        return measure(source.values[:count], dataset, labels=labels, origin=origin, **options)

    return measured


def refuse(workers, path):
    if workers:
        raise ValueError(f"--workers draws samples of a variant, a run or a preset, and {path} is none.")


def of_saved_model(folder):
    """A SavedModel with the signature `sample`, as `keras-gan export` writes it."""
    tf32.settle()
    loaded = tf.saved_model.load(str(folder))
    if "sample" not in loaded.signatures:
        raise ValueError(f'{folder} has no signature "sample"; keras-gan export writes SavedModels that have.')
    sample = loaded.signatures["sample"]
    conditional = "label" in sample.structured_input_signature[1]

    def measured(dataset, n, seed, progress, workers=None, **options):
        refuse(workers, folder)
        n = n or default_count(dataset)
        labels = None
        if conditional:
            classes = read(dataset, None, options.get("split"))[0].classes
            if not classes:
                raise ValueError(f"{folder} makes the class that it is asked for, and {dataset} has no classes.")
            labels = in_turn(classes, n).astype("int32")
        progress(f"{n:,} samples")
        arrays = [np.arange(seed, seed + n, dtype="int64")] + ([labels] if conditional else [])
        names = ("seed", "label")[: len(arrays)]
        samples = in_batches(lambda *rows: next(iter(sample(**dict(zip(names, rows, strict=True))).values())), arrays)
        return measure(samples, dataset, labels=labels, origin=origin_of(seed, n), progress=progress, **options)

    return measured
