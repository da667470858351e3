"""The command line: keras-gan."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown", help="GANs as Keras models.")


@app.callback()
def main():
    """Train, sample and export generative adversarial networks."""


@app.command()
def train(
    name: Annotated[str, typer.Argument(help="a variant, such as dcgan.mnist or gaussian1d")],
    run: Annotated[Path | None, typer.Option(help="the run's folder")] = None,
    epochs: Annotated[int | None, typer.Option(help="how many epochs in total")] = None,
    steps: Annotated[int | None, typer.Option(help="how many steps in total, instead of epochs")] = None,
    seed: Annotated[int, typer.Option(help="the seed of weights, noise and data order")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="continue the run in the folder")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="one line per epoch instead of a progress bar")] = False,
):
    """Train a variant by its recipe."""
    import zoo

    zoo.train(name, run, epochs=epochs, steps=steps, seed=seed, resume=resume, verbose=2 if quiet else "auto")


if __name__ == "__main__":
    app()
