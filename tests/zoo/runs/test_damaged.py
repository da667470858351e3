"""What a run does with images of the user's folder that cannot be read: it ends with their name, or goes on without."""

import json

import numpy as np
import pytest
from PIL import Image

import zoo
from keras_gan.cli.app import main
from zoo.runs.health import doctor_of
from zoo.runs.sources import source_of

QUIET = {"verbose": 0, "pictures_every": 1000}


@pytest.fixture
def folder(tmp_path):
    """Digits of 8 x 8 pixels, 30 to train on and 30 held out; of each, one file is no image."""
    for number in range(60):
        split = tmp_path / "own" / ("train" if number % 2 else "test")
        split.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(number).integers(0, 256, (8, 8), np.uint8)
        Image.fromarray(pixels).save(split / f"{number:02}.png")
    for damaged in ("train/07.png", "test/08.png"):
        (tmp_path / "own" / damaged).write_bytes(b"no image")
    return tmp_path / "own"


def status(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


def test_the_command_line_names_a_damaged_image_or_leaves_it_out(folder, tmp_path, capsys):
    run = tmp_path / "run"
    command = ["train", "dcgan.digits", "--data", str(folder), "--run", str(run), "--batch-size", "8", "--quiet"]
    assert status([*command, "--steps", "2"]) == 1
    assert "07.png" in (error := capsys.readouterr().err) and "repair it or take it away" in error
    assert status([*command, "--steps", "2", "--stop-at", "1", "--damaged", "skip"]) == 0
    config = json.loads((run / "config.json").read_text())
    assert config["damaged"] == "skip" and config["steps_per_epoch"] == 29 // 8
    assert status([*command, "--resume", "--damaged", "raise"]) == 1
    assert "was started with damaged 'skip'" in capsys.readouterr().err
    assert status([*command, "--resume"]) == 0
    assert json.loads((run / "result.json").read_text())["steps"] == 2


def test_the_doctor_compares_with_the_held_out_images_that_can_be_read(folder):
    record = zoo.variant("dcgan.digits")
    source = source_of(record, str(folder), "train", 0, "skip")
    assert len(source.values) == 29
    assert len(doctor_of(record, source, str(folder), damaged="skip").given["held_out"]) == 29


def test_what_damaged_goes_with(folder, tmp_path):
    with pytest.raises(ValueError, match="goes with folders of images"):
        zoo.train("dcgan.digits", tmp_path / "one", damaged="skip", **QUIET)
    with pytest.raises(ValueError, match="its partner would be left"):
        zoo.train("pix2pix.faces_lines", tmp_path / "two", dataset=str(folder), damaged="skip", **QUIET)
