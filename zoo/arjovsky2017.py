"""Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN"."""

from keras_gan import WGAN
from keras_gan.optimizers import FallingSecondHalf, torch_rmsprop
from zoo import convolutional
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Wasserstein GAN", "Arjovsky, Chintala and Bottou", 2017, "1701.07875")

# The critic's convolutions. An output of the second sees 13 x 13 of 28 x 28 pixels, and the score is a sum of outputs:
# such a critic judges strokes, and ones and fours stay rare however long it plays (entropy 2.158 nats after 8 epochs,
# 2.234 after 36). An output of the third sees the whole digit, as in the paper's nets (2.264 after 8, 2.266 after 24).
LEVELS = 3
EPOCHS = 24
STEPS = EPOCHS * 375  # 60,000 images in batches of 5 x 32


def falling():
    """G's and D's RMSProp; D moves five times a step, and its rate takes as long to fall."""
    return tuple(torch_rmsprop(FallingSecondHalf(5e-4, turns * STEPS)) for turns in (1, 5))


register(
    Variant(
        "wgan.mnist",
        "Convolutional pair whose critic has clipped weights and estimates the Wasserstein distance.",
        PAPER,
        build=lambda: WGAN(
            convolutional.generator(),
            convolutional.discriminator(normalised=True, levels=LEVELS),
            average_decay=0.999,
        ),
        dataset="mnist",
        image_shape=convolutional.IMAGE,
        batch_size=32,
        epochs=EPOCHS,
        optimizers=falling,
        deviations=(
            convolutional.SMALL + " The critic has a third convolution.",
            "Learning rate 0.0005 instead of 0.00005, falling to 0 over the second half, because the run is short.",
            "Batches of 32 instead of 64: G moves once in five of them.",
            convolutional.averaged(0.999),
        ),
    )
)
