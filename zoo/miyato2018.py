"""Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks"."""

from keras_gan import HingeGAN
from keras_gan.architectures import sngan
from zoo import convolutional
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Spectral Normalization for Generative Adversarial Networks", "Miyato et al.", 2018, "1802.05957")
WIDTH = 24

register(
    Variant(
        "sngan.mnist",
        "Convolutional pair: hinge objective, every weight of D divided by its largest singular value.",
        PAPER,
        build=lambda: HingeGAN(
            sngan.generator(convolutional.IMAGE, width=WIDTH),
            sngan.discriminator(convolutional.IMAGE, width=WIDTH),
            average_decay=0.999,
        ),
        dataset="mnist",
        image_shape=convolutional.IMAGE,
        batch_size=64,
        epochs=8,
        deviations=("24 maps next to the pixels where CIFAR-10's nets have 64.", convolutional.averaged(0.999)),
    )
)
