"""A second stage starts where the first ended, also where its players are told a label besides."""

import numpy as np

import zoo
from zoo.papers import r3gan


def test_players_that_learn_labels_start_as_those_without():
    first = zoo.load("r3gan.faces")
    model = zoo.build("r3gan_conditional.faces")
    r3gan.learn_labels(model, first)
    random = np.random.default_rng(0)
    z, images = random.normal(size=(3, 100)).astype("float32"), random.uniform(-1, 1, (3, 64, 64, 3)).astype("float32")
    labels = np.array([0, 5, 141_119], "int32")
    for player in r3gan.PLAYERS:
        x = images if player == "discriminator" else z
        np.testing.assert_array_equal(getattr(model, player)([x, labels]), getattr(first, player)(x))
