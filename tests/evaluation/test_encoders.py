"""Encoders: the shipped one knows digits, weights are checked, and features depend on the image alone."""

import os
import re
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import data
from keras_gan.evaluation import encoders
from keras_gan.evaluation.encoders import Encoder, encoder, shipped
from keras_gan.networks.mnist_classifier import mnist_classifier
from zoo.tools import digit_encoder, face_encoder
from zoo.tools.digit_encoder import move

MNIST = Path(os.environ.get("TFDS_DATA_DIR", "")) / "mnist"
needs_mnist = pytest.mark.skipif(
    not (os.environ.get("TFDS_DATA_DIR") and MNIST.is_dir()), reason="TFDS_DATA_DIR holds no prepared MNIST"
)
DIGITS = data.read("digits", image_shape=(28, 28, 1), split="test")


@pytest.fixture(scope="module")
def mnistcnn():
    return encoder("mnistcnn")


def small(last=None, shape=(8, 8, 1)):
    """A Keras model with 5 features, and whatever layer comes last."""
    keras.utils.set_random_seed(1)
    layers = [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(5, "tanh")]
    return keras.Sequential([*layers, *([last] if last else [])], name="small")


@needs_mnist
def test_the_shipped_encoder_knows_994_of_1000_test_digits(mnistcnn):
    test = data.read("mnist", split="test")
    right = np.mean(mnistcnn.probabilities(test.values).argmax(axis=1) == test.labels)
    assert right >= 0.994
    assert right == pytest.approx(encoders.metadata("mnistcnn")["accuracy"], abs=2e-4)


def test_it_knows_digits_that_it_was_not_trained_on(mnistcnn):
    """scikit-learn's, enlarged from 8 pixels: wrong weights, axes or ranges would give a tenth."""
    assert np.mean(mnistcnn.probabilities(DIGITS.values).argmax(axis=1) == DIGITS.labels) > 0.7


def test_shipped_record_and_file(mnistcnn):
    record, path = encoders.metadata("mnistcnn"), encoders.SHIPPED / "mnistcnn.safetensors"
    assert record["command"] == "python -m zoo.encoders mnist" and len(record["commit"]) == 40 and record["seed"] == 0
    assert path.stat().st_size < 2e6
    assert record["parameters"] == mnist_classifier().count_params() < 400_000


def test_hash_is_stable_and_of_the_weights(mnistcnn):
    assert re.fullmatch(r"mnistcnn-[0-9a-f]{8}", str(mnistcnn)) and str(encoder("mnistcnn")) == str(mnistcnn)
    model = small()
    weights = [np.arange(np.size(weight), dtype="float32").reshape(weight.shape) for weight in model.weights]
    model.set_weights(weights)
    before = Encoder("small", model).hash
    assert before == "898c759f"
    weights[0][0, 0] += 1e-6
    model.set_weights(weights)
    assert Encoder("small", model).hash != before


@pytest.mark.parametrize("damage", [lambda content: content[:-8], lambda content: content[:-1] + b"\x77"])
def test_damaged_weights_are_refused_before_they_are_read(damage, tmp_path):
    for name in ("mnistcnn.safetensors", "mnistcnn.json"):
        shutil.copy(encoders.SHIPPED / name, tmp_path)
    path = tmp_path / "mnistcnn.safetensors"
    shipped("mnistcnn", mnist_classifier(), tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match="mnistcnn.safetensors is damaged"):
        shipped("mnistcnn", mnist_classifier(), tmp_path)


def test_shapes_types_and_ranges(mnistcnn):
    features, probabilities = mnistcnn.encode(DIGITS.values)
    assert features.shape == (297, 128) and features.dtype == probabilities.dtype == np.float32
    assert features.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(features, mnistcnn.features(DIGITS.values))


def test_uint8_is_float_and_floats_are_rounded_as_in_a_png(mnistcnn):
    levels = DIGITS.values[:40]
    floats = levels.astype("float32") / 127.5 - 1
    expected = mnistcnn.features(levels)
    np.testing.assert_array_equal(mnistcnn.features(floats), expected)
    nudged = np.clip(floats + 0.3 / 127.5, -1, 1)
    np.testing.assert_array_equal(mnistcnn.features(nudged), expected)
    assert np.abs(mnistcnn.features(nudged, quantise=False) - expected).max() > 1e-4
    np.testing.assert_allclose(mnistcnn.features(floats, quantise=False), expected, atol=1e-5)


def test_an_images_features_do_not_depend_on_its_company(mnistcnn):
    all_at_once = mnistcnn.features(DIGITS.values)  # two batches, the second one padded
    for rows in (slice(0, 1), slice(5, 12), slice(248, 253)):
        np.testing.assert_allclose(mnistcnn.features(DIGITS.values[rows]), all_at_once[rows], atol=1e-5)


def test_a_users_classifier_and_a_users_feature_model(tmp_path):
    images = data.read("digits", split="test").values
    classifier = small(keras.layers.Dense(3, "softmax"))
    model = encoder(classifier)
    x = images.reshape(len(images), -1) / np.float32(127.5) - 1
    features = np.tanh(x @ classifier.layers[1].kernel.numpy())
    np.testing.assert_allclose(model.features(images), features, atol=1e-5)
    np.testing.assert_allclose(model.probabilities(images), classifier.predict(x.reshape(-1, 8, 8, 1)), atol=1e-5)
    small().save(tmp_path / "mine.keras")
    mine = encoder(tmp_path / "mine.keras")
    assert mine.name == "mine" and encoder(mine) is mine
    np.testing.assert_allclose(mine.features(images), features, atol=1e-5)
    with pytest.raises(ValueError, match="no class probabilities"):
        mine.probabilities(images)


def test_other_sizes_and_grey_images_are_brought_to_the_encoders():
    colour = Encoder("colour", small(shape=(16, 16, 3)))
    assert colour.resizer((16, 16, 3)) == "none" and "bilinear antialias 8x8 to 16x16" in colour.resizer((8, 8, 1))
    constant = np.full((2, 8, 8, 1), 51, np.uint8)
    np.testing.assert_allclose(
        colour.features(constant), colour.features(np.full((2, 16, 16, 3), 51, np.uint8)), atol=1e-6
    )


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (np.zeros((2, 28, 28, 3), np.uint8), r"takes images \[n, h, w, 1\]; these are \[n, 28, 28, 3\]"),
        (np.zeros((2, 28, 28), np.uint8), "these are"),
        (np.zeros((0, 28, 28, 1), np.uint8), "no images"),
        (np.full((2, 28, 28, 1), np.nan, np.float32), "NaN"),
        (np.full((2, 28, 28, 1), 255, np.float32), r"\[-1, 1\]"),
        (np.zeros((2, 28, 28, 1), np.int64), "uint8"),
    ],
)
def test_unfit_images_are_refused(mnistcnn, images, says):
    with pytest.raises(ValueError, match=says):
        mnistcnn.features(images)


def test_unfit_encoders_are_refused(tmp_path):
    (tmp_path / "broken.keras").write_bytes(b"not a zip file")
    maps = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)], name="maps")
    points = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)], name="points")
    for what, says in (
        ("resnet", "choose mnistcnn, facecnn, inception or a .keras file"),
        (tmp_path / "broken.keras", "cannot be read"),
        (tmp_path / "missing.keras", "cannot be read"),
        (maps, "features are"),
        (points, "one input"),
    ):
        with pytest.raises(ValueError, match=says) as caught:
            encoder(what)
        assert "\n" not in str(caught.value)


def test_inception_without_a_network_is_one_sentence(monkeypatch):
    """Keras' own error, where neither the cache nor the network has the weights."""

    def unreachable(*arguments, **options):
        raise Exception("URL fetch failure on https://storage.googleapis.com/weights.h5: None -- no network\nTraceback")

    monkeypatch.setattr("keras.src.applications.inception_v3.file_utils.get_file", unreachable)
    with pytest.raises(ValueError, match=r"inception_v3_weights\S+\.h5 into ~/.keras/models") as caught:
        encoder("inception")
    assert "URL fetch failure" in str(caught.value) and "\n" not in str(caught.value)


def test_moved_digits_stay_digits_and_follow_the_step():
    images = np.float32(DIGITS.values[:8]) / 127.5 - 1
    moved = move(3, images).numpy()
    np.testing.assert_array_equal(moved, move(3, images))
    assert not np.array_equal(moved, move(4, images))
    assert moved.min() >= -1 and moved.max() <= 1
    # The ink stays, within a scale of 10 % and what a shift of 2 pixels pushes out.
    np.testing.assert_allclose((moved + 1).sum(axis=(1, 2, 3)), (images + 1).sum(axis=(1, 2, 3)), rtol=0.35)


def test_both_trainings_get_batches_that_keras_takes():
    digits = data.load("digits", (28, 28, 1), 8, with_labels=True)
    images, labels = next(iter(digit_encoder.moved(digits).dataset))
    assert images.shape == (8, 28, 28, 1) and labels.shape == (8,)
    faces = np.random.default_rng(0).uniform(-1, 1, (4, 64, 64, 3)).astype("float32")
    for step in (0, 1):
        moved = face_encoder.move(step, tf.constant(faces))
        assert moved.shape == faces.shape and -1 <= np.min(moved) < np.max(moved) <= 1
