"""Many samples into a folder, by several processes: a shard a file, and after any kill the same command goes on.

The folder's layout is that of keras_gan.data.shards, which reads it.
"""

import json
import multiprocessing
import os
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np

from keras_gan.data.shards import RECORD, path_of, paths_in
from keras_gan.files.atomic import atomic_file, write_json
from keras_gan.files.images import to_uint8
from keras_gan.sampling.labels import to_show
from keras_gan.sampling.seeds import seeds_from

ROWS = 4096  # of a shard
opened = None  # in a worker: what samples


def write_shards(folder, model, opener, n, seed, label, truncation, workers, progress):
    """The samples of seeds seed, ..., seed + n - 1 in shards, of which those that are there are left alone.

    opener: (model, threads=) -> whatever samples it, called in each worker. label: for all, an array of one for each,
    or None: each class in turn. progress is called with the number of shards that are there and of all. Raises
    FileExistsError where the folder holds samples of something else, or other files.
    """
    seeds_from(seed, n)  # refuses what is no number of images
    said = label.tolist() if isinstance(label, np.ndarray) else label
    claim(folder, {"model": model, "n": n, "seed": seed, "label": said, "truncation": truncation, "rows": ROWS})
    shards = [range(first, min(first + ROWS, seed + n)) for first in range(seed, seed + n, ROWS)]
    left = [one for one in shards if not path_of(folder, one).is_file()]
    progress(len(shards) - len(left), len(shards))
    if not left:
        return
    order = multiprocessing.get_context("spawn")  # a fork would share TensorFlow's threads, which it does not survive
    ids = order.Queue()
    for number in range(workers):
        ids.put(number)
    with ProcessPoolExecutor(workers, order, begin, (ids, workers, opener, model)) as pool:
        tasks = [pool.submit(write_shard, folder, one, seed, label, truncation) for one in left]
        try:
            for done, task in enumerate(as_completed(tasks), 1):
                task.result()
                progress(len(shards) - len(left) + done, len(shards))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def claim(folder, record):
    """The folder is of these samples, from now on if it is new."""
    path = folder / RECORD
    if path.is_file():
        if json.loads(path.read_text()) != record:
            raise FileExistsError(f"{folder} holds samples of something else: see {path}; choose another folder.")
    elif folder.is_dir() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} holds other files; choose a new folder.")
    else:
        write_json(path, record)


def drawn(model, opener, n, seed, label, workers, progress):
    """The samples themselves, by way of a folder that is deleted; the arguments are those of write_shards."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "samples"
        write_shards(folder, model, opener, n, seed, label, 1.0, workers, progress)
        return np.concatenate([np.load(path) for path in paths_in(folder)])


def begin(ids, workers, opener, model):
    """A worker's own model, on a GPU of its own as far as there are several, and its part of the processors."""
    global opened
    threading.Thread(target=end_with_parent, daemon=True).start()
    number = ids.get()
    if gpus := [one for one in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if one]:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[number % len(gpus)]
    threads = max(1, (os.cpu_count() or 1) // workers)
    os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)
    opened = opener(model, threads=threads)


def end_with_parent():
    """A worker whose parent was killed would wait for its next shard for ever."""
    multiprocessing.parent_process().join()
    os._exit(1)


def write_shard(folder, seeds, first, label, truncation):
    """One shard. Classes in turn follow from a sample's place after the first, so that shards agree with one call."""
    if label is None:
        label = to_show(opened, seeds[-1] + 1 - first)
    if isinstance(label, np.ndarray):
        label = label[seeds[0] - first : seeds[-1] + 1 - first]
    samples = opened.sample(len(seeds), seeds[0], label, truncation=truncation)
    with atomic_file(path_of(folder, seeds)) as aside, open(aside, "wb") as file:
        np.save(file, to_uint8(samples) if samples.ndim == 4 else samples)
