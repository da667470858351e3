"""Few labels: which rows have one, and what a batch brings."""

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data import half_labelled

IMAGES = np.arange(60, dtype=np.uint8).reshape(60, 1, 1, 1)  # a pixel says which row it is
LABELS = np.repeat([0, 1, 2], [30, 20, 10])


def source(labels=LABELS):
    return data.read((IMAGES, labels))


def row(images):
    """Numbers of the rows in a batch."""
    return np.rint((np.asarray(images).ravel() + 1) * 127.5).astype(int)


def test_labels_are_balanced_and_follow_from_the_seed():
    chosen = half_labelled.chosen(source(), 9, seed=3)
    assert np.bincount(chosen.labels[chosen.labels >= 0]).tolist() == [3, 3, 3]
    known = chosen.labels >= 0
    np.testing.assert_array_equal(chosen.labels[known], LABELS[known])
    again, other = (half_labelled.chosen(source(), 9, seed=seed) for seed in (3, 4))
    np.testing.assert_array_equal(chosen.labels, again.labels)
    assert (chosen.labels != other.labels).any() and chosen.classes == 3


def test_what_does_not_divide_goes_to_the_first_classes():
    chosen = half_labelled.chosen(source(), 8, seed=0)
    assert np.bincount(chosen.labels[chosen.labels >= 0]).tolist() == [3, 3, 2]


def test_a_batch_brings_samples_of_all_rows_and_those_with_labels_over_and_over():
    batches = data.load(source(), batch_size=20, seed=1, labelled=6, labelled_seed=2)
    known = np.flatnonzero(half_labelled.chosen(source(), 6, 2).labels >= 0)
    images, few, labels = zip(*[(x, a, y) for x, (a, y) in batches.take(3)], strict=True)
    assert sorted(np.concatenate([row(x) for x in images])) == list(range(60))  # an epoch
    drawn, told = row(np.concatenate(few)), np.concatenate(labels)
    np.testing.assert_array_equal(told, LABELS[drawn])
    for start in range(0, 60, 6):  # whole shuffles one after the other, across the borders of batches
        assert sorted(drawn[start : start + 6]) == sorted(known)
    assert len({tuple(drawn[start : start + 6]) for start in range(0, 60, 6)}) > 3
    assert batches.classes == 3 and few[0].dtype == np.float32


def test_the_batch_of_a_step_is_the_same_after_a_restart():
    options = {"batch_size": 20, "seed": 1, "labelled": 6}
    later = list(data.load(source(), **options).take(3))[2]
    (at_once,) = data.load(source(), **options, start_step=2).take(1)
    for one, other in zip(np.ravel(later[1][0]), np.ravel(at_once[1][0]), strict=True):
        assert one == other
    np.testing.assert_array_equal(later[1][1], at_once[1][1])


def test_labels_of_the_users_own_may_be_unknown():
    labels = np.where(np.arange(60) % 10 == 0, LABELS, -1)
    (batch,) = data.load(source(labels), batch_size=12, labelled=True).take(1)
    assert set(row(batch[1][0])) == set(range(0, 60, 10))
    with pytest.raises(ValueError, match="labelled=True trains on those"):
        data.load(source(labels), batch_size=12, with_labels=True)


def test_digits_and_an_attribute_of_faces():
    (batch,) = data.load("digits", batch_size=50, labelled=100).take(1)
    assert batch[0].shape == batch[1][0].shape == (50, 8, 8, 1) and batch[1][1].shape == (50,)
    pytest.importorskip("dicebear")
    faces = data.read("faces", split="train[:60]")
    batches = data.load(faces, batch_size=8, with_labels="skin_color", labelled=14)
    (batch,) = batches.take(1)
    assert batch[1][0].shape == (8, 64, 64, 3) and batches.classes == 7 == len(batches.class_names)


@pytest.mark.parametrize(
    "options, named",
    [
        ({"labelled": 2}, "at least 3, one of each class"),
        ({"labelled": 61}, "at most 60"),
        ({"labelled": 36}, "Class 2 of array has 10 rows, fewer than its part, 12"),
        ({"labelled": 6, "labelled_seed": -1}, "labelled_seed"),
    ],
)
def test_what_cannot_be_chosen_is_one_sentence(options, named):
    with pytest.raises(ValueError, match=named) as caught:
        data.load(source(), batch_size=10, **options)
    assert len(str(caught.value).splitlines()) == 1


def test_sets_without_labels_say_so():
    with pytest.raises(ValueError, match="has no labels"):
        data.load("ring", batch_size=10, labelled=10)
    with pytest.raises(ValueError, match="No row of array has a label"):
        data.load(source(np.full(60, -1)), batch_size=10, labelled=True)
