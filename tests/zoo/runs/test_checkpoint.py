"""A damaged checkpoint is noticed, a run has one writer, and a full disk costs nothing that was there."""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

import zoo
from zoo.runs.checkpoint import check, load_checkpoint
from zoo.runs.folder import CHECKPOINT, CLOCK, PREVIOUS
from zoo.runs.writer import WRITER, only_writer

ROOT = Path(__file__).parents[3]
NAME = "gan.gaussian1d"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of two checkpoints."""
    run = tmp_path_factory.mktemp("runs") / "run"
    zoo.train(NAME, run, steps=20, stop_at=10, verbose=0)
    zoo.train(NAME, run, resume=True, verbose=0)
    return run


@pytest.fixture
def run(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "run"))


def test_150_damaged_bits_and_150_blocks_are_noticed(run):
    path, draw = run / CHECKPOINT, np.random.default_rng(0)
    content = path.read_bytes()
    check(run)
    for number in range(300):
        damaged, place = bytearray(content), int(draw.integers(len(content)))
        if number % 2:
            damaged[place] ^= 1 << int(draw.integers(8))
        else:
            damaged[place : place + 512] = bytes(len(damaged[place : place + 512]))
        if damaged == content:  # a block of zeros already
            damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"is damaged: .* The one before it is kept: mv .*previous"):
            check(run)


@pytest.mark.parametrize(
    "name, optimizer", [("gan.ring", keras.optimizers.SGD), (NAME, keras.optimizers.Adam)], ids=["nets", "optimizer"]
)
def test_a_checkpoint_of_another_recipe_is_refused_in_one_sentence(run, name, optimizer):
    """Keras itself only warns of an optimizer that does not fit, and resumes without its state."""
    model = zoo.variant(name).build()
    model.compile(optimizer(), optimizer())
    with pytest.raises(ValueError, match=r"^\S+ was written by another version of its recipe .* commit .*\.$"):
        load_checkpoint(model, run)


def test_an_emptied_group_and_a_cut_file_are_noticed_by_whoever_reads_them(run):
    path = run / CHECKPOINT
    with h5py.File(path, "a") as file:
        del file["optimizer"]
    with pytest.raises(ValueError, match="is damaged"):
        zoo.train(NAME, run, resume=True, verbose=0)
    with pytest.raises(ValueError, match="is damaged"):
        zoo.load(run)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="is damaged"):
        zoo.load(run)


def test_the_checkpoint_before_takes_its_place_as_the_sentence_says(run):
    finished = zoo.load(run).sample(4)
    (run / CHECKPOINT).write_bytes(b"rubbish")
    with pytest.raises(ValueError, match="mv ") as error:
        zoo.train(NAME, run, resume=True, verbose=0)
    command = str(error.value).partition("mv ")[2].partition(", and")[0]
    os.replace(*command.split())
    model, _ = zoo.train(NAME, run, resume=True, verbose=0)
    np.testing.assert_array_equal(model.sample(4), finished)


def test_a_checkpoint_that_is_gone_does_not_begin_again_in_silence(run):
    (run / CHECKPOINT).unlink()
    with pytest.raises(ValueError, match="is gone, though .* or take the one before it: mv "):
        zoo.train(NAME, run, resume=True, verbose=0)
    (run / PREVIOUS).unlink()
    with pytest.raises(ValueError, match="is gone, though .* or train in another folder"):
        zoo.train(NAME, run, resume=True, verbose=0)


def test_damaged_settings_are_named_and_a_damaged_clock_costs_the_minutes_alone(run):
    config = (run / "config.json").read_text()
    for text in ("", "{", "[]", "[" * 100_000, "{}", '{"name": 3}', "\0"):
        (run / "config.json").write_text(text)
        with pytest.raises(ValueError, match=r"config\.json is damaged"):
            zoo.train(NAME, run, resume=True, verbose=0)
    (run / "config.json").write_text(config)
    for text in ("", "[]", '{"seconds": "many"}'):
        (run / CLOCK).write_text(text)
        zoo.train(NAME, run, resume=True, verbose=0)


PROGRAM = "import sys, zoo; zoo.train('gan.gaussian1d', sys.argv[1], resume=True, steps=int(sys.argv[2]), verbose=0)"


def resume(run, steps, **options):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(run), str(steps)], cwd=ROOT, stderr=subprocess.PIPE, text=True, **options
    )


def test_of_two_resumes_at_once_one_runs_and_one_says_who_does(run):
    with only_writer(run):
        said = json.loads((run / WRITER).read_text())
        assert said["process"] == os.getpid()
        before = {path: path.read_bytes() for path in run.iterdir() if path.is_file()}
        with pytest.raises(BlockingIOError, match="is being written by"):
            zoo.train(NAME, run, resume=True, verbose=0)
        other = resume(run, 30)
        _, error = other.communicate(timeout=300)
        assert other.returncode and f"is being written by process {os.getpid()} on " in error
        assert {path: path.read_bytes() for path in run.iterdir() if path.is_file()} == before
    zoo.train(NAME, run, resume=True, steps=30, verbose=0)
    assert not (run / WRITER).exists()
    processes = [resume(run, 40) for _ in range(2)]
    ends = [(process.communicate(timeout=300)[1], process.returncode) for process in processes]
    assert any(code == 0 for _, code in ends)
    assert all(code == 0 or "is being written by" in error for error, code in ends)
    check(run)
    assert json.loads((run / "result.json").read_text())["steps"] == 40


def test_a_full_disk_is_a_sentence_and_the_last_checkpoint_is_whole(run):
    before = (run / CHECKPOINT).read_bytes()

    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, len(before) // 2))

    process = resume(run, 30, preexec_fn=full)
    _, error = process.communicate(timeout=300)
    assert process.returncode == 1 and "Cannot write" in error, error[-2000:]
    assert (run / CHECKPOINT).read_bytes() == before
    check(run)
