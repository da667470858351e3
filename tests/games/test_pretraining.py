"""A generator that matches data pixels before the game begins."""

import numpy as np
import pytest
from worker import game, mirrored

from keras_gan.games.pretraining import pretrain_generator

IMAGES = np.random.default_rng(0).uniform(-1, 1, (64, 8, 8, 1)).astype("float32")
FEW = {"epochs": 40, "batch_size": 16, "learning_rate": 0.01}


def distance(model, average=True):
    """Mean squared error between the samples of seeds -1, -2, ... and the images that these z are paired with."""
    return np.mean((model.sample_seeds(-1 - np.arange(64), average=average) - IMAGES) ** 2)


def test_the_pairs_are_learnt_beyond_the_mean_image_and_alone():
    model = game(average_decay=0.9)
    discriminator, before = model.discriminator.get_weights(), distance(model)
    pretrain_generator(model, IMAGES, **FEW)
    after = distance(model)
    mean_image = np.mean((IMAGES - IMAGES.mean(0)) ** 2)
    assert after < mean_image < before and after == distance(model, average=False)
    assert all(np.array_equal(a, b) for a, b in zip(discriminator, model.discriminator.get_weights(), strict=True))
    assert int(model.steps) == int(model.generator_optimizer.iterations) == 0


def test_it_is_the_same_again_and_on_replicas():
    with mirrored().scope():
        together = game()
    once, again = game(), game()
    for model in (once, again, together):
        pretrain_generator(model, IMAGES, pairs=32, epochs=1)
    for a, b, c in zip(once.get_weights(), again.get_weights(), together.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)


def test_what_it_cannot_do_is_said():
    with pytest.raises(ValueError, match="labels"):
        pretrain_generator(game(classes=3), IMAGES)
    with pytest.raises(ValueError, match="shape"):
        pretrain_generator(game(), IMAGES[:, :4])
