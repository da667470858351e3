"""The driver that makes the shipped weights: killed, it goes on where it was; what is done is left alone; a failure
stops nobody else."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zoo.registry import variants
from zoo.tools import make_weights

ROOT = Path(__file__).parents[3]
NAMES = ["gan.tfd_pretrain", "gan.gaussian1d", "dcgan.digits"]  # the first fails: it takes data of the user's own


def arguments(folder, *names, steps=12):
    return [*names, "--runs", str(folder / "runs"), "--into", str(folder / "into"), "--steps", str(steps)]


def driver(*given):
    """In this process; -> its exit code."""
    with pytest.raises(SystemExit) as ended:
        make_weights.main(list(given))
    return ended.value.code


def wait_until(ready, seconds=300):
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "not ready in time"
        time.sleep(0.01)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the child's number is read from /proc")
def test_killed_while_it_trains_it_goes_on_and_is_done_only_once(tmp_path, capfd):
    run, log = tmp_path / "runs" / "gan.gaussian1d", tmp_path / "log"
    command = [sys.executable, "-m", "zoo.tools.make_weights", *arguments(tmp_path, *NAMES[1:])]
    with open(log, "w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, cwd=ROOT, env=os.environ)
    try:
        wait_until(lambda: (run / "config.json").exists() or process.poll() is not None)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    finally:
        process.kill()
        process.wait()
    assert len(children) == 1, log.read_text()
    wait_until(lambda: not is_alive(children[0]), 30)  # nobody writes into the run that the next start takes up
    assert not (run / "result.json").exists(), "it was finished before it was killed"

    assert driver(*arguments(tmp_path, *NAMES)) == 1
    said = capfd.readouterr().out
    assert "[2/3] gan.tfd_pretrain: training\n" in said
    assert "[3/3] gan.gaussian1d: training goes on\n" in said and "gan.gaussian1d: released after" in said
    assert "[1/3] dcgan.digits: complete and released\n" in said
    assert "2 of 3 variants are trained and released." in said
    assert said.splitlines()[-1].startswith("  gan.tfd_pretrain failed: The data of gan.tfd_pretrain cannot")
    reason = (tmp_path / "runs" / "gan.tfd_pretrain.failed.txt").read_text()
    assert "--data" in reason and reason.count("\n") == 1
    for name in NAMES[1:]:
        config, metadata = (
            json.loads(path.read_text())
            for path in (tmp_path / "runs" / name / "config.json", tmp_path / "into" / name / "metadata.json")
        )
        assert metadata["steps"] == 12 and metadata["started"] == config["started"] and metadata["figures"]
        assert metadata["command"].startswith(f"keras-gan train {name} --run ")

    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert driver(*arguments(tmp_path, *NAMES[1:])) == 0
    said = capfd.readouterr().out
    assert "[1/2] dcgan.digits: complete and released\n[2/2] gan.gaussian1d: complete and released\n" in said
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    check_what_is_left_to_do(tmp_path)


def check_what_is_left_to_do(tmp_path):
    """On the finished run of the test above: a longer recipe, a release cut short, a release of another run."""
    run, folder = tmp_path / "runs" / "dcgan.digits", tmp_path / "into" / "dcgan.digits"
    assert make_weights.is_complete("dcgan.digits", run, 12) and make_weights.is_released(run, folder)
    assert not make_weights.is_complete("dcgan.digits", run, 13)
    assert not make_weights.is_complete("dcgan.digits", run, None), "the recipe has 3,600 steps"
    assert not make_weights.is_released(run, variants()["dcgan.digits"].folder)
    (folder / "card.md").unlink()
    assert not make_weights.is_released(run, folder)


def test_what_is_trained_unless_names_are_given(tmp_path):
    """Nothing whose weights the package has, unless its run is here; nothing large, nothing without public data."""
    expected = [
        name
        for name, record in variants().items()
        if not record.pretrained and not {"large", "own data", "no room", "no digits", "same nets"} & {*record.tags}
    ]
    assert make_weights.chosen([], tmp_path) == expected
    (tmp_path / "dcgan.digits").mkdir()
    (tmp_path / "dcgan.digits" / "config.json").write_text("{}")
    assert set(make_weights.chosen([], tmp_path)) == {*expected, "dcgan.digits"}


def test_names_and_patterns(tmp_path):
    assert make_weights.chosen(["dcgan.digits", "gan.gaus*", "gaussian1d"], tmp_path) == [
        "dcgan.digits",
        "gan.gaussian1d",
    ]
    assert "dcgan.mnist" in make_weights.chosen(["*.mnist"], tmp_path)
    assert "dcgan.digits" in driver("dcgan.digit")


def test_the_reason_of_a_failure_is_its_sentence():
    sentence = "training stopped at step 3 of epoch 1: g_fool = nan; lower the learning rates"
    assert make_weights.reason_of(["I0000 of TensorFlow", f"keras-gan: {sentence}", "later noise", ""]) == sentence
    assert make_weights.reason_of(["Traceback", "MemoryError: no room", ""]) == "MemoryError: no room"
    assert make_weights.reason_of([]) == ""
