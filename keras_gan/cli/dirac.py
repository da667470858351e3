"""`keras-gan dirac`: the smallest game, trained in nine ways."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from keras_gan.cli.arguments import console


class Updates(str, Enum):
    simultaneous = "simultaneous"
    alternating = "alternating"
    alternating5 = "alternating5"


def dirac(
    updates: Annotated[
        Updates, typer.Option(help="Both players at once, in turn, or five steps of D before each of G.")
    ] = Updates.simultaneous,
    out: Annotated[Path, typer.Option(help="A .png, .svg or .pdf.")] = Path("dirac.png"),
):
    """Draw how nine ways to train Dirac-GAN move: which circle for ever, and which arrive.

    One number against one number (Mescheder, Geiger and Nowozin 2018). Needs no data, and takes a second.
    """
    from keras_gan import exhibits, plots

    plots.save(exhibits.dirac_games(updates.value), out)
    console.print(f"Wrote {out}: blue paths arrive at the solution (0, 0), orange ones do not.")
