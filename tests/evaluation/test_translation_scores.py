"""Figures of translations by hand."""

import numpy as np
import pytest

from keras_gan.evaluation.image_scores import Book
from keras_gan.evaluation.protocol import Protocol
from keras_gan.evaluation.translation_scores import score_translations


def scores(made, targets):
    book = Book(Protocol("", len(made), len(targets), "pairs"), "some")
    score_translations(book, made, targets)
    return {score.protocol.metric: score for score in book.scores}


def test_scores_by_hand():
    targets = np.zeros((4, 16, 16, 3), "uint8")
    made = targets.copy()
    made[2:] = 51  # a fifth of the range
    found = scores(made, targets)
    assert found["l1"].value == pytest.approx(0.1) and found["l1"].plus_minus == pytest.approx(0.1 / 4**0.5)
    assert found["lightness_intersection"].value == 0.5 and found["a_intersection"].value == 1.0
    assert found["ssim"].value < 0.6
    same = scores(targets, targets)
    assert (same["l1"].value, same["ssim"].value, same["b_intersection"].value) == (0.0, 1.0, 1.0)
    assert set(scores(targets[..., :1], made[..., :1])) == {"l1", "ssim"}
