"""A resume that would not be exact is refused, or warned of."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import zoo
from keras_gan import data
from zoo.runs import exactness

NAME = "dcgan.digits"


@pytest.fixture
def images(tmp_path):
    """A file of 200 digits."""
    path = tmp_path / "digits.npy"
    np.save(path, data.read("digits").values[:200])
    return path


@pytest.fixture
def run(images, tmp_path):
    zoo.train(NAME, tmp_path / "run", steps=4, stop_at=2, dataset=str(images), verbose=0)
    return tmp_path / "run"


def resume(run, **options):
    return zoo.train(NAME, run, resume=True, verbose=0, **options)


@pytest.mark.parametrize("change", [lambda values: 255 - values, lambda values: values[:150]], ids=["pixels", "rows"])
def test_other_data_under_the_same_name_are_refused_and_warned_of(run, images, change):
    np.save(images, change(np.load(images)))
    before = (run / "checkpoint.weights.h5").read_bytes()
    with pytest.raises(ValueError, match=r"was started with other data of the same name: .* resume with --anyway\."):
        resume(run)
    assert (run / "checkpoint.weights.h5").read_bytes() == before
    with pytest.warns(UserWarning, match="other data of the same name"):
        resume(run, anyway=True)


def test_another_machine_or_compiler_is_refused(run):
    with pytest.raises(ValueError, match=r"jit_compile False \(now True\)"):
        resume(run, jit_compile=True)
    path, config = Path(run) / "config.json", json.loads((run / "config.json").read_text())
    for key, value, says in (
        ("onednn", "neither", "oneDNN neither"),
        ("tensorflow", "2.1", "TensorFlow 2.1"),
        ("cpu", "Z80", "the CPU Z80"),
    ):
        path.write_text(json.dumps({**config, key: value}))
        with pytest.raises(ValueError, match=re.escape(says)):
            resume(run)
    path.write_text(json.dumps({key: value for key, value in config.items() if key not in exactness.WORDS}))
    resume(run)  # of a version that did not record them


def test_after_a_change_the_new_surroundings_are_those_to_keep(run, images):
    np.save(images, 255 - np.load(images))
    with pytest.warns(UserWarning, match="other data"):
        resume(run, anyway=True, stop_at=3)
    resume(run)


def test_a_digest_is_of_values_labels_types_and_shapes():
    one = data.read(np.zeros((4, 8, 8, 1), "uint8"), labels=[0, 1, 0, 1])
    others = [
        data.read(np.zeros((4, 8, 8, 1), "uint8"), labels=[0, 1, 1, 1]),
        data.read(np.zeros((4, 8, 8, 1), "uint8")),
        data.read(np.zeros((1, 16, 16, 1), "uint8")),
        data.read(np.ones((4, 8, 8, 1), "uint8"), labels=[0, 1, 0, 1]),
    ]
    assert exactness.digest(one) == exactness.digest(data.read(np.zeros((4, 8, 8, 1), "uint8"), labels=[0, 1, 0, 1]))
    assert len({exactness.digest(source) for source in (one, *others)}) == 5
