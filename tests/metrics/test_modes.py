"""Modes covered, by hand and by worlds' own samples."""

import numpy as np
import pytest

from keras_gan.data.toys import TOYS, Grid, Ring
from keras_gan.metrics import mode_coverage, modes, stacked_mode_coverage


def test_by_hand(monkeypatch):
    """4 modes on a circle of radius 1, s = .1: two samples at angle 0, one beside 90 degrees, one too far from it."""
    monkeypatch.setattr(modes, "BLOCK", 16)
    world = Ring(count=4, standard_deviation=0.1)
    samples = [[1, 0], [1.29, 0], [0.01, 1.02], [0, 1.31]]
    # Over nearest modes (1/2, 1/2, 0, 0): KL = log(.5 / .25) = log 2.
    assert mode_coverage(samples, world) == (2, 4, pytest.approx(np.log(2)), 0.75)


@pytest.mark.parametrize("name", ["gaussian1d", "ring", "grid"])
def test_a_world_covers_itself(name):
    world, n = TOYS[name], 20_000
    found = mode_coverage(world.sample(n, seed=0), world)
    count = len(world.modes)
    inside = {1: 0.9973, 2: 1 - np.exp(-4.5)}[world.dimensions]
    assert (found.covered, found.modes) == (count, count)
    assert found.high_quality == pytest.approx(inside, abs=4 * np.sqrt(inside * (1 - inside) / n))
    assert found.kl == pytest.approx((count - 1) / (2 * n), abs=1e-3)


def test_dropped_modes_and_noise():
    world = Grid()
    one = np.repeat(world.modes[:1], 10, axis=0)
    assert mode_coverage(one, world) == (1, 25, pytest.approx(np.log(25)), 1.0)
    far = mode_coverage(one + 100.0, world)
    assert far.covered == 0 and far.high_quality == 0.0
    assert mode_coverage(one[:1], world).covered == 1


def test_stacked_digits_by_hand():
    # Four samples over two of 8 modes of three binary channels, 3 : 1. KL = .75 log 6 + .25 log 2 = 1.517106.
    labels = [[0, 0, 1], [1, 0, 1], [0, 0, 1], [0, 0, 1]]
    assert stacked_mode_coverage(labels, classes=2) == (2, 8, pytest.approx(1.517106, rel=1e-6))


def test_stacked_digits():
    every = np.array(list(np.ndindex(10, 10, 10)))
    assert stacked_mode_coverage(every) == (1000, 1000, pytest.approx(0, abs=1e-12))
    assert stacked_mode_coverage(every[:1]) == (1, 1000, pytest.approx(np.log(1000)))
    drawn = stacked_mode_coverage(np.random.default_rng(0).integers(0, 10, (25_600, 3)))
    assert drawn.covered == 1000 and drawn.kl == pytest.approx(999 / 51_200, rel=0.1)
    assert stacked_mode_coverage(np.arange(10)) == (10, 10, pytest.approx(0, abs=1e-12))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: mode_coverage(np.zeros((3, 2)), TOYS["swiss_roll"]), "SwissRoll is one curve"),
        (lambda: mode_coverage(np.zeros((3, 1)), TOYS["ring"]), "of one size"),
        (lambda: mode_coverage(np.zeros((0, 2)), TOYS["ring"]), "at least 1"),
        (lambda: mode_coverage(np.full((3, 2), np.nan), TOYS["ring"]), "NaN"),
        (lambda: stacked_mode_coverage([[1, 2, 10]]), "must lie in 0 ... 9; one is 10"),
        (lambda: stacked_mode_coverage([[1, 2, -1]]), "whole numbers from 0"),
        (lambda: stacked_mode_coverage([[1.0, 2, 3]]), "whole numbers from 0"),
        (lambda: stacked_mode_coverage(np.zeros((0, 3), int)), "whole numbers from 0"),
        (lambda: stacked_mode_coverage(np.zeros((2, 3, 4), int)), r"shape \[n, channels\]"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
