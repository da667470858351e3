"""`keras-gan release`: a run becomes a preset with its card."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from keras_gan.cli.arguments import console
from keras_gan.cli.quiet import quiet_import


def release(
    run: Annotated[Path, typer.Argument(help="The folder of a complete run.")],
    folder: Annotated[Path | None, typer.Option(help="Where to; default: the zoo's own folder of the variant.")] = None,
    beside: Annotated[
        Path | None, typer.Option(help="Another complete run on the same data, whose curve the card shows, too.")
    ] = None,
):
    """Publish a run as a preset with its card: weights in half precision, and the figures of those very weights.

    With tf2onnx installed, sampler.onnx too, by which `keras-gan sample --runtime onnx` does without TensorFlow.
    """
    with quiet_import():
        import export as exporters
        from zoo.presets.release import release as publish

    published = publish(run, folder, beside)
    console.print(f"Wrote {published}.", soft_wrap=True)
    if find_spec("tf2onnx"):
        console.print(f"Wrote {exporters.onnx_graph(published, published)}.", soft_wrap=True)
