"""`keras-gan sweep`: from a space to its table, over processes that may die at any moment, and this one, too."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from keras_gan.files.atomic import write_json
from zoo.runs.writer import only_writer
from zoo.sweeps import table
from zoo.sweeps.space import Space

SETTINGS = "sweep.json"
DATABASE = "sweep.db"
LOOK = 1.0  # seconds between looks at the processes
MOST_DEATHS = 200  # of processes in one session, from which the fault is not that of a trial

# A process of the sweep, which ends when the driver does, however that was ended: only the driver holds its stdin open.
WORKER = """
import os, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
import keras_gan
from pathlib import Path
from zoo.sweeps.by_optuna import work
from zoo.sweeps.space import space
name, folder, url, seed, prune = sys.argv[1:]
work(space(name), Path(folder), url, int(seed), prune == "prune")
"""


def sweep(
    space: Space,
    folder: Path,
    *,
    trials: int | None = None,
    seed: int = 0,
    workers: int = 1,
    storage: str | None = None,
    engine: str = "optuna",
    address: str | None = None,
    prune: bool = False,
    progress: Callable[[dict], None] = lambda state: None,
) -> Path:
    """Trains and measures `trials` settings of a space, all unless given, drawn by the seed, which is also that of
    their weights and noise; -> the table trials.csv in the folder. What the folder or the database has already is not
    done again; what was begun is finished. The same command goes on after any kill.

    workers: processes; with engine "ray" as many trials at once. storage: the URL of a database that several machines
    share, each with a folder of its own or the same; sweep.db in the folder unless given. address: of a Ray cluster, or
    None for one of this machine. prune: trials that fall behind the median after an epoch are stopped. progress: called
    again and again with {"waiting", "running", "complete", "pruned", "fail", "seconds left" or None}.

    Raises ValueError for an unknown engine, for options that do not go together, and for a folder of another sweep;
    BlockingIOError where another driver has the folder; MissingExtra where the engine is not installed; RuntimeError,
    after all others are done, for trials that have failed.
    """
    if engine not in ("optuna", "ray"):
        raise ValueError(f"engine must be 'optuna' or 'ray', not {engine!r}.")
    if engine == "ray" and (storage or prune):
        raise ValueError("storage= and prune= go with the engine optuna: Ray keeps its own state.")
    if engine == "optuna" and address:
        raise ValueError("address= is that of a Ray cluster: it goes with engine='ray'.")
    if workers < 1 or seed < 0:
        raise ValueError(f"workers must be at least 1 and seed not negative; got {workers} and {seed}.")
    settings = space.settings(trials, seed)
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with only_writer(folder):
        check(folder, {"space": space.name, "seed": seed, "engine": engine})
        if engine == "ray":
            from zoo.sweeps.by_ray import run

            results, failed = run(space, folder, settings, seed, workers, address, progress)
        else:
            url = storage or f"sqlite:///{folder / DATABASE}"
            results, failed = over_processes(space, folder, settings, seed, workers, url, prune, progress)
        if failed:
            key, why = next(iter(failed.items()))
            raise RuntimeError(
                f"{len(failed)} of {len(settings)} trials failed, the first, {key}, with {why.rstrip('.')}; the same "
                "command tries them again."
            )
        return table.write(space, results, folder)


def check(folder, settings):
    """Keeps what the folder is of. Raises ValueError where it is of something else."""
    path = folder / SETTINGS
    if path.is_file() and (kept := json.loads(path.read_text())) != settings:
        raise ValueError(f"{folder} is of {kept}, and not of {settings}: choose another folder.")
    write_json(path, settings)


def over_processes(space, folder, settings, seed, workers, url, prune, progress):
    """-> ({key: result}, {key: error}) of the settings, by Optuna in processes of this machine, and of others'."""
    from zoo.sweeps import by_optuna

    study, keys = by_optuna.study_of(space, url, seed, prune), {space.key(one) for one in settings}
    by_optuna.plan(study, space, settings)
    processes: list[subprocess.Popen] = []
    clock, deaths = Clock(), 0
    try:
        while True:
            by_optuna.recover(study, folder)
            counts = by_optuna.counts(study, keys)
            progress(counts | {"seconds left": clock.left(counts)})
            deaths += sum(process.poll() not in (None, 0) for process in processes)
            processes = [process for process in processes if process.poll() is None]
            if deaths > MOST_DEATHS:
                raise RuntimeError(f"{deaths} processes of the sweep have died; start one trial alone to see why.")
            for _ in range(min(workers, counts["waiting"] + len(processes)) - len(processes)):
                processes.append(worker(space.name, folder, url, seed, prune, workers))
            if not (counts["waiting"] or counts["running"] or processes):
                failed = by_optuna.errors(study, keys)
                if not by_optuna.plan(study, space, settings, but=failed.keys()):
                    return {key: one for key, one in by_optuna.results(study).items() if key in keys}, failed
            time.sleep(LOOK)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def worker(name, folder, url, seed, prune, workers):
    """A process that works until no trial waits, with its share of the cores."""
    share = str(max(1, (os.cpu_count() or 1) // workers))
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, name, str(folder), url, str(seed), "prune" if prune else ""],
        stdin=subprocess.PIPE,
        env=os.environ
        | {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_NUM_INTRAOP_THREADS": share, "TF_NUM_INTEROP_THREADS": share},
    )


class Clock:
    """An estimate of what is left, from what this session has done."""

    def __init__(self):
        self.began = time.monotonic()
        self.first = None

    def left(self, counts):
        """Seconds, or None before the first trial of this session is done."""
        done = counts["complete"] + counts["pruned"]
        if self.first is None:
            self.first = done
        if done == self.first:
            return None
        pace = (time.monotonic() - self.began) / (done - self.first)
        return pace * (counts["waiting"] + counts["running"])
