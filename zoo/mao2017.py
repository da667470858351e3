"""Mao et al. 2017, "Least Squares Generative Adversarial Networks"."""

from keras_gan import LSGAN
from keras_gan.optimizers import Adam
from zoo import convolutional
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Least Squares Generative Adversarial Networks", "Mao et al.", 2017, "1611.04076")

register(
    Variant(
        "lsgan.mnist",
        "Convolutional pair with least squares in place of the cross entropy.",
        PAPER,
        build=lambda: LSGAN(
            convolutional.generator(), convolutional.discriminator(normalised=True), average_decay=0.999
        ),
        dataset="mnist",
        image_shape=convolutional.IMAGE,
        batch_size=64,
        epochs=8,
        optimizers=lambda: tuple(Adam(2e-4, beta_1=0.5) for _ in range(2)),
        deviations=(
            convolutional.SMALL,
            "Learning rate 0.0002, as the paper's 28 x 28 characters, instead of LSUN's 0.001.",
            convolutional.averaged(0.999),
        ),
    )
)
