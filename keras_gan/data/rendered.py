"""What takes long to make, such as the pictures that a package draws: kept in the user's cache folder."""

import os
import warnings
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from keras_gan.files.atomic import atomic_file


def kept(name, make):
    """{key: array} of `make`, from the cache if it is there: whole or absent, and made again where it is damaged.

    name: of the cache's file; it has all that the arrays depend on.
    """
    arrays = opened(name)
    if arrays is None:
        keep(name, arrays := make())
    return arrays


def opened(name):
    """{key: array} of a file of the cache, or None where it is absent or damaged."""
    try:
        with np.load(place(name), allow_pickle=False) as file:
            return dict(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def keep(name, arrays):
    """Writes a file of the cache; where that cannot be, as in some containers, it is a warning."""
    try:
        with atomic_file(place(name)) as aside, aside.open("wb") as file:
            np.savez(file, **arrays)
    except OSError as error:
        warnings.warn(f"{name} is not kept for the next time: {error}.", stacklevel=3)


def place(name):
    """The file that keeps the arrays of a name."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "keras_gan" / f"{name}.npz"


@contextmanager
def progress(what, total):
    """A function that is called with how many more are done: a progress bar on the terminal. what: "Drawing faces"."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count=1: bar.advance(task, count)
