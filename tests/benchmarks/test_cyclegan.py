"""CycleGAN's table: which colour stands for which, and how many keep theirs, by hand."""

import numpy as np
import pytest

from benchmarks import cyclegan
from keras_gan.data.attributes import Attributes


def test_colours_keep_apart_or_count_for_nothing():
    before = np.array([0, 0, 0, 1, 1, 1, -1, 2])
    apart = np.array([3, 3, 3, 1, 1, 0, 2, 0])
    names = cyclegan.counterparts(before, apart)
    assert names == {0: 3, 1: 1, 2: 0}
    assert cyclegan.agreement(apart, before, names) == pytest.approx(6 / 7)  # of seven with hair
    same = np.full(8, 3)  # whatever comes in, one colour comes out: right for one input colour alone
    assert cyclegan.agreement(same, before, cyclegan.counterparts(before, same)) == pytest.approx(3 / 7)


def test_glasses_and_hair_of_either_style():
    personas = Attributes(
        np.array([[0, 0], [1, 2], [2, 1]]),
        {"eyes": ("glasses", "open", "sunglasses"), "hair_color": ("none", "#1", "#2")},
    )
    pixels = Attributes(
        np.array([[0, 0], [2, 1]]), {"glasses": ("none", "dark01", "light01"), "hair_color": ("#3", "#4")}
    )
    assert cyclegan.glasses(personas).tolist() == [True, False, True]
    assert cyclegan.glasses(pixels).tolist() == [False, True]
    assert cyclegan.hair(personas).tolist() == [-1, 2, 1] and cyclegan.hair(pixels).tolist() == [0, 1]


def test_the_other_styles_shares_bound_what_is_kept():
    two, four = np.array([0, 0, 1, 1, -1]), np.array([0, 1, 2, 3])
    assert cyclegan.most_alike(two, two) == 1.0
    assert cyclegan.most_alike(two, four) == cyclegan.most_alike(four, two) == 0.5  # a quarter of all for each of two
    assert cyclegan.most_alike(np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1])) == 1.0  # the frequent one is another's
