"""`keras-gan export`: the sampler for other programs."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from keras_gan.cli.arguments import Model, console
from keras_gan.cli.quiet import quiet_import


class Formats(str, Enum):
    saved_model = "saved-model"
    onnx = "onnx"
    onnx_graph = "onnx-graph"
    tfjs = "tfjs"
    litert = "litert"
    openvino = "openvino"


class Weights(str, Enum):
    float32 = "float32"
    float16 = "float16"
    int8 = "int8"


def export(
    model: Model,
    target: Annotated[
        Path, typer.Argument(help="Where to; per format: see above. Nothing that is there is written over.")
    ],
    format: Annotated[Formats, typer.Option(help="What is written.")] = Formats.saved_model,
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
    if format is not Formats.saved_model and (version or max_batch):
        raise ValueError("--version and --max-batch go with --format saved-model.")
    if format not in (Formats.onnx, Formats.tfjs) and weights is not Weights.float32:
        raise ValueError("--weights goes with --format onnx or tfjs.")
    if format is Formats.tfjs and weights is Weights.int8:
        raise ValueError("--format tfjs stores float32 or float16.")
    with quiet_import():
        import export as exporters

    if format is Formats.saved_model:
        batching = {"max_batch_size": max_batch, "batch_timeout_micros": 1000} if max_batch else None
        path = exporters.saved_model(model, target, version, batching=batching)
    elif format in (Formats.onnx, Formats.tfjs):
        path = getattr(exporters, format.value)(model, target, precision=weights.value)
    else:
        path = getattr(exporters, format.value.replace("-", "_"))(model, target)
    console.print(f"Wrote {path}.", soft_wrap=True)
