"""Many samples in a folder: those of one call, made once each, whatever is killed."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from worker import ENVIRONMENT

from keras_gan import data
from keras_gan.cli.app import main
from keras_gan.data import rows
from keras_gan.files.images import to_uint8
from zoo import shards

pytest.importorskip("onnxruntime", reason="its processes start in a second: pip install keras_gan[onnx]")
from export.runtime import Sampler  # noqa: E402


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(["sample", *map(str, arguments)])
    return ended.value.code or 0


def rows_of(folder):
    """{first number: rows} of the shards, which are whole."""
    return {int(path.stem.partition("-")[0]): np.load(path) for path in folder.glob("*.npy")}


def test_shards_are_the_samples_of_one_call(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(shards, "ROWS", 20)
    folder = tmp_path / "many"
    command = ("dcgan_conditional.mnist", "-n", 50, "--seed", 7, "--out", folder, "--workers", 2)
    assert run(*command) == 0
    found = rows_of(folder)
    assert sorted(found) == [7, 27, 47] and len(found[47]) == 10
    wanted = to_uint8(Sampler("dcgan_conditional.mnist").sample(50, 7, np.arange(50) % 10))
    made = np.concatenate([found[first] for first in sorted(found)])
    assert made.dtype == np.uint8 and np.abs(made.astype(int) - wanted).max() <= 1  # 1e-5 may cross a half
    before = (folder / "7-26.npy").stat().st_mtime_ns
    (folder / "27-46.npy").unlink()
    assert run(*command) == 0  # only what is missing
    np.testing.assert_array_equal(rows_of(folder)[27], found[27])
    assert (folder / "7-26.npy").stat().st_mtime_ns == before
    np.testing.assert_array_equal(data.read(folder).values, made)
    monkeypatch.setattr(rows, "IN_MEMORY", 1000)
    large = data.read(folder).values
    assert isinstance(large, rows.Rows)
    np.testing.assert_array_equal(large[[49, 0, 19, 20]], made[[49, 0, 19, 20]])
    (folder / "27-46.npy").write_bytes((folder / "27-46.npy").read_bytes()[:-1])
    with pytest.raises(ValueError, match="27-46.npy' as plain NumPy arrays"):
        data.read(folder)
    (folder / "27-46.npy").unlink()
    with pytest.raises(ValueError, match="holds 30 of its 50 samples; the command that began it goes on"):
        data.read(folder)
    assert run(*command, "--label", 3) == 1 and "samples of something else" in capsys.readouterr().err


def test_a_kill_costs_no_shard_and_leaves_no_process(tmp_path):
    folder = tmp_path / "many"
    command = ["sample", "dcgan.digits", "-n", "60000", "--out", str(folder), "--workers", "2"]
    with open(tmp_path / "log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "keras_gan", *command], env=ENVIRONMENT, stderr=log, stdout=log
        )
    try:
        wait(lambda: any(folder.glob("*.npy")) or process.poll() is not None)
        assert process.poll() is None, (tmp_path / "log").read_text()
        children = [int(one) for one in children_of(process.pid)]
    finally:
        process.kill()
        process.wait()
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*.npy")}
    wait(lambda: not any(os.path.exists(f"/proc/{child}") for child in children))
    assert len(before) < 15
    assert run(*command[1:]) == 0
    assert all(path.stat().st_mtime_ns == then for path, then in before.items())
    found = rows_of(folder)
    assert sum(map(len, found.values())) == 60_000
    one = to_uint8(Sampler("dcgan.digits").sample(5, 8190))  # across the border of two shards
    assert np.abs(np.concatenate([found[4096][-2:], found[8192][:3]]).astype(int) - one).max() <= 1


def children_of(process):
    with open(f"/proc/{process}/task/{process}/children") as file:
        return file.read().split()


def wait(ready):
    deadline = time.monotonic() + 120
    while not ready():
        assert time.monotonic() < deadline, "not ready in time"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--out", "four.npy", "--workers", 2), "goes with a folder"),
        (("--out", "samples.jpg"), "must end in .png or .npy"),
        (("-n", 0, "--out", "none"), "At least one image"),
        (("--out", "mine"), "holds other files"),
    ],
)
def test_bad_input_is_one_sentence(arguments, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("all of it")
    assert run("dcgan.digits", *arguments) == 1
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1
    assert not (tmp_path / "none").exists() and os.listdir(tmp_path / "mine") == ["thesis.tex"]
