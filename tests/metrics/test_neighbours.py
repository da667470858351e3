"""1-NN two-sample accuracy and the 1-NN classifier by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from keras_gan.metrics import nearest_neighbour_error, two_sample_accuracy

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("d, shift", [(1, 0.5), (3, 0.0), (30, 0.4)])
def test_scikit_learn_agrees_on_two_samples(d, shift):
    real, fake = RANDOM.normal(size=(80, d)), RANDOM.normal(size=(80, d)) + shift
    labels = np.repeat([1, 0], 80)
    leave_one_out = NearestNeighbors(n_neighbors=1).fit(np.concatenate([real, fake]))
    right = labels[leave_one_out.kneighbors(return_distance=False)[:, 0]] == labels
    assert two_sample_accuracy(real, fake) == pytest.approx((right.mean(), right[:80].mean(), right[80:].mean()))
    assert two_sample_accuracy(real.astype("float32"), fake.astype("float32")).accuracy == pytest.approx(right.mean())


def test_two_samples_by_hand():
    # In order: real 0, real 1, fake 3, fake 3.5, real 3.6, fake 9. Beside their own: 0 and 1, and 3 (beside 3.5). The
    # real 3.6 is nearest to the fake 3.5; the fakes 3.5 and 9 are nearest to the real 3.6.
    assert two_sample_accuracy([[0], [1], [3.6]], [[3], [3.5], [9]]) == (
        pytest.approx(3 / 6),
        pytest.approx(2 / 3),
        pytest.approx(1 / 3),
    )


def test_equal_distributions_are_chance_and_different_ones_are_not():
    x, y = RANDOM.normal(size=(2, 1500, 4))
    assert two_sample_accuracy(x, y).accuracy == pytest.approx(0.5, abs=0.05)
    assert two_sample_accuracy(x, y + 50) == (1.0, 1.0, 1.0)


def test_copies_are_below_chance():
    x = RANDOM.normal(size=(50, 4))
    assert two_sample_accuracy(x, x) == (0.0, 0.0, 0.0)
    assert two_sample_accuracy(x, x + 1e-9).accuracy == 0.0


def test_ties_count_by_their_share():
    # All equal: of a point's 2n - 1 neighbours n - 1 are of its own set.
    assert two_sample_accuracy(np.ones((10, 3)), np.ones((10, 3))) == pytest.approx((9 / 19,) * 3)
    # Real -1, fake 0, real 1, fake 2: -1 -> fake; 0 -> both real; 1 -> two fakes; 2 -> real. All wrong.
    assert two_sample_accuracy([[-1], [1]], [[0], [2]]).accuracy == 0.0
    # Real 0, real 1, fake 2, fake 5: 0 -> real; 1 -> real or fake, a half; 2 -> real; 5 -> fake.
    assert two_sample_accuracy([[0], [1]], [[2], [5]]) == (0.625, 0.75, 0.5)
    # Two equal reals, a fake: each other's.
    assert two_sample_accuracy([[0], [0]], [[1], [3]]) == (0.75, 1.0, 0.5)


@pytest.mark.parametrize("d", [1, 5, 40])
def test_scikit_learn_agrees_on_labels(d):
    fake, real = RANDOM.normal(size=(200, d)), RANDOM.normal(size=(150, d))
    fake_labels, real_labels = RANDOM.integers(0, 3, 200), RANDOM.integers(0, 3, 150)
    score = KNeighborsClassifier(1).fit(fake, fake_labels).score(real, real_labels)
    assert nearest_neighbour_error(fake, fake_labels, real, real_labels) == pytest.approx(1 - score)


def test_classifier_by_hand():
    # Real 1 -> fake 0 (label 5, right); 8 -> fake 10 (label 7, wrong); 5 is equally near: the first, label 7.
    assert nearest_neighbour_error([[10], [0]], [7, 5], [[1], [8], [5]], [5, 5, 7]) == pytest.approx(1 / 3)
