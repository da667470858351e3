"""Mescheder, Geiger and Nowozin 2018, "Which Training Methods for GANs do actually Converge?"."""

import keras_gan
from zoo.papers import _convolutional
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper(
    "Which Training Methods for GANs do actually Converge?", "Mescheder, Geiger and Nowozin", 2018, "1801.04406"
)

register(
    Variant(
        "r1.mnist",
        "Convolutional pair whose discriminator pays for its slope on real images.",
        PAPER,
        build=lambda: keras_gan.R1GAN(
            _convolutional.generator(hidden=0),
            _convolutional.discriminator(normalised=False),
            gamma=10.0,
            average_decay=0.999,
        ),
        dataset="mnist",
        image_shape=_convolutional.IMAGE,
        batch_size=64,
        epochs=14,
        optimizers=lambda steps: _convolutional.falling_adam(steps, 2e-3, beta_2=0.99),
        deviations=(
            _convolutional.SMALL,
            "The paper's nets are residual and its gamma is 20 on 256 x 256 pixels; here gamma is 10.",
            _convolutional.SCORED,
            "Adam, learning rate 0.002, falling linearly to 0 over the second half, instead of RMSProp, 0.0001.",
            _convolutional.averaged(0.999),
        ),
    )
)

register(
    Variant(
        "r1.faces",
        "Drawn faces in colour; D pays for its slope on real images.",
        PAPER,
        **_convolutional.on_faces("R1GAN", gamma=1.0),
    )
)
