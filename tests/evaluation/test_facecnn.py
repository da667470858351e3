"""The shipped encoder of drawn faces: its record, what it tells of faces that it has not seen, and its figures."""

import importlib.util

import numpy as np
import pytest

from keras_gan import data
from keras_gan.evaluation import encoders
from keras_gan.evaluation.encoders import encoder
from keras_gan.networks.face_classifier import face_classifier

RECORD = encoders.metadata("facecnn")


def test_record_and_file():
    assert (encoders.SHIPPED / "facecnn.safetensors").stat().st_size < 2e6
    outputs = sum(map(len, RECORD["values"].values()))
    assert face_classifier(outputs).count_params() == RECORD["parameters"]
    assert set(RECORD["accuracies"]) == set(RECORD["values"])
    assert (
        RECORD["accuracy"] == pytest.approx(np.mean(list(RECORD["accuracies"].values()))) and RECORD["accuracy"] > 0.98
    )


def test_it_gives_features_and_no_probabilities():
    found = encoder("facecnn")
    images = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), "uint8")
    assert found.features(images).shape == (3, 192) and found.features(images).min() >= 0
    assert found.attributes(images).codes.shape == (3, 10)
    with pytest.raises(ValueError, match="no class probabilities"):
        found.probabilities(images)
    with pytest.raises(ValueError, match="tells no attributes; facecnn does"):
        encoder("mnistcnn").attributes(images[..., :1])


@pytest.mark.skipif(not importlib.util.find_spec("dicebear"), reason="pip install keras_gan[faces]")
@pytest.mark.parametrize("side", [64, 128])
def test_it_tells_what_faces_show_that_it_has_not_seen(side):
    source = data.read("faces", image_shape=(side, side, 3), split="test[:200]")
    seen = encoder("facecnn").attributes(source.values)
    assert seen.values == source.attributes.values
    right = {name: np.mean(seen.column(name) == source.attributes.column(name)) for name in seen.values}
    assert np.mean(list(right.values())) > 0.95 and right["hair"] > 0.95 and right["skin_color"] > 0.9
