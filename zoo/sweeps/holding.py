"""Who runs a trial: whoever holds the lock of its folder, which the operating system gives back when a process ends."""

import time
from contextlib import ExitStack, contextmanager

from zoo.runs.writer import only_writer

LOOK_AGAIN = 0.5  # seconds


@contextmanager
def alone(folder):
    """Within the block nobody else runs the trial of this folder; waits for another's end, whose result is then
    there."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(only_writer(folder))
                break
            except BlockingIOError:
                time.sleep(LOOK_AGAIN)
        yield


def is_held(folder):
    """Whether a process of this machine runs the trial."""
    try:
        with only_writer(folder):
            return False
    except BlockingIOError:
        return True
