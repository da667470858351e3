"""`keras-gan evaluate`: figures of anything that makes images, and how they were measured."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from keras_gan.cli.arguments import console
from keras_gan.cli.quiet import quiet_import
from keras_gan.files.atomic import write_json


def evaluate(
    target: Annotated[
        str | None,
        typer.Argument(
            help="A pretrained name, a run's, preset's or SavedModel's folder, a folder of images, a .npy or .npz file."
        ),
    ] = None,
    n: Annotated[
        int | None, typer.Option("-n", min=1, help="How many samples; default: the protocol's, 10,000 for most images.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The number of the first sample of a model.")] = 0,
    dataset: Annotated[
        str | None,
        typer.Option(help="The real data: a TFDS name, `stacked_mnist`, a toy world, a folder, a file."),
    ] = None,
    split: Annotated[str | None, typer.Option(help="Their split; default: the test split where there is one.")] = None,
    encoder: Annotated[
        str | None,
        typer.Option(help="`mnistcnn`, `facecnn`, `inception` or a .keras file; default: the data set's own."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, help="So many processes draw the samples, each on one of the GPUs that CUDA_VISIBLE_DEVICES names."
        ),
    ] = None,
    json: Annotated[
        Path | None, typer.Option("--json", help="Also write the scores with their protocols here.")
    ] = None,
    attributes: Annotated[
        Path | None, typer.Option(help="Also draw how often samples and data show what here, a .png: drawn faces only.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Measure a card's figures again; fail outside their recorded band.")
    ] = False,
    floor: Annotated[str | None, typer.Option(help="Instead of a target: what real training images score.")] = None,
):
    """Measure samples against real data: `keras-gan evaluate dcgan.mnist`, `keras-gan evaluate s.npy --dataset mnist`.

    Files hold uint8 [n, h, w, c] or floats in [-1, 1]. A score's name says metric, number of samples and encoder; its
    JSON says all else that it depends on. The record and the card of a variant are updated where it is measured by its
    whole protocol, that is without -n, --seed, --dataset, --split or --encoder.
    """
    own_protocol = not (n or seed or dataset or split or encoder)
    if (target is None) == (floor is None):
        raise ValueError("Give a target to measure, or --floor with a data set.")
    if floor and (n or seed or dataset or split or attributes or check or workers):
        raise ValueError("--floor goes with --encoder and --json only: its draws are fixed.")
    if check and not own_protocol:
        raise ValueError("--check measures by the recorded protocol; leave the other options out.")
    if n is not None and n < 20:
        raise ValueError(f"At least 20 samples are needed to measure anything; -n {n} is fewer.")
    if json is not None and json.suffix != ".json":
        raise ValueError(f"{json} must end in .json.")
    if attributes is not None and attributes.suffix != ".png":
        raise ValueError(f"{attributes} must end in .png.")
    if workers:  # this process and one of them share a GPU
        os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    with quiet_import():
        from keras_gan.evaluation.check import check as hold_against
        from keras_gan.evaluation.floor import floor as floor_of
        from zoo import scores as records
        from zoo.targets import open_target
    if floor:
        with working() as progress:
            scores = floor_of(floor, encoder, progress)
        finish(f"{floor}, real training images", scores, json)
        return
    found = open_target(target)
    if not (dataset or found.dataset):
        raise ValueError(f"{target} does not say which data it imitates; name them: --dataset mnist.")
    old = records.recorded_scores(found) if check else None
    with working() as progress:
        scores = found.measure(
            dataset or found.dataset, n, seed, split=split, encoder=encoder, progress=progress, workers=workers
        )
    finish(target, scores, json)
    if attributes:
        draw_attributes(scores, attributes)
    if check:
        hold_against(old, scores)
        console.print(f"All {len(old)} figures are within their recorded bands.")
    elif own_protocol and found.record:
        console.print(records.keep(found, scores))


@contextmanager
def working():
    """A function that shows what is being done, beside a spinner, until the block ends; lines where there is no
    terminal."""
    with console.status("reading") as status:

        def progress(stage):
            status.update(stage)
            if not console.is_terminal:
                console.print(f"[dim]{stage} ...[/dim]")

        yield progress


def finish(title, scores, json):
    """The tables, what their figures are, and the JSON file where one is asked for."""
    from keras_gan.evaluation.attribute_scores import by_attribute
    from keras_gan.evaluation.figures import explained

    console.print(table(title, scores))
    if rows := by_attribute(scores):
        console.print()
        console.print(attribute_table(rows))
    console.print()
    for score in scores:
        console.print(f"{score.name}: [dim]{explained(score)}[/]", soft_wrap=not console.is_terminal, highlight=False)
    if json:
        write_json(json, {"target": str(title), "scores": [score.to_json() for score in scores]})
        console.print(f"Wrote {json}.", soft_wrap=True)


def table(title, scores):
    """Scores as a rich table: name, value and interval. What a figure is does not fit beside its long name."""
    protocol = next(score.protocol for score in scores if score.protocol.real)
    real = f"{protocol.n_real:,} of {protocol.real}" if protocol.n_real else protocol.real
    caption = f"{scores[0].samples} against {real}; quantisation: {protocol.quantisation}"
    shown = Table(title=title, caption=caption, box=None, header_style="bold", title_justify="left", pad_edge=False)
    for heading, right in (("figure", False), ("value", True), ("+-", True)):
        shown.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for score in scores:
        reach = "" if score.plus_minus is None else f"{score.plus_minus:.2g}"
        shown.add_row(score.name, f"{score.value:.5g}", reach)
    return shown


def attribute_table(rows):
    """What samples show, attribute by attribute, as a rich table; rows as by_attribute gives them."""
    asked = any(agreement is not None for *_, agreement in rows)
    shown = Table(box=None, header_style="bold", pad_edge=False)
    shown.add_column("attribute", no_wrap=True)
    shown.add_column("KL, nats", justify="right", no_wrap=True)
    if asked:
        shown.add_column("as asked for", justify="right", no_wrap=True)
    shown.add_column("never shown")
    for name, kl, missing, agreement in rows:
        seen = [("" if agreement is None else f"{agreement:.2%}")] if asked else []
        shown.add_row(name, f"{kl:.4f}", *seen, ", ".join(missing))
    return shown


def draw_attributes(scores, path):
    """The bar charts of scores that tell attributes. Raises ValueError for others."""
    from keras_gan import plots
    from keras_gan.evaluation.attribute_scores import shares_of

    shares = shares_of(scores)
    if not shares:
        raise ValueError("These scores tell no attributes: --attributes takes drawn faces and their encoder, facecnn.")
    plots.save(plots.attribute_bars(shares), path)
    console.print(f"Wrote {path}.", soft_wrap=True)
