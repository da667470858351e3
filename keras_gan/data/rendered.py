"""Pictures that a package draws: kept in the user's cache folder, so that each size is drawn once."""

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
    path = place(name)
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):  # absent, or damaged
        pass
    arrays = make()
    try:
        with atomic_file(path) as aside, aside.open("wb") as file:
            np.savez(file, **arrays)
    except OSError as error:  # as in a container: the pictures are there all the same
        warnings.warn(f"{name} is not kept for the next time: {error}.", stacklevel=2)
    return arrays


def place(name):
    """The file that keeps the arrays of a name."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "keras_gan" / f"{name}.npz"


@contextmanager
def progress(what, total):
    """A function that is called after each picture: a progress bar on the terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"Drawing {what}", total=total)
        yield lambda count=1: bar.advance(task, count)
