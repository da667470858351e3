"""FCN scores: what facefcn reads off faces, and a hand-made check of the scores in a Book."""

import importlib.util

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data import tasks
from keras_gan.data.faces.styles import CLASSES, PALETTE
from keras_gan.evaluation import encoders
from keras_gan.evaluation.image_scores import Book
from keras_gan.evaluation.protocol import Protocol
from keras_gan.evaluation.segmenter import reads, score_labels, segmenter
from keras_gan.sampling.palettes import rgb

RECORD = encoders.metadata("facefcn")


def scores(made, inputs):
    book = Book(Protocol("", len(made), len(made), "faces.labels"), "some")
    score_labels(book, made, inputs)
    assert book.protocol.encoder is None  # what comes next is of the images again
    return {score.protocol.metric: score for score in book.scores}


def test_record_and_file():
    assert (encoders.SHIPPED / "facefcn.safetensors").stat().st_size < 2e6
    assert RECORD["parameters"] == segmenter().network.count_params() and tuple(RECORD["classes"]) == CLASSES
    assert RECORD["pixel_accuracy"] > 0.98 and RECORD["class_accuracy"] > 0.9 and RECORD["class_iou"] > 0.85


def test_colours_are_classes():
    maps = rgb(PALETTE)[np.arange(64 * 64).reshape(1, 64, 64) % len(CLASSES)]
    np.testing.assert_array_equal(tasks.classes_of(maps, PALETTE).ravel(), np.arange(64 * 64) % len(CLASSES))
    assert reads(PALETTE, (64, 64, 3)) and not reads(PALETTE, (32, 32, 3))
    assert not reads(None, (64, 64, 3)) and not reads({"sky": "#ffffff"}, (64, 64, 3))


def test_scores_are_of_what_is_read():
    """White paper is background, whatever else was asked for."""
    white = np.full((3, 64, 64, 3), 255, "uint8")
    asked = white.copy()
    asked[:, :16] = rgb(PALETTE)[CLASSES.index("hair")]
    found = scores(white, asked)
    assert found["pixel_accuracy"].value == pytest.approx(0.75)
    assert found["class_accuracy"].value == pytest.approx(0.5)  # of background all, of hair none
    assert found["class_iou"].value == pytest.approx(0.75 / 2)
    assert found["pixel_accuracy"].protocol.encoder == str(segmenter()).strip()
    with pytest.raises(ValueError, match=r"facefcn reads faces \[n, 64, 64, 3\], not \(32, 32, 3\)"):
        scores(white[:, :32, :32], asked[:, :32, :32])


@pytest.mark.skipif(not importlib.util.find_spec("dicebear"), reason="pip install keras_gan[faces]")
def test_it_reads_faces_that_it_has_not_seen():
    pairs = data.read("faces.labels", split="test[:200]")
    found = scores(pairs.values, pairs.inputs)
    assert found["pixel_accuracy"].value > 0.97 and found["class_iou"].value > 0.8
    others = scores(pairs.values, np.roll(pairs.inputs, 1, axis=0))
    assert others["class_iou"].value < found["class_iou"].value - 0.2
