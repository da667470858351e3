"""The command line as a person meets it: real processes, what they print, how they end, what they leave."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import zoo
from keras_gan.cli.app import main


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
    "quickstart", "list", "train", "doctor", "sample", "translate", "interpolate", "export", "release", "evaluate",
    "dirac", "serve", "playground",
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
    model = zoo.load(run)
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


def test_list_is_a_line_a_variant_and_details_and_json_say_more():
    names = zoo.list_models()
    short = keras_gan("list", env={**os.environ, "COLUMNS": "80"}).stdout.splitlines()
    assert len(short) == len(names) + 1 and all(len(line.rstrip()) <= 80 for line in short)
    details = keras_gan("list", "--details", env={**os.environ, "COLUMNS": "80"}).stdout
    assert "Radford, Metz" in details and len(details.splitlines()) > len(short)
    records = json.loads(keras_gan("list", "*.mnist", "--json").stdout)
    assert [record["name"] for record in records] == zoo.list_models("*.mnist")
    assert records[0]["paper"]["year"] and {"pretrained", "image_shape", "conditional", "tags"} <= set(records[0])


def test_version_says_what_the_machine_gives():
    import keras_gan as library

    said = keras_gan("--version").stdout
    assert said.startswith(f"keras_gan {library.__version__}, Python {sys.version.split()[0]}, ") and "oneDNN" in said


def test_a_run_records_the_command_and_a_script_says_that_it_is_one(run, tmp_path):
    command = json.loads((run / "config.json").read_text())["command"]
    assert command == f"keras-gan train dcgan.digits --run {run} --steps 35 --seed 3 --quiet"
    _, script = zoo.train("dcgan.digits", tmp_path / "script", steps=1, seed=4, verbose=0)
    config = json.loads((script / "config.json").read_text())
    assert config["command"] == "zoo.train('dcgan.digits', seed=4, steps=1) in a Python script"
    assert config["onednn"] in (True, False, None)


def test_output_that_is_no_terminal_has_a_line_an_epoch(tmp_path):
    result = keras_gan("train", "dcgan.digits", "--run", tmp_path / "run", "--epochs", 2)
    assert result.returncode == 0 and "\b" not in result.stdout and "\r" not in result.stdout
    assert len(result.stdout) < 1500 and result.stdout.count("30/30") == 2


def test_a_fault_shows_its_traceback_and_a_refusal_does_not(monkeypatch, capsys):
    for message, raised in (("ours", lambda: zoo.variant("dcgan.mnits")), ("numpy's", lambda: np.zeros(3).reshape(2))):
        monkeypatch.setattr("zoo.list_models", lambda *_, raised=raised, **__: raised())
        with pytest.raises(SystemExit) as left:
            main(["list"])
        said = capsys.readouterr().err
        assert left.value.code == (1 if message == "ours" else 70)
        assert ("Traceback" in said) == (message != "ours"), said
    with pytest.raises(SystemExit):
        main(["--debug", "sample", "dcgan.mnits"])
    assert "Traceback" in capsys.readouterr().err


def test_sample_takes_the_fast_way_by_itself_and_the_image_is_the_same(tmp_path):
    """No TensorFlow in the process; float sums in another order may move a pixel by one of its 256 levels. The slow
    way does without what Keras would import if it could; afterwards it can be imported."""
    pytest.importorskip("onnxruntime")
    program = (
        "import sys; from keras_gan.cli.app import main\n"
        f"try: main(['sample', 'dcgan.mnist', '-n', '9', '--out', {str(tmp_path)!r} + sys.argv[1], *sys.argv[2:]])\n"
        "except SystemExit as end: assert not end.code\n"
        "print(*sorted({'tensorflow', 'matplotlib', 'sklearn'} & {*sys.modules}), 'end')\n"
        "import matplotlib.pyplot, sklearn.datasets"
    )
    for arguments, imported in ((["/fast.png"], "end"), (["/slow.png", "--runtime", "tensorflow"], "tensorflow end")):
        command = [sys.executable, "-c", program, *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0 and result.stdout.splitlines()[-1] == imported, result.stderr
    fast, slow = (np.asarray(Image.open(tmp_path / f"{name}.png")).astype(int) for name in ("fast", "slow"))
    assert np.abs(fast - slow).max() <= 1
