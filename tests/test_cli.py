"""The command line as a person meets it: real processes, what they print, how they end, what they leave."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import zoo
from keras_gan.__main__ import main


def keras_gan(*arguments, timeout=300, **kwargs):
    """Run `python -m keras_gan ...`; -> CompletedProcess with text."""
    command = [sys.executable, "-m", "keras_gan", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, **kwargs)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A short real run."""
    folder = tmp_path_factory.mktemp("runs") / "digits"
    result = keras_gan("train", "dcgan.digits", "--run", folder, "--steps", 35, "--seed", 3, "--quiet")
    assert result.returncode == 0, result.stderr
    return folder


COMMANDS = (
    "quickstart", "list", "train", "doctor", "sample", "interpolate", "export", "release", "evaluate", "dirac", "serve",
)  # fmt: skip


def test_help_teaches_every_command():
    result = keras_gan("--help")
    assert result.returncode == 0 and all(command in result.stdout for command in COMMANDS)
    assert "quickstart" in result.stdout


def test_list_shows_and_filters():
    result = keras_gan("list", "dcgan*", env={**os.environ, "COLUMNS": "200"})
    assert "dcgan.mnist" in result.stdout and "gan.tfd" not in result.stdout
    assert keras_gan("list", "nothing*").returncode == 1


def test_train_writes_one_run_folder(run):
    config, result = (json.loads((run / name).read_text()) for name in ("config.json", "result.json"))
    assert config["name"] == "dcgan.digits" and config["seed"] == 3 and config["steps"] == 35
    assert result["steps"] == 35 and result["figures"]["classes@10k"] >= 1
    rows = (run / "log.csv").read_text().splitlines()
    assert rows[0].startswith("epoch,") and "d_real_fake" in rows[0] and len(rows) == 3
    assert (run / "losses.png").is_file() and list((run / "tensorboard").rglob("events*"))
    assert not [path.name for path in run.iterdir() if path.name.startswith(".")]


def test_a_second_run_does_not_overwrite(run):
    before = (run / "log.csv").read_text()
    result = keras_gan("train", "dcgan.digits", "--run", run, "--steps", 1)
    assert result.returncode == 1 and "--resume" in result.stderr and result.stderr.count("\n") == 1
    assert (run / "log.csv").read_text() == before


def test_sample_interpolate_and_export_of_a_run(run, tmp_path):
    assert keras_gan("sample", run, "-n", 5, "--seed", 2, "--out", tmp_path / "five.npy").returncode == 0
    five = np.load(tmp_path / "five.npy")
    model = zoo.open_model(run)
    np.testing.assert_array_equal(five, model.sample(5, seed=2))
    assert keras_gan("interpolate", run, "--to", 4, "--steps", 5, "--out", tmp_path / "walk.png").returncode == 0
    assert Image.open(tmp_path / "walk.png").width > 5 * 8
    result = keras_gan("export", run, tmp_path / "served")
    assert result.returncode == 0 and (tmp_path / "served" / "1" / "saved_model.pb").is_file()
    again = keras_gan("export", run, tmp_path / "served", "--version", 1)
    assert again.returncode == 1 and again.stderr.count("\n") == 1


def test_export_to_another_format_and_sample_it_without_tensorflow(tmp_path):
    pytest.importorskip("tf2onnx", reason="pip install keras_gan[onnx]")
    file = tmp_path / "digits.onnx"
    result = keras_gan("export", "dcgan.digits", file, "--format", "onnx", "--weights", "float16")
    assert result.returncode == 0 and "digits.onnx" in result.stdout, result.stderr
    result = keras_gan("sample", file, "--runtime", "onnx", "-n", 4, "--out", tmp_path / "four.npy")
    assert result.returncode == 0, result.stderr
    wanted = zoo.load("dcgan.digits").sample(4)
    np.testing.assert_allclose(np.load(tmp_path / "four.npy"), wanted, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train", "dcgan.mist"), "dcgan.mnist"),
        (("train", "gan.tfd"), "--data"),
        (("train", "dcgan.digits", "--epochs", "1", "--steps", "1"), "not both"),
        (("train", "dcgan.digits", "--run", "nowhere", "--resume"), "to resume"),
        (("train", "dcgan.digits", "--strategy", "multi-worker"), "TF_CONFIG"),
        (("train", "dcgan.digits", "--data", "no/such/folder"), "no/such/folder"),
        (("train", "dcgan.digits", "--batch-size", "5000"), "5000"),
        (("sample", "nothing.here"), "nothing.here"),
        (("sample", "dcgan.digits", "--out", "samples.jpg"), ".png"),
        (("release", "nowhere"), "nowhere"),
        (("doctor", "nowhere"), "holds no run"),
        (("dirac", "--out", "dirac.txt"), ".png"),
        (("export", "dcgan.mist", "served"), "dcgan.mnist"),
        (("export", "dcgan.digits", "model.txt", "--format", "onnx"), "must end in .onnx"),
        (("export", "dcgan.digits", "d.onnx", "--format", "onnx", "--version", "2"), "--format saved-model"),
        (("export", "dcgan.digits", "served", "--weights", "int8"), "--format onnx or tfjs"),
        (("export", "dcgan.digits", "page", "--format", "tfjs", "--weights", "int8"), "float32 or float16"),
        (("sample", "dcgan.mist", "--runtime", "onnx"), "dcgan.mnist"),
        (("sample", "dcgan.digits", "--runtime", "onnx", "--label", "3"), "unconditional"),
        (("train", "dcgan.digits", "--stop-on", "mode_collapse"), "few_modes"),
    ],
)
def test_bad_input_is_one_sentence(arguments, says, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["keras-gan", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capfd.readouterr().err
    assert ended.value.code == 1
    assert says in said and said.startswith("keras-gan: ") and said.count("\n") == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_dirac_writes_one_picture(tmp_path):
    result = keras_gan("dirac", "--updates", "alternating5", "--out", tmp_path / "dirac.png")
    assert result.returncode == 0, result.stderr
    assert Image.open(tmp_path / "dirac.png").width > 1000 and os.listdir(tmp_path) == ["dirac.png"]


def test_mirrored_on_two_cpu_replicas(tmp_path):
    result = keras_gan(
        "train", "gan.gaussian1d", "--run", tmp_path / "run", "--steps", 4, "--strategy", "mirrored", "--replicas", 2
    )
    assert result.returncode == 0, result.stderr
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["strategy"] == "MirroredStrategy"


def test_mixed_precision_trains(tmp_path):
    result = keras_gan("train", "dcgan.digits", "--run", tmp_path / "run", "--steps", 3, "--mixed-precision", "float16")
    assert result.returncode == 0, result.stderr
    assert json.loads((tmp_path / "run" / "config.json").read_text())["mixed_precision"] == "mixed_float16"


def test_quickstart_runs_end_to_end(tmp_path):
    result = keras_gan("quickstart", "--folder", tmp_path / "tour", "--epochs", 2)
    assert result.returncode == 0, result.stderr
    assert "same 64 images" in result.stdout
    assert (tmp_path / "tour" / "samples.png").is_file()
    assert (tmp_path / "tour" / "served" / "1" / "saved_model.pb").is_file()
