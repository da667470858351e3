"""What cyclegan.faces_pixel trains on, by hand."""

from dataclasses import replace

import numpy as np

import zoo
from keras_gan.data.attributes import Attributes
from keras_gan.data.record import Source
from zoo.papers.cyclegan import glasses, with_as_many_glasses
from zoo.runs.sources import told

EYES, GLASSES = ("open", "glasses", "wink", "sunglasses"), ("none", "dark01", "light01")


def two_sets(name):
    """Of eight faces four have glasses, of ten pictures in pixel art two, numbers 3 and 8; images are their numbers."""
    eyes = Attributes(np.array([[0], [1], [2], [3], [1], [0], [3], [2]], "int32"), {"eyes": EYES})
    codes = np.zeros((10, 1), "int32")
    codes[[3, 8], 0] = 1, 2
    faces, pixels = (np.arange(n, dtype="uint8")[:, None, None, None] for n in (8, 10))
    shown = Attributes(codes, {"glasses": GLASSES})
    return Source(
        name, pixels, None, None, "", "", attributes=shown, inputs=faces, paired=False, input_attributes=eyes
    )  # fmt: skip


def test_as_many_have_glasses_on_either_side():
    chosen = with_as_many_glasses(two_sets("any"))
    assert chosen.values.ravel().tolist() == [0, 1, 3, 8]
    assert glasses(chosen.attributes).tolist() == [False, False, True, True]
    assert len(chosen.inputs) == 8 and glasses(chosen.input_attributes).mean() == 0.5


def test_rows_are_chosen_of_the_recipes_own_data_alone():
    record = zoo.variant("cyclegan.faces_pixel")
    assert len(told(two_sets(record.dataset), record, None, 0).values) == 4
    theirs = replace(two_sets("horses/ <-> zebras/"), attributes=None, input_attributes=None)
    assert told(theirs, record, None, 0) is theirs
