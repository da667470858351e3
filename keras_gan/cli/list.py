"""`keras-gan list`: the variants of the zoo."""

import json
from typing import Annotated

import typer
from rich.table import Table

import zoo
from keras_gan.cli.arguments import console


def list_variants(
    pattern: Annotated[str, typer.Argument(help="A wildcard pattern, such as `dcgan*` or `*.mnist`.")] = "*",
    pretrained: Annotated[bool | None, typer.Option(help="Only those with (or without) weights.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Only those of this data set.")] = None,
    details: Annotated[bool, typer.Option("--details", help="Whole descriptions, papers and data sets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All that is known of each, for programs.")] = False,
):
    """Show the variants of the zoo, a line each: `keras-gan list '*.mnist' --pretrained`."""
    names = zoo.list_models(pattern, pretrained=pretrained, dataset=dataset)
    if not names:
        raise ValueError(f"No variant matches {pattern!r} with these options; keras-gan list shows all.")
    records = [zoo.variant(name) for name in names]
    if as_json:
        print(json.dumps([description(record) for record in records], indent=2))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("name", no_wrap=True)
    table.add_column("weights", no_wrap=True)
    table.add_column("what it is", ratio=1, no_wrap=not details, overflow="fold" if details else "ellipsis")
    for record in records:
        source = f" [dim]{record.paper.authors} {record.paper.year}; data: {record.dataset}[/]" if details else ""
        table.add_row(record.name, "yes" if record.pretrained else "-", record.description + source)
    console.print(table)


def description(record: zoo.Variant) -> dict:
    """What a program may want to know of a variant."""
    return {
        "name": record.name,
        "pretrained": record.pretrained,
        "description": record.description,
        "paper": {"title": record.paper.title, "authors": record.paper.authors, "year": record.paper.year},
        "dataset": record.dataset,
        "image_shape": record.image_shape,
        "conditional": record.conditional,
        "epochs": record.epochs,
        "batch_size": record.batch_size,
        "tags": list(record.tags),
    }
