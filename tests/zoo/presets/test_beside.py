"""Two runs on the same data: curves of what they wrote as they trained, in the card of the one that is released."""

import json

import numpy as np
import pytest

import zoo
from keras_gan import data
from keras_gan.files.images import grid, write_png
from zoo.presets import beside
from zoo.presets.release import release
from zoo.registry import variant


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside")
    return [
        zoo.train("dcgan.digits", folder / str(seed), steps=30, seed=seed, pictures_every=1, verbose=0)[1]
        for seed in (0, 1)
    ]


def test_digits_have_no_encoder(runs):
    with pytest.raises(ValueError, match="no encoder is known"):
        beside.curve(runs[0], variant("dcgan.digits"))


def test_only_complete_runs_are_compared(runs, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"is not a complete run: it has no result\.json"):
        release(runs[0], tmp_path / "released", beside=tmp_path)
    assert not (tmp_path / "released").exists()  # before any work


def test_a_released_run_shows_the_other_ones_curve(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(beside, "encoder", lambda _: Pixels)
    digits = data.read("digits").values

    class Pixels:
        @staticmethod
        def features(images):
            return np.asarray(images, "float32").reshape(len(images), -1) / 127.5 - 1

    class Known:
        encoder, images = "pixels", digits

    monkeypatch.setattr(beside, "reference", lambda *_: Known)
    write_png(runs[1] / "samples" / "epoch_0002.png", grid(digits[:64], scale=7))
    (first, made), (second, real) = beside.curve(runs[1], variant("dcgan.digits"))
    assert (first, second) == (1500, 3000) and abs(real) < 0.1 < made
    folder = release(runs[0], tmp_path / "released", beside=runs[1])
    told = json.loads((folder / "metadata.json").read_text())["beside"]
    assert told["name"] == "dcgan.digits" and list(told["curves"]) == ["dcgan.digits, seed 0", "dcgan.digits, seed 1"]
    assert (folder / "curves.png").stat().st_size > 5000
    assert "## Beside dcgan.digits" in (folder / "card.md").read_text()
