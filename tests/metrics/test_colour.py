"""Colours in CIELAB against values of Lindbloom's calculator, and their histograms by hand."""

import numpy as np
import pytest

from keras_gan.metrics import colour_intersection
from keras_gan.metrics.colour import lab


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((119, 119, 119), (50.03, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
    ],
)
def test_known_colours(rgb, expected):
    assert lab(np.array(rgb, "uint8")) == pytest.approx(expected, abs=0.05)
    assert lab(np.array(rgb) / 127.5 - 1) == pytest.approx(expected, abs=0.05)


def test_intersections_by_hand():
    red, grey = (np.full((1, 2, 2, 3), colour, "uint8") for colour in ((255, 0, 0), (127, 127, 127)))
    half = red.copy()
    half[0, 0] = 127
    assert colour_intersection(red, red) == (1.0, 1.0, 1.0)
    # grey of 53.4 has the lightness of red, 53.2: one bin of 100 / 64
    assert colour_intersection(red, grey) == (1.0, 0.0, 0.0)
    assert colour_intersection(half, red) == pytest.approx((1.0, 0.5, 0.5))
    with pytest.raises(ValueError, match=r"\[n, h, w, 3\]"):
        colour_intersection(red[..., :1], red)
