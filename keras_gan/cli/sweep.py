"""`keras-gan sweep`: many settings of a recipe, each trained and measured once."""

import time
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from keras_gan.cli.arguments import console
from keras_gan.cli.quiet import quiet_import


class Engines(str, Enum):
    optuna = "optuna"
    ray = "ray"


SAID_EVERY = 30.0  # seconds between lines where the output is no terminal


def sweep(
    name: Annotated[str | None, typer.Argument(help="A search space, such as `ebgan_grid.mnist`.")] = None,
    trials: Annotated[
        int | None, typer.Option(min=1, help="So many settings, drawn by the seed; default: all.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Which settings, and the trials' weights and noise.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes that run trials at once.")] = 1,
    folder: Annotated[Path | None, typer.Option(help="Where trials and tables go; default: sweeps/NAME.")] = None,
    storage: Annotated[
        str | None,
        typer.Option(help="URL of a database that several machines share; default: an SQLite file in the folder."),
    ] = None,
    engine: Annotated[Engines, typer.Option(help="Who hands out the trials.")] = Engines.optuna,
    address: Annotated[
        str | None, typer.Option(help="Of a Ray cluster (`auto`, `ray://...`); default: one of this machine.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Stop trials that are below the median after an epoch.")
    ] = False,
    listed: Annotated[
        bool, typer.Option("--list", help="Only show what there is: all spaces, or a sweep's trials.")
    ] = False,
    best: Annotated[int | None, typer.Option(min=1, help="Only show the best so many trials that are done.")] = None,
):
    """Train and measure the settings of a search space: `keras-gan sweep ebgan_grid.mnist --trials 60 --workers 2`.

    The same command goes on after any kill, of it or of its processes: no trial is lost, and none is run twice. The
    folder gets trials.csv, histogram.png and tensorboard/ with HParams.
    """
    if name is None:
        if not listed:
            raise ValueError("Name a search space; keras-gan sweep --list shows all.")
        show_spaces()
        return
    from zoo.sweeps.space import space as find

    space, folder = find(name), folder or Path("sweeps") / name
    if listed or best:
        show_trials(space, folder, trials, seed, best)
        return
    with quiet_import():
        from zoo.sweeps.driver import sweep as run
    with console.status(f"{name}: starting") as status:
        table = run(
            space, folder, trials=trials, seed=seed, workers=workers, storage=storage, engine=engine.value,
            address=address, prune=prune, progress=Teller(name, status),
        )  # fmt: skip
    console.print(f"The table is {table}; the best: keras-gan sweep {name} --best 5.", soft_wrap=True)


class Teller:
    """Says how far the sweep is: beside a spinner, or now and then a line."""

    def __init__(self, name, status):
        self.name = name
        self.status = status
        self.said = -SAID_EVERY

    def __call__(self, state):
        done = state["complete"] + state["pruned"]
        total = done + state["waiting"] + state["running"] + state["fail"]
        left = state["seconds left"]
        text = f"{self.name}: {done} of {total} trials, {state['running']} running"
        text += f", {state['pruned']} of them pruned" * bool(state["pruned"])
        text += f", {state['fail']} failed" * bool(state["fail"])
        text += "" if left is None else f", about {duration(left)} left"
        self.status.update(text)
        if not console.is_terminal and time.monotonic() - self.said >= SAID_EVERY:
            console.print(text, soft_wrap=True)
            self.said = time.monotonic()


def duration(seconds):
    """`50 s`, `12 min`, `3.4 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def show_spaces():
    from zoo.sweeps.space import spaces

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("name", "settings", "judged by", "what it is"):
        table.add_column(heading, no_wrap=heading == "name", justify="right" if heading == "settings" else "left")
    for space in spaces().values():
        table.add_row(space.name, f"{space.size:,}", space.figure, space.description)
    console.print(table)


def show_trials(space, folder, trials, seed, best):
    """The trials of a sweep: those that are done, best first, and how many are left."""
    with quiet_import():
        from zoo.sweeps.table import results_in, rows_of
    settings = space.settings(trials, seed)
    rows = rows_of(space, results_in(space, folder, settings))
    if not rows:
        raise FileNotFoundError(f"{folder} holds no trial of {space.name} with seed {seed} that is done.")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("trial", *space.grid, space.figure, "seconds"):
        table.add_column(heading.replace("_", " "), no_wrap=True)
    for row in rows[:best]:
        value = "diverged" if row["diverged"] else f"{row['value']:.4g}"
        table.add_row(row["trial"], *(str(row[name]) for name in space.grid), value, f"{row['seconds']:.0f}")
    console.print(table)
    console.print(f"{len(rows):,} of {len(settings):,} trials are done.")
