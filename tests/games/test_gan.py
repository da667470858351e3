"""The 2014 game: its options, its default optimisers, its conditional form."""

import keras
import numpy as np
import pytest
from worker import game, pair

from keras_gan import GAN
from keras_gan.optimizers import DividedLearningRate, RisingMomentumSGD

IMAGES = np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype("float32")


@pytest.mark.parametrize("options", [{"objective": "hinge"}, {"real_target": 0.0}, {"real_target": 1.5}])
def test_bad_options_are_named(options):
    with pytest.raises(ValueError, match=str(next(iter(options)))):
        GAN(*pair(), **options)


def test_the_papers_optimizers_are_the_default():
    model = GAN(*pair())
    model.compile()
    for optimizer, rate in ((model.generator_optimizer, 0.1), (model.discriminator_optimizer, 0.05)):
        assert isinstance(optimizer, RisingMomentumSGD) and isinstance(optimizer._learning_rate, DividedLearningRate)
        assert float(optimizer.learning_rate) == pytest.approx(rate)
        assert (optimizer.initial_momentum, optimizer.final_momentum) == (0.5, 0.7)


@pytest.mark.parametrize("options", [{}, {"objective": "minimax", "real_target": 0.9, "seed": 3, "average_decay": 0.5}])
def test_config_round_trip(options):
    model = GAN(*pair(), **options)
    again = GAN.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    assert (again.objective, again.real_target) == (model.objective, model.real_target)


def test_a_conditional_game_learns_with_its_labels():
    """The same data with other labels gives other weights, in both players."""
    trained = []
    for shift in (0, 1):
        model = game(classes=4)
        model.fit(IMAGES, (np.arange(32) + shift) % 4, shuffle=False, verbose=0)
        trained.append(model)
    for player in ("generator", "discriminator"):
        weights = [np.concatenate([w.ravel() for w in getattr(m, player).get_weights()]) for m in trained]
        assert np.abs(weights[0] - weights[1]).max() > 1e-5


@pytest.mark.parametrize("objective", ["non_saturating", "minimax"])
def test_it_learns(objective):
    """Points of N(3, 1/2): from its place at the start, G moves to them, and is as wide."""
    model = GAN(*pair((1,)), objective=objective)
    model.compile(keras.optimizers.Adam(0.01, beta_1=0.5), keras.optimizers.Adam(0.01, beta_1=0.5))
    assert abs(model.sample(500).mean() - 3.0) > 2.0
    points = np.random.default_rng(0).normal(3.0, 0.5, (32 * 300, 1)).astype("float32")
    model.fit(points, batch_size=32, verbose=0)
    samples = model.sample(500)
    assert abs(samples.mean() - 3.0) < 0.5 and 0.2 < samples.std() < 1.0


class Subclassed(keras.Model):
    """A network whose shapes nothing knows before it is called."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(64)

    def call(self, z):
        return keras.ops.reshape(self.dense(z), (-1, 8, 8, 1))


def test_a_subclassed_network_is_taken_as_the_refusal_says():
    z = keras.Input((4,))
    model = GAN(keras.Model(z, Subclassed()(z), name="generator"), pair()[1])
    assert model.sample(3).shape == (3, 8, 8, 1)


@pytest.mark.parametrize("mistake", ["shape", "classes", "steps", "labels", "subclass"])
def test_players_that_do_not_fit_are_refused(mistake):
    generator, discriminator = pair()
    with pytest.raises(ValueError) as caught:
        if mistake == "shape":
            GAN(generator, pair((4, 4, 1))[1])
        elif mistake == "classes":
            GAN(generator, discriminator, classes=3)
        elif mistake == "steps":
            GAN(generator, discriminator, discriminator_steps=0)
        elif mistake == "labels":
            GAN(*pair(classes=3), classes=None)
            GAN(pair(classes=3)[0], discriminator)
        else:
            GAN(Subclassed(), discriminator)
    assert len(str(caught.value).splitlines()) == 1 and isinstance(caught.value, ValueError)


def test_a_base_game_says_what_it_lacks():
    from keras_gan import AdversarialModel

    model = AdversarialModel(*pair())
    with pytest.raises(NotImplementedError, match="AdversarialModel"):
        model.compile()
    with pytest.raises(NotImplementedError, match="discriminator"):
        model.discriminator_terms(None, None, None)
    assert isinstance(model, keras.Model)
