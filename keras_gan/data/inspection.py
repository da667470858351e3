"""Reads image files and says of each its SHA-256 and whether it can be decoded, in processes of their own: of small
images most of the work is Python's, which threads do not help.

    python -m keras_gan.data.inspection < LIST     (file names, each with a NUL after it)

A line of its report is JSON, a list of (SHA-256, what is wrong or "") of some files. Plain programs rather than
multiprocessing, which would run the user's script again in each of them.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import UnidentifiedImageError

from keras_gan.data import resize

ROOT = Path(__file__).parents[2]
FEW = 2_000  # files for which no process is worth its start
AT_ONCE = 50  # files of one line of a report


def inspected(files: Sequence[str], advance: Callable[[int], None]) -> list[tuple[str, str]]:
    """(SHA-256 of the content in hexadecimal, what is wrong with it or "") of each image file, in their order.

    advance(count): called as files are done, from several threads. Raises RuntimeError where a process fails.
    """
    count = os.cpu_count() or 1
    if count == 1 or len(files) <= FEW:
        return [one for some in reports(files) for one in told(some, advance)]
    bounds = [len(files) * part // count for part in range(count + 1)]
    with ThreadPoolExecutor(count) as pool:  # outside, since its end waits for threads that read from the processes
        processes = []
        try:
            for start, stop in zip(bounds[:-1], bounds[1:], strict=True):
                processes.append(Process(files[start:stop]))
            found = pool.map(lambda process: process.finish(advance), processes)
            return [one for part in found for one in part]
        finally:
            for process in processes:
                process.kill()


def reports(files: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
    """What is found in the files, some at a time."""
    for start in range(0, len(files), AT_ONCE):
        yield [inspect(file) for file in files[start : start + AT_ONCE]]


def inspect(file):
    """(SHA-256, what is wrong or "") of one file."""
    try:
        with open(file, "rb", buffering=0) as opened:  # all at once: a buffer would only be copied
            content = opened.read()
        resize.open_image(file, content)
    except OSError as error:
        return "", str(error.strerror or error)
    except ValueError as error:
        unknown = isinstance(error.__cause__, UnidentifiedImageError)  # Pillow names the bytes by their address
        return "", "cannot identify image file" if unknown else str(error.__cause__).rstrip(".")
    return hashlib.sha256(content).hexdigest(), ""


def told(found, advance):
    advance(len(found))
    return found


class Process:
    """A process that inspects a part of the files."""

    def __init__(self, files):
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.errors = tempfile.TemporaryFile("w+")  # a pipe that nobody reads meanwhile could fill up
        with tempfile.TemporaryFile() as names:
            names.write(b"".join(os.fsencode(file) + b"\0" for file in files))
            names.seek(0)
            self.process = subprocess.Popen(
                [sys.executable, "-m", __spec__.name], env={**os.environ, "PYTHONPATH": path}, text=True,
                stdin=names, stdout=subprocess.PIPE, stderr=self.errors,
            )  # fmt: skip

    def finish(self, advance):
        """All that it reports. Raises RuntimeError with its own words where it failed."""
        found = [tuple(one) for line in self.process.stdout for one in told(json.loads(line), advance)]
        if code := self.process.wait():
            self.errors.seek(0)
            lines = self.errors.read().strip().splitlines()
            raise RuntimeError(f"Inspecting images failed: {lines[-1] if lines else f'a process ended with {code}'}")
        return found

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()


def main():
    files = [os.fsdecode(name) for name in sys.stdin.buffer.read().split(b"\0")[:-1]]
    for some in reports(files):
        print(json.dumps(some), flush=True)


if __name__ == "__main__":
    main()
