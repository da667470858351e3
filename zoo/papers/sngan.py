"""Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks"."""

import keras_gan
from keras_gan import networks
from zoo.papers import _convolutional
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("Spectral Normalization for Generative Adversarial Networks", "Miyato et al.", 2018, "1802.05957")
WIDTH = 24

register(
    Variant(
        "sngan.mnist",
        "Convolutional pair: hinge objective, every weight of D divided by its largest singular value.",
        PAPER,
        build=lambda: keras_gan.HingeGAN(
            networks.sngan.generator(_convolutional.IMAGE, width=WIDTH),
            networks.sngan.discriminator(_convolutional.IMAGE, width=WIDTH, hidden=_convolutional.HIDDEN),
            average_decay=0.999,
        ),
        dataset="mnist",
        image_shape=_convolutional.IMAGE,
        batch_size=64,
        epochs=12,
        optimizers=_convolutional.falling_adam,
        deviations=(
            "24 maps next to the pixels where CIFAR-10's nets have 64.",
            "A dense layer of 128 units before the score.",
            "The learning rate starts at 0.001 instead of 0.0002 and falls linearly to 0 over the second half.",
            _convolutional.averaged(0.999),
        ),
    )
)

register(
    Variant(
        "hinge.faces",
        "Drawn faces in colour by the hinge objective alone, without the normalisation of D.",
        PAPER,
        **_convolutional.on_faces("HingeGAN"),
    )
)
