"""Files that are whole or absent: written aside, then renamed."""

import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def written_aside(path):
    """`with written_aside(path) as aside:` write to `aside`; it becomes `path` when the block ends well, and is removed
    when it does not. Creates the parent folder. Raises OSError with one sentence for a place that cannot be written."""
    path = Path(path)
    aside = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield aside
        os.replace(aside, path)
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"cannot write {path}: {reason}; choose another place or make room for it") from error
    finally:
        with suppress(OSError):  # the folder itself may not exist
            aside.unlink()


def write_json(path, content):
    """`content` as indented JSON."""
    with written_aside(path) as aside:
        aside.write_text(json.dumps(content, indent=2) + "\n")
