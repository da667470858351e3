"""Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN"."""

from keras.optimizers import RMSprop

from keras_gan import WGAN
from zoo import convolutional
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Wasserstein GAN", "Arjovsky, Chintala and Bottou", 2017, "1701.07875")

register(
    Variant(
        "wgan.mnist",
        "Convolutional pair whose critic has clipped weights and estimates the Wasserstein distance.",
        PAPER,
        build=lambda: WGAN(
            convolutional.generator(), convolutional.discriminator(normalised=True), average_decay=0.999
        ),
        dataset="mnist",
        image_shape=convolutional.IMAGE,
        batch_size=64,
        epochs=15,
        optimizers=lambda: tuple(RMSprop(2e-4, rho=0.99, epsilon=1e-8) for _ in range(2)),
        deviations=(
            convolutional.SMALL,
            "Learning rate 0.0002 instead of 0.00005, because the run is short.",
            convolutional.averaged(0.999),
        ),
    )
)
