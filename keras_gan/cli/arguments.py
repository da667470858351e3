"""Arguments and options that several commands share."""

from typing import Annotated

import typer
from rich.console import Console

console = Console()

Model = Annotated[
    str,
    typer.Argument(
        help="A pretrained name (`dcgan.mnist`), a run's or a preset's folder, or an address on the Hub, "
        "`hf://owner/name`."
    ),
]
Seed = Annotated[int, typer.Option(help="The number of the first image; image s is the same everywhere.")]
Label = Annotated[
    str | None,
    typer.Option(
        help="The class to make, by number or name, or attributes, `hair=#e15c66,eyes=glasses` (conditional models); "
        "default: each in turn."
    ),
]


def label_of(text: str | None):
    """A label as the models take it: a whole number, the name of a class, or {attribute: value}."""
    if text is not None and "=" in text:
        parts = [part.partition("=") for part in text.split(",")]
        return {name.strip(): label_of(value.strip()) for name, _, value in parts}
    return int(text) if text is not None and text.lstrip("-").isdecimal() else text
