"""Files and folders that are there completely or not at all: written beside their place, then renamed."""

import csv
import functools
import json
import os
import re
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from pathlib import Path

BESIDE = re.compile(r"\.(\d+)-[0-9a-f]{16}\.(.+)", re.DOTALL)
STALE = 600  # seconds after which what a process has left that is gone is removed: another machine may share the folder


@contextmanager
def atomic_file(path):
    """`with atomic_file(path) as aside:` write to `aside`; it becomes `path` when the block ends well, and is removed
    when it does not. Creates the parent folder. Raises OSError with one sentence for a place that cannot be written."""
    path = Path(path)
    aside = beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path)
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))  # a link of this name would be followed
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
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path)
        aside.mkdir()
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


def write_csv(path, rows):
    """Dictionaries as lines under a line of all their keys, in order of appearance; what a row lacks is empty."""
    with atomic_file(path) as aside, open(aside, "w", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def beside(path):
    """Where `path` is written before it is renamed: hidden, and a name that nobody can foresee."""
    return path.with_name(f".{os.getpid()}-{secrets.token_hex(8)}.{path.name}")


def sweep(path):
    """Removes what killed processes have left of writing `path`."""
    for name in left_in(os.path.abspath(path.parent), time.monotonic() // STALE):
        process, of = BESIDE.fullmatch(name).groups()
        if of == path.name and is_stale(path.with_name(name), int(process)):
            remove(path.with_name(name))


@functools.lru_cache(maxsize=64)
def left_in(folder, _):
    """The names of such files in a folder. They are looked for once in the time after which they may be removed: a
    thousand files that are written into one folder would otherwise list it a thousand times."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if BESIDE.fullmatch(entry.name)]


def is_stale(path, process):
    """Whether the process that wrote it is gone, for long enough."""
    try:
        return not is_running(process) and time.time() - path.lstat().st_mtime > STALE
    except OSError:  # it has gone meanwhile
        return False


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # another user's
    return True


def remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def unwritable(path, error):
    """One sentence for an OSError."""
    return OSError(f"Cannot write {path}: {error.strerror or error}; choose another place or make room for it.")
