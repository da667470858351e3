"""What a folder of many small images costs: the first batch, images a second, memory, and whether a resume is exact.

    python -m benchmarks.large_folder                  (200,000 PNG files of 64 x 64, made by code: 2.5 GB as arrays)
    python -m benchmarks.large_folder --files 50000 --folder /somewhere --markdown benchmarks/large_folder.md

The folder is made where --folder says, by default in the temporary folder, and is taken away at the end unless --keep;
a folder that is there already is used as it is. Each row is measured in a process of its own, which says how much of
the time was its processors': on a machine that other work shares, that is the figure to go by.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from keras_gan.files.atomic import atomic_file

SIZE = 64
CLASSES = 10
BATCH = 64
VARIANT = "dcgan.faces"
STEPS, STOPPED_AT = 30, 5
HEAD = """# A folder of {files:,} images

`python -m benchmarks.large_folder`: PNG files of {size} x {size} on {cpus} CPU cores, whose load average was
{before:.1f} before and {after:.1f} at the end; {minutes:.0f} minutes. Seconds of processors are those that the process
and its children computed.

"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="where the images are, or are made")
    parser.add_argument("--keep", action="store_true", help="leave the folder where it is")
    parser.add_argument("--markdown", type=Path, help="also write the table here")
    parser.add_argument("--measure", choices=MEASURED, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(MEASURED[arguments.measure](arguments.folder)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder, ours = arguments.folder or Path(temporary) / "images", False
        if not folder.exists():
            ours = True
            make(folder, arguments.files)
        try:
            os.environ["XDG_CACHE_HOME"] = temporary
            before, began, lines = os.getloadavg()[0], time.monotonic(), []
            for line in report(folder, Path(temporary)):
                print(line, flush=True)
                lines.append(line)
            if arguments.markdown:
                minutes = (time.monotonic() - began) / 60
                count = sum(len(list(part.iterdir())) for part in folder.iterdir())
                facts = {"files": count, "size": SIZE, "cpus": os.cpu_count(), "minutes": minutes}
                head = HEAD.format(before=before, after=os.getloadavg()[0], **facts)
                with atomic_file(arguments.markdown) as aside:
                    aside.write_text(head + "\n".join(lines) + "\n")
        finally:
            if ours and not arguments.keep:
                shutil.rmtree(folder)


def report(folder, temporary):
    """The lines of the table, each when it is measured."""
    yield "| what | found |"
    yield "| --- | --- |"
    for name in ("first batch, first time", "first batch, afterwards"):
        found = measured("first", folder)
        yield f"| {name} | {found['seconds']:.1f} s ({found['processor']:.1f} s of processors) |"
    found = measured("decoded", folder)
    yield f"| read and decoded | {found['rate']:,.0f} images/s ({found['each']:.0f} us of processors each) |"
    for name in list(MEASURED)[2:]:
        found = measured(name, folder)
        yield f"| `fit` of {name} | {found['rate']:,.0f} images/s, at most {found['memory']:.2f} GB resident |"
    step, found = killed_and_resumed(folder, temporary)
    yield f"| `keras-gan train`, killed after step {step} of {STEPS} and resumed from {STOPPED_AT} | {found} |"


def measured(what, folder):
    """What a process of its own finds."""
    command = [sys.executable, "-m", "benchmarks.large_folder", "--measure", what, "--folder", str(folder)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])


def make(folder, count):
    """Discs before gradients, a class a folder."""
    for name in range(CLASSES):
        (folder / f"class{name}").mkdir(parents=True)
    parts = range(0, count, 1000)
    with ProcessPoolExecutor() as pool:
        for _ in pool.map(make_some, [folder] * len(parts), parts, [min(start + 1000, count) for start in parts]):
            pass


def make_some(folder, start, stop):
    import numpy as np
    from PIL import Image

    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32) / (SIZE - 1)
    for number in range(start, stop):
        random = np.random.default_rng(number)
        corners, (across, down, radius) = random.random((3, 3), np.float32), random.random(3)
        image = corners[0] + (corners[1] - corners[0]) * x[..., None] + (corners[2] - corners[0]) * y[..., None]
        image[(x - across) ** 2 + (y - down) ** 2 < (0.1 + 0.3 * radius) ** 2] = 1 - corners[0]
        pixels = (image.clip(0, 1) * 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"class{number % CLASSES}" / f"{number:06}.png", compress_level=1)


def processor_seconds():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def first(folder):
    """Seconds from data.load to the first batch, in a process that has TensorFlow loaded."""
    from keras_gan import data

    data.load("digits", batch_size=BATCH)  # what is imported when it is needed
    began, processor = time.perf_counter(), processor_seconds()
    next(iter(data.load(folder, batch_size=BATCH)))
    return {"seconds": time.perf_counter() - began, "processor": processor_seconds() - processor}


def decoded(folder, batches=200):
    """Images a second where nothing else is done with them."""
    from keras_gan import data

    stream = iter(data.load(folder, batch_size=BATCH).take(batches + 5))
    for _ in range(5):
        next(stream)
    began, processor, count = time.perf_counter(), processor_seconds(), 0
    for images in stream:
        count += len(images)
    each = (processor_seconds() - processor) / count
    return {"rate": count / (time.perf_counter() - began), "each": 1e6 * each}


def trained(name, folder, rows=None, warm=5, steps=40):
    """Images a second of a recipe in fit, and the memory of the process; rows: so many of them, held in memory."""
    from keras_gan import data
    from zoo import variant

    record = variant(name)
    model = record.build()
    record.compile(model, steps)
    source = data.read(folder, image_shape=record.image_shape)
    batches = data.load(source.values[:rows] if rows else source, batch_size=BATCH)
    model.fit(batches, epochs=1, steps_per_epoch=warm, verbose=0)
    began = time.perf_counter()
    model.fit(batches, epochs=2, initial_epoch=1, steps_per_epoch=steps, verbose=0)
    rate = steps * BATCH / (time.perf_counter() - began)
    return {"rate": rate, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}


def small(folder):
    """DCGAN-28, whose images are in memory."""
    return trained("dcgan.mnist", folder / "class0", rows=1000)


MEASURED = {
    "first": first,
    "decoded": decoded,
    "DCGAN-28, from memory": small,
    f"{VARIANT}, from memory": partial(trained, VARIANT, rows=10_000),
    f"{VARIANT}, from the folder": partial(trained, VARIANT),
}


def killed_and_resumed(folder, temporary):
    """(the last step that the doctor saw before the kill, what became of the run), of a run that is stopped, resumed,
    killed beyond its checkpoint and resumed, beside one that is not."""
    train = [*f"{sys.executable} -m keras_gan train {VARIANT} --quiet --steps {STEPS} --data".split(), str(folder)]
    whole, cut = temporary / "whole", temporary / "cut"
    subprocess.run([*train, "--run", str(whole)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*train, "--run", str(cut), "--stop-at", str(STOPPED_AT)], check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen([*train, "--run", str(cut), "--resume"], stdout=subprocess.DEVNULL)
    while seen(cut) <= STOPPED_AT and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    if (code := process.wait()) != -signal.SIGKILL:
        raise RuntimeError(f"The run was to be killed, and ended by itself with {code}.")
    step = seen(cut)
    subprocess.run([*train, "--run", str(cut), "--resume"], check=True, stdout=subprocess.DEVNULL)
    one, two = (weights(run) for run in (whole, cut))
    same = one.keys() == two.keys() and all(one[name] == two[name] for name in one)
    return step, f"{'the same bits' if same else 'OTHER BITS'} in {len(one)} arrays"


def seen(run):
    """The last step that the run's doctor has measured: it does so at the first one after each start."""
    lines = (run / "doctor.jsonl").read_text().splitlines(keepends=True)
    return max((json.loads(line)["step"] for line in lines if line.endswith("\n")), default=0)


def weights(run):
    import h5py

    found = {}
    with h5py.File(run / "checkpoint.weights.h5") as file:
        file.visititems(lambda name, item: found.update({name: item[()].tobytes()} if hasattr(item, "dtype") else {}))
    return found


if __name__ == "__main__":
    main()
