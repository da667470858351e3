"""Divergences of attributes: numbers by hand, exact samples, missing values by code, novelty."""

import numpy as np
import pytest

from keras_gan.metrics import attribute_divergences, novelty


def test_kl_by_hand():
    """Data half and half, samples three to one: .75 log 1.5 + .25 log .5 = .130812; an equal attribute has 0."""
    data = [[0, 0], [1, 0], [0, 1], [1, 1]]
    samples = [[0, 0], [0, 1], [0, 0], [1, 1]]
    first, second = attribute_divergences(samples, data, (2, 2))
    assert first.kl == pytest.approx(0.75 * np.log(1.5) + 0.25 * np.log(0.5)) == pytest.approx(0.130812, abs=1e-6)
    assert second.kl == 0 and first.columns == (0,) and len(first.missing) == 0
    (pair,) = attribute_divergences(samples, data, (2, 2), order=2)
    assert pair.kl == pytest.approx(0.5 * np.log(2)) and pair.columns == (0, 1)  # p = 1/2, 1/4, 0, 1/4 against 1/4 each
    np.testing.assert_array_equal(pair.missing, [[1, 0]])


def test_what_never_occurs_is_named_and_what_cannot_occur_costs_much():
    data = [[0], [1], [2], [2]]
    (found,) = attribute_divergences([[0], [0], [1]], data, (4,))
    np.testing.assert_array_equal(found.missing, [2])  # 3 is not in the data either
    (found,) = attribute_divergences([[3]], data, (4,))
    assert found.kl == pytest.approx(np.log(4.5 / 0.5))  # q(3) = .5 of 4 + .5


def test_exact_samples_have_next_to_nothing():
    random = np.random.default_rng(0)
    draw = lambda n: np.stack([random.integers(20, size=n), random.integers(7, size=n)], axis=1)  # noqa: E731
    samples, data = draw(10_000), draw(20_000)
    hair, _ = attribute_divergences(samples, data, (20, 7))
    assert 0.2 < hair.kl / (19 * (1 / 10_000 + 1 / 20_000) / 2) < 2.5
    (pair,) = attribute_divergences(samples, data, (20, 7), order=2)
    assert 0.6 < pair.kl / (139 * (1 / 10_000 + 1 / 20_000) / 2) < 1.5


def test_novelty_by_hand():
    training = np.array([[0, 0], [1, 1]])
    assert novelty([[0, 0], [0, 1], [1, 0], [1, 1]], training) == 0.5
    assert novelty(training, training) == 0 and novelty(training.astype("int32"), training) == 0


@pytest.mark.parametrize(
    ("samples", "data", "sizes"),
    [
        ([[0]], [[0, 1]], (1,)), ([[2]], [[0]], (2,)), ([[-1]], [[0]], (2,)), ([0], [[0]], (1,)),
        (np.zeros((0, 1), int), [[0]], (1,)), ([[0.5]], [[0]], (1,)),
    ],
)  # fmt: skip
def test_bad_codes_are_one_sentence(samples, data, sizes):
    with pytest.raises(ValueError, match="Codes") as error:
        attribute_divergences(samples, data, sizes)
    assert len(str(error.value).splitlines()) == 1
