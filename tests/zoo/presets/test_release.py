"""From a run of a toy world in the plane to its published folder."""

import importlib.util
import json

import numpy as np
import pytest
from PIL import Image

import zoo
from keras_gan.data.toys import TOYS
from zoo.presets.cards import figures
from zoo.presets.release import release
from zoo.runs.followers import world_of


def test_a_world_in_the_plane_is_filmed_and_released_with_its_own_pictures(tmp_path):
    _, run = zoo.train("lsgan.ring", tmp_path / "run", steps=3, verbose=0)
    assert {path.name for path in (run / "demonstration").iterdir()} == {
        "start.png", "demonstration.png", "demonstration.gif", "data.png", "strip.png",
    }  # fmt: skip
    folder = release(run, tmp_path / "released")
    width, height = Image.open(folder / "samples.png").size
    assert width > 2 * height  # data, samples and level sets side by side
    measured = figures(folder / "card.md")
    assert {"modes@100k", "high_quality@100k"} <= measured.keys()
    # the score of least squares is no logit: nothing is said about D = 1/2
    assert "discriminator_deviation@100k" not in measured
    assert json.loads((folder / "metadata.json").read_text())["figures"].keys() == measured.keys()


@pytest.mark.skipif(not importlib.util.find_spec("dicebear"), reason="pip install keras_gan[faces]")
def test_a_model_that_translates_is_trained_on_own_pairs_and_released_with_pictures(tmp_path):
    random = np.random.default_rng(0)
    for split in ("train", "test"):
        (tmp_path / "pairs" / split).mkdir(parents=True)
        for row in range(20):
            pair = random.integers(0, 256, (64, 128, 3), "uint8")
            Image.fromarray(pair).save(tmp_path / "pairs" / split / f"{row}.png")
    _, run = zoo.train("pix2pix.faces_lines", tmp_path / "run", steps=2, dataset=str(tmp_path / "pairs"), verbose=0)
    assert json.loads((run / "doctor.jsonl").read_text().splitlines()[0])["held_out_separation"] is not None
    folder = release(run, tmp_path / "released")
    assert Image.open(folder / "samples.png").size == (8 * 66 + 2, 6 * 66 + 2)  # 16 inputs, translations and targets
    card = (folder / "card.md").read_text()
    assert ".translate(inputs)  # uint8 or floats in [-1, 1], [n, 64, 64, 3]" in card and "neighbours.png" not in card
    pixels = json.loads((folder / "metadata.json").read_text())["first_pixels"]
    white = np.full((1, 64, 64, 3), 255, "uint8")
    np.testing.assert_allclose(zoo.load(folder).translate(white).ravel()[:8], pixels, atol=1e-5)
    with pytest.raises(ValueError, match="Pairs are one of"):
        zoo.train("pix2pix.faces_lines", tmp_path / "other", steps=1, dataset="mnist", verbose=0)


def test_which_trainings_are_filmed():
    line, plane = zoo.build("gan.gaussian1d"), zoo.build("gan.ring")
    assert world_of("gaussian1d", line) is TOYS["gaussian1d"] and world_of("grid", plane) is TOYS["grid"]
    assert world_of("gaussian1d", plane) is None  # arrows start from a z of one dimension
    assert world_of("mnist", plane) is None and world_of([[0.0, 1.0]], plane) is None
