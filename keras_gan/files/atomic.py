"""Files and folders that are there completely or not at all: written beside their place, then renamed."""

import json
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def atomic_file(path):
    """`with atomic_file(path) as aside:` write to `aside`; it becomes `path` when the block ends well, and is removed
    when it does not. Creates the parent folder. Raises OSError with one sentence for a place that cannot be written."""
    path = Path(path)
    aside = beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield aside
        os.replace(aside, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):  # the folder itself may not exist
            aside.unlink()


@contextmanager
def atomic_folder(path, replace=False):
    """`with atomic_folder(path) as aside:` fill the folder `aside`; it becomes `path` when the block ends well, and is
    removed when it does not. `path` must not be there, or be empty, unless `replace`.

    Raises FileExistsError, before anything is written, for a folder that holds something; OSError with one sentence for
    a place that cannot be written."""
    path = Path(path)
    if path.exists() and not replace and (not path.is_dir() or any(path.iterdir())):
        raise FileExistsError(f"{path} is there already and not empty; choose a new folder.")
    aside = beside(path)
    try:
        aside.mkdir(parents=True)
        yield aside
        if path.exists():
            shutil.rmtree(path)
        os.rename(aside, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_json(path, content):
    """`content` as indented JSON."""
    with atomic_file(path) as aside:
        aside.write_text(json.dumps(content, indent=2) + "\n")


def beside(path):
    """Where `path` is written before it is renamed; hidden, and another for each process."""
    return path.with_name(f".{os.getpid()}.{path.name}")


def unwritable(path, error):
    """One sentence for an OSError."""
    return OSError(f"Cannot write {path}: {error.strerror or error}; choose another place or make room for it.")
