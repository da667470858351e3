"""Mescheder, Geiger and Nowozin 2018, "Which Training Methods for GANs do actually Converge?"."""

from keras_gan import R1GAN
from keras_gan.optimizers import Adam
from zoo import convolutional
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper(
    "Which Training Methods for GANs do actually Converge?", "Mescheder, Geiger and Nowozin", 2018, "1801.04406"
)

register(
    Variant(
        "r1.mnist",
        "Convolutional pair whose discriminator pays for its slope on real images.",
        PAPER,
        build=lambda: R1GAN(
            convolutional.generator(), convolutional.discriminator(normalised=False), gamma=1.0, average_decay=0.999
        ),
        dataset="mnist",
        image_shape=convolutional.IMAGE,
        batch_size=64,
        epochs=8,
        optimizers=lambda: tuple(Adam(2e-4, beta_1=0.5, beta_2=0.99) for _ in range(2)),
        deviations=(
            convolutional.SMALL,
            "The paper's nets are residual and its gamma is 20 on 256 x 256 pixels; here gamma is 1.",
            "Adam, learning rate 0.0002, instead of RMSProp, 0.0001.",
            convolutional.averaged(0.999),
        ),
    )
)
