"""Many faces at once, in processes of their own: the package that resolves them is Python, which threads do not help.

    python -m keras_gan.data.faces.workers {faces,maps,lines} STYLE START STOP HEIGHT WIDTH CHANNELS FILE

Plain programs rather than multiprocessing, which would run the user's script again in each of them.
"""

import os
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from keras_gan.data.faces import drawing, styles
from keras_gan.data.rendered import progress

ROOT = Path(__file__).parents[3]
FEW = 100  # faces for which no process is worth its start


def faces(style, numbers, image_shape):
    """{"images": uint8 [n, h, w, c], "codes": int32 [n, k]} of a range of numbers."""
    return drawn("faces", style, numbers, image_shape)


def maps(style, numbers, image_shape):
    """{"images": uint8 [n, h, w, 1]} of a range of numbers, indices into styles.CLASSES."""
    return drawn("maps", style, numbers, (*image_shape[:2], 1))


def lines(style, numbers, image_shape):
    """{"images": uint8 [n, h, w, c]} of a range of numbers, black lines on white."""
    return drawn("lines", style, numbers, image_shape)


def drawn(kind, style, numbers, image_shape):
    styles.definition(style)  # or the sentence that a package is missing
    with progress(f"Drawing {len(numbers):,} {kind} ({style})", len(numbers)) as advance:
        count = 1 if len(numbers) <= FEW else os.cpu_count() or 1
        if count == 1:
            return one_process(kind, style, numbers, image_shape, advance)
        bounds = [numbers.start + len(numbers) * part // count for part in range(count + 1)]
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            files = [Path(folder) / f"{start}.npz" for start in bounds[:-1]]
            workers = [
                stack.enter_context(Worker(kind, style, start, stop, image_shape, file, advance))
                for start, stop, file in zip(bounds[:-1], bounds[1:], files, strict=True)
            ]
            for worker in workers:
                worker.finish()
            parts = [dict(np.load(file)) for file in files]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def one_process(kind, style, numbers, image_shape, advance):
    images, codes = np.empty((len(numbers), *image_shape), np.uint8), []
    draw = {"maps": drawing.label_map, "lines": drawing.line_drawing}.get(kind)
    for row, number in enumerate(numbers):
        if kind == "faces":
            images[row], code = drawing.face(style, number, image_shape)
            codes.append(code)
        else:
            images[row] = draw(style, number, image_shape)
        advance()
    return {"images": images} | ({"codes": np.array(codes, np.int32)} if kind == "faces" else {})


class Worker:
    """A process that draws a part. It ends with the block that it is used in, whatever ends that."""

    def __init__(self, kind, style, start, stop, image_shape, file, advance):
        command = [sys.executable, "-m", __spec__.name, kind, style, *map(str, (start, stop, *image_shape)), str(file)]
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.errors = tempfile.TemporaryFile("w+")  # a pipe that nobody reads meanwhile could fill up
        self.process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=self.errors, text=True
        )
        self.thread = threading.Thread(target=self.count, args=(advance,), daemon=True)
        self.thread.start()

    def count(self, advance):
        """A line of the process is a number of faces."""
        for line in self.process.stdout:
            advance(int(line))

    def finish(self):
        """Raises RuntimeError with the process's own words where it failed."""
        self.thread.join()
        if code := self.process.wait():
            self.errors.seek(0)
            lines = self.errors.read().strip().splitlines()
            raise RuntimeError(f"Drawing faces failed: {lines[-1] if lines else f'a process ended with {code}'}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.thread.join()
        self.process.stdout.close()
        self.errors.close()


def main(kind, style, *numbers_and_file):
    *numbers, file = numbers_and_file
    start, stop, *image_shape = map(int, numbers)
    count = 0

    def advance():
        nonlocal count
        count += 1
        if count % 50 == 0:
            print(50, flush=True)

    np.savez(file, **one_process(kind, style, range(start, stop), image_shape, advance))


if __name__ == "__main__":
    main(*sys.argv[1:])
