"""`keras-gan export`: the sampler for other programs."""

import re
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from keras_gan.cli.arguments import Model, console
from keras_gan.cli.quiet import quiet_import


def formats():
    """{function: option} of what export's stub lists from formats/, read and not imported: --help must not wait."""
    (folder,) = find_spec("export").submodule_search_locations
    names = re.findall(r"^from \.formats\.\w+ import (\w+)", (Path(folder) / "__init__.pyi").read_text(), re.MULTILINE)
    return {name: name.replace("_", "-") for name in names}


Formats = Enum("Formats", formats(), type=str)  # type: ignore[misc]  # known when it runs
SAVED_MODEL = Formats("saved-model")


class Weights(str, Enum):
    float32 = "float32"
    float16 = "float16"
    int8 = "int8"


def export(
    model: Model,
    target: Annotated[
        Path, typer.Argument(help="Where to; per format: see above. Nothing that is there is written over.")
    ],
    format: Annotated[Formats, typer.Option(help="What is written.")] = SAVED_MODEL,
    version: Annotated[
        int | None, typer.Option(min=1, help="saved-model: the version's number; default: the next free one.")
    ] = None,
    max_batch: Annotated[
        int | None, typer.Option(min=1, help="saved-model: TF Serving merges requests up to so many rows.")
    ] = None,
    weights: Annotated[
        Weights, typer.Option(help="onnx, tfjs: how weights are stored; float16 halves the file.")
    ] = Weights.float32,
):
    """Write the sampler for other programs: `keras-gan export dcgan.mnist served/`, `... d.onnx --format onnx`.

    | format | TARGET | what it is |
    |---|---|---|
    | `saved-model` | a folder | TF Serving's base path; TARGET/1, TARGET/2, ... with signatures, warmup and card |
    | `onnx` | a .onnx file | z to images; `keras-gan sample FILE.onnx --runtime onnx` draws z too |
    | `onnx-graph` | a preset's folder | sampler.onnx, a few kB; its weights are the preset's own |
    | `tfjs` | a new folder | a TensorFlow.js graph model, and latents.js for z |
    | `litert` | a .tflite file | for phones and small devices |
    | `openvino` | a .xml file | OpenVINO, with a .bin beside it |
    """
    if format is not SAVED_MODEL and (version or max_batch):
        raise ValueError("--version and --max-batch go with --format saved-model.")
    if format.name not in ("onnx", "tfjs") and weights is not Weights.float32:
        raise ValueError("--weights goes with --format onnx or tfjs.")
    if format.name == "tfjs" and weights is Weights.int8:
        raise ValueError("--format tfjs stores float32 or float16.")
    with quiet_import():
        import export as exporters

    options: dict = {}
    if format is SAVED_MODEL:
        batching = {"max_batch_size": max_batch, "batch_timeout_micros": 1000} if max_batch else None
        options = {"version": version, "batching": batching}
    elif format.name in ("onnx", "tfjs"):
        options = {"precision": weights.value}
    path = getattr(exporters, format.name)(model, target, **options)
    console.print(f"Wrote {path}.", soft_wrap=True)
