"""The table of the techniques: a row of the ring is trained and read in a few steps."""

import keras
import numpy as np
from rich.console import Console

from benchmarks import improved
from keras_gan.games.improved import ImprovedGAN
from keras_gan.layers.virtual_batch_norm import VirtualBatchNormalization
from keras_gan.networks.improved import virtually_normalised
from zoo.papers import _convolutional
from zoo.papers.improved import RING


def test_every_technique_has_its_row_and_its_recipe(monkeypatch):
    monkeypatch.setattr(improved, "RING", {name: RING[name] for name in ("plain", "history")})
    rows = list(improved.ring_rows([0, 1], 50, Console(quiet=True)))
    assert [row.split("|")[1].strip() for row in rows] == ["`improved_plain.ring`", "`improved_history.ring`"]
    for row in rows:
        modes, quality = (row.split("|")[column].split(", ") for column in (3, 4))
        assert len(modes) == len(quality) == 2 and all(0 <= int(mode) <= 8 for mode in modes)
        assert all(0.0 <= float(share) <= 1.0 for share in quality)


def test_a_run_is_that_of_its_seed():
    first, again = (improved.ring("improved_smoothing.ring", 1, 50)[0] for _ in range(2))
    other, _ = improved.ring("improved_smoothing.ring", 2, 50)
    assert first == again and first != other


def test_the_digits_rows_differ_in_one_technique_each():
    plain, *others = [build() for build in improved.MNIST.values()]
    assert all(isinstance(game, ImprovedGAN) for game in (plain, *others))

    def what(game):
        compares = any(layer.name == "minibatch_discrimination" for layer in game.discriminator.layers)
        virtual = any(isinstance(layer, VirtualBatchNormalization) for layer in game.generator._flatten_layers())
        return compares, game.real_target, game.feature_layer, game.history_weight, virtual

    assert [what(game) for game in (plain, *others)] == [
        (False, 1.0, None, 0.0, False),
        (True, 1.0, None, 0.0, False),
        (False, 0.9, None, 0.0, False),
        (True, 0.9, None, 0.0, False),
        (False, 1.0, "features", 0.0, False),
        (False, 1.0, None, 0.01, False),
        (False, 1.0, None, 0.0, True),
    ]


def test_virtual_normalisation_replaces_batch_normalisation_and_nothing_else():
    generator = _convolutional.generator()
    virtual = virtually_normalised(generator, reference=7)
    assert not [one for one in virtual._flatten_layers() if isinstance(one, keras.layers.BatchNormalization)]
    assert virtual.count_params() == 7 * 100 + sum(keras.ops.size(one) for one in generator.trainable_variables)
    z = np.random.default_rng(0).normal(size=(5, 100)).astype("float32")
    images = virtual(z, training=True).numpy()
    assert images.shape == (5, 28, 28, 1)
    # A sample depends on the reference and on itself, not on the samples beside it.
    np.testing.assert_allclose(virtual(z[3:4], training=True)[0], images[3], atol=1e-5)
