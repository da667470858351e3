"""Gulrajani et al. 2017, "Improved Training of Wasserstein GANs"."""

from keras_gan import WGANGP
from keras_gan.optimizers import Adam
from zoo import convolutional
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Improved Training of Wasserstein GANs", "Gulrajani et al.", 2017, "1704.00028")

register(
    Variant(
        "wgan_gp.mnist",
        "Convolutional pair whose critic pays for slopes other than 1 between data and samples.",
        PAPER,
        build=lambda: WGANGP(
            convolutional.generator(), convolutional.discriminator(normalised=False), average_decay=0.999
        ),
        dataset="mnist",
        image_shape=convolutional.IMAGE,
        batch_size=64,
        epochs=12,
        optimizers=lambda: tuple(Adam(2e-4, beta_1=0.5, beta_2=0.9) for _ in range(2)),
        deviations=(
            convolutional.SMALL,
            "Learning rate 0.0002 instead of 0.0001 and batches of 64 instead of 50, because the run is short.",
            "The generator has batch normalisation and 100 dimensions of z.",
            convolutional.averaged(0.999),
        ),
    )
)
