"""`keras-gan sample`: the images of given numbers."""

from enum import Enum
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
    out: Annotated[Path, typer.Option(help="A .png grid (of points: a plot), or .npy with the values.")] = Path(
        "samples.png"
    ),
    runtime: Annotated[
        Runtimes,
        typer.Option(
            help="What computes. onnx: no TensorFlow, starts in a second; MODEL may be a .onnx file. auto: onnx where "
            "that is installed and MODEL has sampler.onnx, else tensorflow."
        ),
    ] = Runtimes.auto,
):
    """Draw the images of seeds SEED, SEED + 1, ... and write them: `keras-gan sample dcgan.mnist -n 25 --seed 7`.

    With the extra `onnx` it takes a second instead of ten, and the images are the same to 1e-5.
    """
    if out.suffix not in (".png", ".npy"):
        raise ValueError(f"{out} must end in .png or .npy.")
    if runtime is Runtimes.auto:
        runtime = fastest(model)
    loaded = open_sampler(model, runtime)
    label = to_show(loaded, n) if label is None else label_of(label)
    samples = loaded.sample(n, seed, label, truncation=truncation)
    from keras_gan.cli import pictures

    pictures.write_samples(out, samples)
    console.print(f"Wrote {out}.", soft_wrap=True)


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


def open_sampler(model: str, runtime: Runtimes):
    """Whatever samples `model`."""
    if runtime is Runtimes.onnx:
        from export.runtime import Sampler

        return Sampler(model)
    with quiet_import():
        import zoo

        return zoo.load(model)
