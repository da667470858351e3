"""`keras-gan doctor`: what a run's measurements say."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from keras_gan.cli.arguments import console
from keras_gan.cli.quiet import quiet_import


def doctor(
    run: Annotated[Path, typer.Argument(help="A run's folder, also of a run that goes on or that diverged.")],
    plot: Annotated[Path | None, typer.Option(help="Losses and measurements as curves, a .png.")] = None,
):
    """Say what is wrong with a run, on what evidence, and what helps: `keras-gan doctor runs/dcgan.mnist`."""
    if not (run / "config.json").is_file():
        raise FileNotFoundError(f"{run} holds no run to examine: it has no config.json; keras-gan train makes one.")
    with quiet_import():
        from keras_gan import plots
        from keras_gan.doctor import QUANTITIES, SYMPTOMS, diagnose, read_records
        from keras_gan.doctor.records import NAME
        from zoo.locate import is_run
    measured = read_records(run / NAME)
    if is_run(run):
        measured += later(run, measured)
    if not measured:
        raise FileNotFoundError(f"{run} has neither measurements nor a checkpoint yet; let it train for a while.")
    console.print(measurements(measured, QUANTITIES, with_meaning=console.width >= 120))
    found = diagnose(measured)
    for verdict in found:
        console.print(f"\n[bold]{verdict.symptom.name}[/bold] {verdict.symptom.seen}")
        for name, value in verdict.evidence.items():
            console.print(f"  evidence: {name} is {value:.4g}")
        console.print(f"  holds where {' and '.join(map(str, verdict.symptom.tests))}")
        console.print(f"  remedy:   {verdict.symptom.remedy}\n  source:   {verdict.symptom.source}")
    if not found:
        console.print(f"\nNone of the {len(SYMPTOMS)} symptoms at step {measured[-1]['step']:,}.")
    if plot:
        plots.save(plots.learning_curves(measured, SCORES), plot)
        console.print(f"\nWrote {plot}.")


SCORES = ("diversity", "modes", "separation", "held_out_separation")


def later(run, measured):
    """[a measurement of the checkpoint], where it is later than all that were taken during the training."""
    from zoo.runs.checkpoint import load_run
    from zoo.runs.health import doctor_of
    from zoo.runs.sources import source_of, told

    model, record = load_run(run)
    if measured and measured[-1]["step"] >= int(model.steps.numpy()):
        return []
    config = json.loads((run / "config.json").read_text())
    dataset, damaged = config["dataset"] or record.dataset, config.get("damaged")
    try:
        source = source_of(record, dataset, config["split"], config["seed"], damaged)
    except (ValueError, FileNotFoundError):  # data that are not here, or were an array
        if measured:
            return []
        raise
    source = told(source, record, config.get("labelled"), config["seed"])
    examiner = doctor_of(record, source, dataset, damaged=damaged)
    examiner.set_model(model)
    examiner.on_train_begin()
    return examiner.records


def measurements(records, quantities, with_meaning):
    """A table of each quantity at the start, halfway and now; what it means does not fit into a narrow terminal."""
    chosen = [records[0], records[len(records) // 2], records[-1]]
    table = Table(box=None, header_style="bold")
    table.add_column("measured")
    for record in chosen:
        table.add_column(f"step {record['step']:,}", justify="right")
    if with_meaning:
        table.add_column("what it is", style="dim")
    for name, meaning in quantities.items():
        if any(record.get(name) is not None for record in records):
            values = (record.get(name) for record in chosen)
            cells = ["-" if value is None else f"{value:.3g}" for value in values]
            table.add_row(name, *cells, *([meaning] if with_meaning else []))
    return table
