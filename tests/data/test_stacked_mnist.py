"""Stacked MNIST: the data, and the figures that count its 1,000 modes."""

import os
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_gan import data
from keras_gan.data.stacked_mnist import number
from keras_gan.evaluation import check
from keras_gan.evaluation.encoders import Encoder
from keras_gan.evaluation.measure import default_count, measure
from keras_gan.evaluation.stacked_scores import SAMPLES, score_stacked

MNIST = Path(os.environ.get("TFDS_DATA_DIR", "")) / "mnist"
needs_mnist = pytest.mark.skipif(
    not (os.environ.get("TFDS_DATA_DIR") and MNIST.is_dir()), reason="TFDS_DATA_DIR holds no prepared MNIST"
)
LEVELS = 25 * np.arange(10)  # the brightness of each "digit" in the tests that need no MNIST


def by_brightness():
    """A perfect classifier of grey images of ten levels: logits 400 (m x_c - x_c^2 / 2), largest at the nearest one."""
    x, flat = LEVELS / 127.5 - 1, keras.layers.Flatten()
    model = keras.Sequential([keras.Input((4, 4, 1)), flat, keras.layers.Dense(10, "softmax")], name="brightness")
    model.layers[-1].set_weights([np.tile(400 * x / 16, (16, 1)), -200 * x**2])
    return Encoder("brightness", model)


def images_of(digits):
    """uint8 [n, 4, 4, 3] whose channels have the brightness of these digits [n, 3]."""
    return np.broadcast_to(LEVELS[digits][:, None, None, :], (len(digits), 4, 4, 3)).astype(np.uint8)


def without(count):
    """All modes but the first `count`, whose place the 1,000th takes."""
    every = np.array(list(np.ndindex(10, 10, 10)))
    every[:count] = 9
    return every


def values(scores):
    return {score.protocol.metric: score.value for score in scores}


def test_the_number_of_three_digits():
    np.testing.assert_array_equal(number(np.array([[0, 0, 7], [1, 2, 3], [9, 9, 9]])), [7, 123, 999])


def test_all_modes_equally_often():
    every = np.array(list(np.ndindex(10, 10, 10)))
    scores = score_stacked(images_of(every), by_brightness(), labels=np.arange(1000), origin="all")
    assert values(scores) == {"modes": 1000, "mode_kl": pytest.approx(0, abs=1e-12), "label_agreement": 1}
    protocol = scores[0].protocol
    assert protocol.real == "stacked_mnist, all modes equally frequent" and protocol.n_real is None
    assert protocol.settings == "of=1000" and scores[0].name.startswith("modes@1k/brightness-")


def test_few_modes_by_hand():
    """Half of 40 samples in one mode, the others in two: KL = log 1000 - H, H = log 2 / 2 + log 4 / 2."""
    digits = np.array([[1, 2, 3]] * 20 + [[0, 0, 0]] * 10 + [[0, 0, 1]] * 10)
    asked = np.where(np.arange(40) < 30, 123, 1)  # ten of the 40 are another digit than this
    scores = score_stacked(images_of(digits), by_brightness(), labels=asked)
    expected = np.log(1000) - (np.log(2) / 2 + np.log(4) / 2)
    assert values(scores) == {"modes": 3, "mode_kl": pytest.approx(expected), "label_agreement": 0.75}
    floats = images_of(digits) / 127.5 - 1
    assert values(score_stacked(floats, by_brightness(), labels=asked)) == values(scores)


def test_the_band_of_a_check_keeps_few_modes_exact_and_many_nearly():
    digits = np.array(list(np.ndindex(10, 10, 10)))
    old = score_stacked(images_of(digits), by_brightness())
    assert old[0].band == pytest.approx((998, 1002))
    one_less, four_less = (score_stacked(images_of(without(count)), by_brightness()) for count in (1, 4))
    assert [values(scores)["modes"] for scores in (one_less, four_less)] == [999, 996]
    check.check(old[:1], one_less)
    with pytest.raises(ValueError, match="modes@1k/brightness-.* is 996, outside the recorded 998 to 1002"):
        check.check(old[:1], four_less)
    few = score_stacked(images_of(digits[:20]), by_brightness())
    assert 19 < few[0].band[0] < 20 < few[0].band[1] < 21


def test_what_does_not_fit_is_one_sentence():
    images = images_of(np.zeros((20, 3), int))
    with pytest.raises(ValueError, match=r"at least 20 images \[n, h, w, 3\]"):
        score_stacked(images[:19])
    with pytest.raises(ValueError, match=r"images \[n, h, w, 3\]"):
        score_stacked(images[..., :1])
    two = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
    with pytest.raises(ValueError, match="a classifier of grey digits"):
        score_stacked(images, two)
    with pytest.raises(ValueError, match="no split to choose"):
        measure(images, "stacked_mnist", split="test")
    with pytest.raises(ValueError, match="image_shape is"):
        data.read("stacked_mnist", image_shape=(28, 28, 1))
    with pytest.raises(ValueError, match='the splits "train" and "test"'):
        data.read("stacked_mnist", split="train[:100]")


def test_without_mnist_it_says_where_mnist_may_come_from(tmp_path, monkeypatch):
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="'mnist' is not found in .*TFDS_DATA_DIR.*tfds build mnist"):
        data.read("stacked_mnist")


def test_the_protocol_of_the_data_set():
    assert default_count("stacked_mnist") == SAMPLES == 25_600


@needs_mnist
def test_each_channel_is_a_digit_of_mnist():
    train = data.read("stacked_mnist")
    assert train.values.shape == (60_000, 28, 28, 3) and train.values.dtype == np.uint8
    assert train.labels.dtype == np.int32 and train.classes == 1000 and len(np.unique(train.labels)) == 1000
    assert train.licence == "CC BY-SA 3.0" and train.origin.startswith("three digits in an image, of TFDS mnist")
    test, again, other = (data.read("stacked_mnist", split="test", seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(test.values, again.values)
    assert (test.labels != other.labels).mean() > 0.9 and (test.labels != train.labels[:10_000]).mean() > 0.9
    mnist = data.read("mnist", split="test")
    assert len(test.values) == 10_000
    known = {image.tobytes(): label for image, label in zip(mnist.values, mnist.labels, strict=True)}
    for image, label in zip(test.values[:100], test.labels, strict=False):
        digits = [known[image[..., channel].tobytes()] for channel in range(3)]
        assert number(np.array(digits)) == label


@needs_mnist
def test_real_images_have_their_labels_by_the_shipped_classifier():
    """99.6 % a digit, so about 99 % of three."""
    test = data.read("stacked_mnist", split="test")
    scores = measure(test.values[:500], "stacked_mnist", labels=test.labels[:500])
    assert values(scores)["label_agreement"] > 0.97
    assert scores[0].name == f"modes@500/{scores[0].protocol.encoder}"
    assert scores[0].protocol.encoder.startswith("mnistcnn-")
    exact = len(np.unique(test.labels[:500]))
    assert values(scores)["modes"] == pytest.approx(exact, abs=10)
