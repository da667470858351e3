"""Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN"."""

import keras_gan
from zoo.papers import _convolutional
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("Wasserstein GAN", "Arjovsky, Chintala and Bottou", 2017, "1701.07875")


def falling(steps):
    """G's and D's RMSProp; D moves five times a step, and its rate takes as long to fall."""
    return tuple(
        keras_gan.optimizers.torch_rmsprop(keras_gan.optimizers.FallingSecondHalf(5e-4, turns * steps))
        for turns in (1, 5)
    )


register(
    Variant(
        "wgan.mnist",
        "Convolutional pair whose critic has clipped weights and estimates the Wasserstein distance.",
        PAPER,
        build=lambda: keras_gan.WGAN(
            _convolutional.generator(),
            _convolutional.discriminator(),
            average_decay=0.999,
        ),
        dataset="mnist",
        image_shape=_convolutional.IMAGE,
        batch_size=32,
        epochs=16,
        optimizers=falling,
        deviations=(
            _convolutional.SMALL,
            _convolutional.DENSE,
            "Learning rate 0.0005 instead of 0.00005, falling to 0 over the second half, because the run is short.",
            "Batches of 32 instead of 64: G moves once in five of them.",
            _convolutional.averaged(0.999),
        ),
    )
)
