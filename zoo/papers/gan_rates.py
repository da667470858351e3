"""A search space that takes minutes: the two learning rates of Goodfellow's one-dimensional demonstration."""

from dataclasses import replace

import keras_gan
from zoo.papers.gan import PAPER
from zoo.registry import VARIANTS
from zoo.sweeps.space import Space, register_space

RATES = (0.003, 0.001, 0.0003, 0.0001)


def recipe(settings):
    """gan.gaussian1d with Adam at these rates, for one epoch."""
    return replace(
        VARIANTS["gan.gaussian1d"],
        epochs=1,
        optimizers=lambda steps: tuple(
            keras_gan.optimizers.Adam(settings[rate], beta_1=0.5) for rate in ("rateG", "rateD")
        ),
    )


def against_the_world(model, samples=None):
    """How far a nearest-neighbour classifier tells samples from data, 1/2 being chance, and how far D is from 1/2."""
    from keras_gan.evaluation.toy_scores import score_points

    points = model.sample(samples or 10_000)
    scores = score_points(points, "gaussian1d", probability=model.probability)
    wanted = ("mean", "standard_deviation", "discriminator_deviation", "two_sample_accuracy")
    return {score.protocol.metric: score.value for score in scores if score.protocol.metric in wanted}


register_space(
    Space(
        "gan_rates.gaussian1d",
        "The learning rates of the one-dimensional demonstration, a few seconds a trial.",
        PAPER,
        {"rateG": RATES, "rateD": RATES},
        recipe,
        measure=against_the_world,
        figure="two_sample_accuracy",
        lowest=True,
        deviations=("The paper searches no rates; one epoch of 500 steps instead of 20.",),
    )
)
