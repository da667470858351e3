"""Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN"."""

from keras_gan import WGAN
from keras_gan.architectures import dcgan
from keras_gan.optimizers import FallingSecondHalf, torch_rmsprop
from zoo import convolutional
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Wasserstein GAN", "Arjovsky, Chintala and Bottou", 2017, "1701.07875")

EPOCHS = 20
STEPS = EPOCHS * 375  # 60,000 images in batches of 5 x 32


def falling():
    """G's and D's RMSProp; D moves five times a step, and its rate takes as long to fall."""
    return tuple(torch_rmsprop(FallingSecondHalf(rate, turns * STEPS)) for rate, turns in ((5e-4, 1), (2e-4, 5)))


register(
    Variant(
        "wgan.mnist",
        "Convolutional pair whose critic has clipped weights and estimates the Wasserstein distance.",
        PAPER,
        # Clipping leaves a critic of 32 maps too simple to see that fours are rarer than nines.
        build=lambda: WGAN(convolutional.generator(), dcgan.discriminator(convolutional.IMAGE), average_decay=0.999),
        dataset="mnist",
        image_shape=convolutional.IMAGE,
        batch_size=32,
        epochs=EPOCHS,
        optimizers=falling,
        deviations=(
            "DCGAN's nets, with 32 maps next to the pixels in G and 64 in D, so that a CPU trains them in minutes.",
            "Learning rates 0.0005 for G and 0.0002 for D instead of 0.00005, falling to 0 over the second half, "
            "because the run is short.",
            "Batches of 32 instead of 64: G moves once in five of them.",
            convolutional.averaged(0.999),
        ),
    )
)
