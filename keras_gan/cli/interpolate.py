"""`keras-gan interpolate`: a walk from one image to another."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from keras_gan.cli.arguments import Model, console, label_of
from keras_gan.cli.quiet import quiet_import


class Paths(str, Enum):
    linear = "linear"
    spherical = "spherical"


def interpolate(
    model: Model,
    start: Annotated[int, typer.Option("--from", help="The number of the first image.")] = 0,
    end: Annotated[int, typer.Option("--to", help="The number of the last image.")] = 1,
    steps: Annotated[int, typer.Option(min=2, help="How many images from one to the other.")] = 9,
    kind: Annotated[Paths, typer.Option(help="The path between the two z.")] = Paths.spherical,
    label: Annotated[str, typer.Option(help="The class to make, by number or name (conditional models).")] = "0",
    out: Annotated[Path, typer.Option(help="A .png strip, or a .gif film.")] = Path("interpolation.png"),
):
    """Walk from one image to another: `keras-gan interpolate dcgan.mnist --from 3 --to 8 --out walk.gif`."""
    if out.suffix not in (".png", ".gif"):
        raise ValueError(f"{out} must end in .png or .gif.")
    with quiet_import():
        import zoo
        from keras_gan.cli import pictures
        from keras_gan.sampling.paths import interpolation

        loaded = zoo.load(model)
    label = None if loaded.classes is None else label_of(label)
    pictures.write_strip(out, interpolation(loaded, start, end, steps, kind.value, label))
    console.print(f"Wrote {out}.", soft_wrap=True)
