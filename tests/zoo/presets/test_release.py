"""From a run of a toy world in the plane to its published folder."""

import json

from PIL import Image

import zoo
from keras_gan.data.toys import TOYS
from zoo.presets.cards import figures
from zoo.presets.release import release
from zoo.runs.training import world_of


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


def test_which_trainings_are_filmed():
    line, plane = zoo.build("gan.gaussian1d"), zoo.build("gan.ring")
    assert world_of("gaussian1d", line) is TOYS["gaussian1d"] and world_of("grid", plane) is TOYS["grid"]
    assert world_of("gaussian1d", plane) is None  # arrows start from a z of one dimension
    assert world_of("mnist", plane) is None and world_of([[0.0, 1.0]], plane) is None
