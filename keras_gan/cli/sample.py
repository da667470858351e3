"""`keras-gan sample`: the images of given numbers."""

from enum import Enum
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from keras_gan.cli.arguments import Label, Model, Seed, console, label_of
from keras_gan.cli.quiet import quiet_import
from keras_gan.sampling.labels import to_show


class Runtimes(str, Enum):
    auto = "auto"
    tensorflow = "tensorflow"
    onnx = "onnx"


def sample(
    model: Model,
    n: Annotated[int, typer.Option("-n", help="How many images.")] = 16,
    seed: Seed = 0,
    label: Label = None,
    truncation: Annotated[float, typer.Option(help="z is multiplied by it; below 1: more typical, less varied.")] = 1.0,
    out: Annotated[
        Path,
        typer.Option(
            help="A .png grid (of points: a plot), .npy with the values, or a folder, filled with .npy shards."
        ),
    ] = Path("samples.png"),
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that fill a folder at once; default: 1.")
    ] = None,
    runtime: Annotated[
        Runtimes,
        typer.Option(
            help="What computes. onnx: no TensorFlow, starts in a second; MODEL may be a .onnx file. auto: onnx where "
            "that is installed and MODEL has sampler.onnx, else tensorflow."
        ),
    ] = Runtimes.auto,
):
    """Draw the images of seeds SEED, SEED + 1, ... and write them: `keras-gan sample dcgan.mnist -n 25 --seed 7`.

    A folder, `-n 1000000 --out million/ --workers 8`, is filled in parallel, and the same command goes on after a kill.
    With the extra `onnx` it takes a second instead of ten, and the images are the same to 1e-5.
    """
    if out.suffix not in (".png", ".npy", ""):
        raise ValueError(f"{out} must end in .png or .npy, or be a folder without a dot in its name.")
    if workers and out.suffix:
        raise ValueError("--workers goes with a folder of shards: --out samples/.")
    if runtime is Runtimes.auto:
        runtime = fastest(model)
    if not out.suffix:
        fill(out, model, runtime, n, seed, label, truncation, workers or 1)
        return
    loaded = open_sampler(model, runtime)
    label = to_show(loaded, n) if label is None else label_of(label)
    samples = loaded.sample(n, seed, label, truncation=truncation)
    from keras_gan.cli import pictures

    pictures.write_samples(out, samples)
    console.print(f"Wrote {out}.", soft_wrap=True)


def fill(folder, model, runtime, n, seed, label, truncation, workers):
    """A folder of shards, with a line of how far it is."""
    from zoo.shards import write_shards

    with console.status("starting") as status:
        write_shards(
            folder, model, partial(open_sampler, runtime=runtime), n, seed, None if label is None else label_of(label),
            truncation, workers, lambda done, total: status.update(f"{done} of {total} shards"),
        )  # fmt: skip
    console.print(f"Wrote {n:,} samples into {folder}.", soft_wrap=True)


def fastest(model: str) -> Runtimes:
    """onnxruntime where it is installed and can sample `model`: its graph lies beside its weights."""
    if find_spec("onnxruntime") is None:
        return Runtimes.tensorflow
    from export.runtime import GRAPH
    from zoo.locate import locate

    if model.endswith(".onnx"):
        return Runtimes.onnx
    found = locate(model)
    return Runtimes.onnx if found.kind == "preset" and (found.path / GRAPH).is_file() else Runtimes.tensorflow


def open_sampler(model: str, runtime: Runtimes, threads: int | None = None):
    """Whatever samples `model`. threads: of onnxruntime; TensorFlow's are TF_NUM_INTRAOP_THREADS."""
    if runtime is Runtimes.onnx:
        from export.runtime import Sampler

        return Sampler(model, threads)
    with quiet_import():
        import zoo

        return zoo.load(model)
