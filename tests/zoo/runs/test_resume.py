"""A killed run that is resumed ends, bit for bit, as one that was never killed."""

import csv
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from worker import ENVIRONMENT, SCRIPT, backup, continued, noisy, points, same

import zoo
from keras_gan.files.atomic import write_json
from zoo.runs import training
from zoo.runs.folder import CHECKPOINT

EPOCHS = 4  # of five steps
SEED = {"seed": 5}
QUIET = {"verbose": 0, "pictures_every": 1000}
WORKER = [sys.executable, str(SCRIPT)]
COMMAND = [sys.executable, "-m", "keras_gan"]


def start(task, log, **order):
    with open(log, "w") as file:
        return subprocess.Popen([*WORKER, task, json.dumps(order)], stdout=file, stderr=file, env=ENVIRONMENT)


def finish(process, log, seconds=300):
    try:
        code = process.wait(timeout=seconds)
    finally:
        end(process)
    assert code == 0, Path(log).read_text()[-3000:]


def end(process):
    """SIGKILL, to this one process."""
    if process.poll() is None:
        process.kill()
    process.wait()


def wait_until(ready, process, log, seconds=300):
    """Until `ready()`; that the process still runs is part of the question."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert process.poll() is None, Path(log).read_text()[-3000:]
        assert time.monotonic() < deadline, "not ready in time"
        time.sleep(0.01)


def killed_at(step, progress, process, log):
    try:
        wait_until(lambda: progress.exists() and int(progress.read_text()) >= step, process, log)
        assert process.poll() is None
    finally:
        end(process)


def npz(path):
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    out = tmp_path_factory.mktemp("uninterrupted")
    backup(str(out / "backup"), EPOCHS, out / "state.npz")
    return npz(out / "state.npz")


def test_what_is_compared_is_everything(uninterrupted):
    kinds = ("weight", "slot", "average", "steps", "next fake", "next noise state")
    assert all(any(name.startswith(kind) for name in uninterrupted) for kind in kinds)
    assert sum(name.startswith("slot") for name in uninterrupted) > 2 * 2 * 4
    assert int(uninterrupted["steps"]) == 5 * EPOCHS


def test_fit_called_again_goes_on_where_it_was(uninterrupted, tmp_path):
    """The data of step n are those of step n, also in a second call of fit with a second pipeline."""
    for steps in (10, 20):
        continued(tmp_path / "model.keras", steps, tmp_path / "state.npz")
    assert not same(uninterrupted, npz(tmp_path / "state.npz"))


@pytest.mark.parametrize("how", ["keras", "backup", "double"])
def test_killed_and_resumed(how, uninterrupted, tmp_path):
    """Pitfalls 1 (compile is replayed), 2 (slots), 3 (noise): SIGKILL in the middle of the third epoch."""
    log, out, progress = tmp_path / "log", tmp_path / "state.npz", tmp_path / "progress"
    if how == "keras":
        task, order = "continued", {"path": str(tmp_path / "model.keras"), "steps": 5 * EPOCHS}
    else:
        order = {"folder": str(tmp_path / "backup"), "epochs": EPOCHS, "double": how == "double"}
        task = "backup"
    order["out"] = str(out)
    first = start(task, log, progress=str(progress), **order)
    killed_at(12, progress, first, log)
    assert not out.exists()
    second = start(task, log, **order)
    finish(second, log)
    assert not same(uninterrupted, npz(out))


@pytest.fixture(scope="module")
def zoo_run(tmp_path_factory):
    """40 epochs of five steps, never killed."""
    folder = tmp_path_factory.mktemp("zoo")
    data = points(folder)
    zoo.train("gan.gaussian1d", folder / "run", dataset=data, checkpoint_seconds=0, epochs=40, **SEED, **QUIET)
    return folder / "run"


def checkpoint(run):
    """{name: array} of all that a run's checkpoint holds."""
    import h5py

    found = {}
    with h5py.File(run / CHECKPOINT) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def rows(run):
    """The epochs and terms that were logged; how fast they were is another matter."""
    with open(run / "log.csv", newline="") as file:
        return [(int(row["epoch"]), row["d_real_fake"], row["g_fool"]) for row in csv.DictReader(file)]


def test_a_run_of_the_zoo_is_killed_and_resumed(tmp_path, zoo_run):
    """Killed at a random moment after a checkpoint, twice; then finished."""
    run, log = tmp_path / "run", tmp_path / "log"
    seed = random.randrange(1_000_000)
    moments = random.Random(seed)
    options = {"epochs": 40, "dataset": points(tmp_path), **SEED}
    for attempt in range(2):
        process = start("trained", log, run=str(run), options={**options, "resume": attempt > 0})
        before = (run / CHECKPOINT).stat().st_mtime_ns if attempt else 0
        try:
            path = run / CHECKPOINT
            wait_until(lambda p=path, b=before: p.exists() and p.stat().st_mtime_ns > b, process, log)
            time.sleep(moments.uniform(0, 0.5))
        finally:
            end(process)
    assert not (run / "result.json").exists(), "it was finished before it was killed"
    process = start("trained", log, run=str(run), options={**options, "resume": True})
    finish(process, log)
    expected = zoo_run
    assert not same(checkpoint(expected), checkpoint(run)), f"moments of {seed}"
    assert [epoch for epoch, *_ in rows(run)] == list(range(40))
    assert rows(run) == rows(expected)


def test_the_command_line_itself(tmp_path):
    """`keras-gan train` of 60 steps, stopped at 40 and continued with --resume: as 60 steps in one go."""
    log = tmp_path / "log"
    for run, more in (("parts", ["--stop-at", "40"]), ("parts", ["--resume"]), ("whole", [])):
        command = [*COMMAND, "train", "gaussian1d", "--run", str(tmp_path / run), "--steps", "60", "--seed", "3"]
        with open(log, "w") as file:
            process = subprocess.Popen([*command, "--quiet", *more], stdout=file, stderr=file, env=ENVIRONMENT)
        finish(process, log)
    assert not same(checkpoint(tmp_path / "parts"), checkpoint(tmp_path / "whole"))
    assert json.loads((tmp_path / "parts" / "result.json").read_text())["steps"] == 60


def test_parts_of_an_epoch(tmp_path):
    """A run that ended inside an epoch goes on inside it."""
    options = {"dataset": points(tmp_path), **SEED, **QUIET}
    whole, _ = zoo.train("gan.gaussian1d", tmp_path / "whole", steps=13, **options)
    zoo.train("gan.gaussian1d", tmp_path / "parts", steps=13, stop_at=7, **options)
    zoo.train("gan.gaussian1d", tmp_path / "parts", resume=True, **options)
    assert not same(checkpoint(tmp_path / "whole"), checkpoint(tmp_path / "parts"))
    assert [epoch for epoch, *_ in rows(tmp_path / "parts")] == [0, 1, 2]


class Killed(BaseException):
    """In place of SIGKILL, where the moment matters."""


@pytest.mark.parametrize("epoch", [1, 3])
def test_a_kill_right_after_a_checkpoint_loses_no_row_of_the_log(epoch, tmp_path, monkeypatch, zoo_run):
    """The moment between the checkpoint of an epoch and whatever else is written at its end."""
    options = {"dataset": points(tmp_path), "checkpoint_seconds": 0, **SEED, **QUIET}
    save = training.Checkpoint.save

    def save_and_die(self):
        save(self)
        if int(self.model.steps) == 5 * epoch:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(training.Checkpoint, "save", save_and_die)
        with pytest.raises(Killed):
            zoo.train("gan.gaussian1d", tmp_path / "run", epochs=5, **options)
    zoo.train("gan.gaussian1d", tmp_path / "run", epochs=5, resume=True, **options)
    assert [epoch for epoch, *_ in rows(tmp_path / "run")] == list(range(5))


def test_a_run_killed_before_its_first_checkpoint_can_be_taken_up(tmp_path, monkeypatch):
    """Either with --resume or without it; not neither."""
    options = {"dataset": points(tmp_path), "epochs": 1, **QUIET}

    def die(self, epoch, logs=None):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(training.Checkpoint, "on_epoch_end", die)
        with pytest.raises(Killed):
            zoo.train("gan.gaussian1d", tmp_path / "run", **options)
    refused = []
    for resume in (True, False):
        try:
            model, _ = zoo.train("gan.gaussian1d", tmp_path / "run", resume=resume, **options)
            assert int(model.steps) == 5
            return
        except (FileNotFoundError, FileExistsError) as error:
            refused.append(str(error))
    raise AssertionError(f"a dead end: {refused}")


def test_resume_needs_no_repetition_of_the_seed(tmp_path):
    """`--resume` alone must not go on with the default seed's noise and order: it takes the run's, or says so."""
    options = {"dataset": points(tmp_path), **QUIET}
    zoo.train("gan.gaussian1d", tmp_path / "whole", steps=10, **SEED, **options)
    zoo.train("gan.gaussian1d", tmp_path / "parts", steps=10, stop_at=5, **SEED, **options)
    try:
        zoo.train("gan.gaussian1d", tmp_path / "parts", steps=10, resume=True, **options)
    except ValueError as error:
        assert "seed" in str(error)
        return
    assert not same(checkpoint(tmp_path / "whole"), checkpoint(tmp_path / "parts"))


def test_an_array_is_data_too(tmp_path):
    array = np.load(points(tmp_path))
    model, _ = zoo.train("gan.gaussian1d", tmp_path / "run", dataset=array, steps=1, **QUIET)
    assert int(model.steps) == 1


def test_folders_that_cannot_be_used_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="resume"):
        zoo.train("gan.gaussian1d", tmp_path / "none", resume=True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("all of it")
    with pytest.raises(FileExistsError, match="--resume|other"):
        zoo.train("gan.gaussian1d", tmp_path / "mine")
    assert os.listdir(tmp_path / "mine") == ["thesis.tex"]


def hidden(run):
    """Whether something is being written aside."""
    return any(name.startswith(".") for name in os.listdir(run))


def test_a_kill_while_a_checkpoint_is_written_leaves_the_last_one_usable(tmp_path):
    """Processes that do nothing but save, killed at random moments; each leaves a checkpoint of some step > 0."""
    processes = []
    seed = random.randrange(1_000_000)
    moments = random.Random(seed)
    try:
        for number in range(3):
            run, log = tmp_path / f"run{number}", tmp_path / f"log{number}"
            run.mkdir()
            processes.append((start("saving", log, run=str(run)), run, log))
        for process, run, log in processes:
            wait_until((run / "seconds.json").exists, process, log)
            time.sleep(moments.uniform(0, 0.3))
            ends = time.monotonic() + 20
            while not hidden(run) and time.monotonic() < ends:  # a save is short: most moments are between two
                pass
            end(process)
    finally:
        for process, _, _ in processes:
            end(process)
    asides = 0
    for _, run, _ in processes:
        model = noisy()
        model.load_weights(run / CHECKPOINT)
        assert int(model.steps) > 0, f"moments of {seed}"
        assert json.loads((run / "seconds.json").read_text())["seconds"] > 0
        asides += hidden(run)
    assert asides > 0, "none of the kills fell into a save"


def test_what_a_kill_left_aside_is_cleared_when_the_run_goes_on(tmp_path):
    options = {"dataset": points(tmp_path), **QUIET}
    zoo.train("gan.gaussian1d", tmp_path / "run", steps=5, **options)
    left = tmp_path / "run" / f".1.{CHECKPOINT}"
    left.write_bytes(b"half a checkpoint")
    zoo.train("gan.gaussian1d", tmp_path / "run", steps=10, resume=True, **options)
    assert not left.exists()


def test_a_checkpoint_cut_short_is_named(tmp_path):
    options = {"dataset": points(tmp_path), **QUIET}
    zoo.train("gan.gaussian1d", tmp_path / "run", steps=5, **options)
    path = tmp_path / "run" / CHECKPOINT
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises((ValueError, OSError), match=CHECKPOINT):
        zoo.train("gan.gaussian1d", tmp_path / "run", steps=10, resume=True, **options)


def test_a_full_disk_leaves_the_last_file(tmp_path):
    """What fails while it is written is removed, and what was there stays."""
    path = tmp_path / "content.json"
    write_json(path, {"whole": True})
    with pytest.raises(TypeError):
        write_json(path, {"not": object()})
    assert json.loads(path.read_text()) == {"whole": True}
    assert os.listdir(tmp_path) == ["content.json"]
