"""One writer for a run folder: a lock of the operating system, which ends with the process that holds it."""

import json
import os
import socket
from contextlib import contextmanager, suppress
from datetime import datetime, timezone

from keras_gan.files.atomic import write_json

WRITER = ".writer.json"  # in the run folder, who holds the lock


@contextmanager
def only_writer(run):
    """Nobody else writes in the folder `run` until the block ends; the workers of one run are one writer, their chief.
    Where the folder is not there, nothing is locked. Raises BlockingIOError with one sentence that names the other."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    if not run.is_dir():
        yield
        return
    folder = os.open(run, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(
                f"{run} is being written by {other(run)}; wait for its end, or choose another --run folder."
            ) from None
        with suppress(OSError):  # a folder that cannot be written is refused in its own words
            now = datetime.now(timezone.utc).isoformat(timespec="seconds")
            write_json(run / WRITER, {"process": os.getpid(), "host": socket.gethostname(), "since": now})
        try:
            yield
        finally:
            (run / WRITER).unlink(missing_ok=True)
    finally:
        os.close(folder)  # and with it the lock


def other(run):
    """Who holds the lock, as far as it has said so yet."""
    try:
        said = json.loads((run / WRITER).read_text())
        return f"process {said['process']} on {said['host']} since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
