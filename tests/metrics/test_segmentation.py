"""Scores of label maps by hand."""

import numpy as np
import pytest

from keras_gan.metrics import segmentation_scores


def test_scores_by_hand():
    wanted = np.array([[0, 0, 0, 0], [1, 1, 2, 2]])
    predicted = np.array([[0, 0, 0, 1], [1, 1, 0, 3]])
    # right: 3 of 4, 2 of 2, 0 of 2; taken for 0: 4, 1: 3, 2: 0. Class 3 is not shown, and not in the means.
    found = segmentation_scores(predicted, wanted, 4)
    assert found.pixel_accuracy == 5 / 8
    assert found.class_accuracy == pytest.approx((3 / 4 + 1 + 0) / 3)
    assert found.class_iou == pytest.approx((3 / (4 + 4 - 3) + 2 / (2 + 3 - 2) + 0) / 3)
    assert segmentation_scores(wanted, wanted, 4) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("maps", [np.zeros((2, 3), int), np.full((2, 2), 4), np.full((2, 2), -1), np.zeros((2, 2))])
def test_what_is_no_map_of_the_classes_is_refused(maps):
    with pytest.raises(ValueError, match="Label maps"):
        segmentation_scores(maps, np.zeros((2, 2), int), 4)
