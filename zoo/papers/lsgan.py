"""Mao et al. 2017, "Least Squares Generative Adversarial Networks": on MNIST, and the ring of Gaussians of section 4.2
with the regular GAN that it is compared with.

Which of the two loses modes depends on the rate: from 0.001 down LSGAN kept 8 of 8 (mode KL 0.0006, 87.7 % of samples
at a mode) where the regular GAN kept 7 (KL 0.26); from 0.004 down, as here, both keep all, with more samples at a mode.
"""

import keras_gan
from keras_gan import networks
from zoo.papers import _convolutional
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("Least Squares Generative Adversarial Networks", "Mao et al.", 2017, "1611.04076")

register(
    Variant(
        "lsgan.mnist",
        "Convolutional pair with least squares in place of the cross entropy.",
        PAPER,
        build=lambda: keras_gan.LSGAN(_convolutional.generator(), _convolutional.discriminator(), average_decay=0.999),
        dataset="mnist",
        image_shape=_convolutional.IMAGE,
        batch_size=64,
        epochs=8,
        optimizers=_convolutional.falling_adam,
        deviations=(
            _convolutional.SMALL,
            _convolutional.DENSE,
            "Learning rate 0.001, as the paper's LSUN scenes, falling linearly to 0 over the second half.",
            _convolutional.averaged(0.999),
        ),
    )
)

register(
    Variant(
        "lsgan.faces",
        "Drawn faces in colour, with least squares in place of the cross entropy.",
        PAPER,
        **_convolutional.on_faces("LSGAN"),
    )
)


def ring(game):
    """The pair of the authors' code for either game, by name: mixture_gaussian/ls.py and sig.py."""
    from keras.initializers import Orthogonal

    hidden = (("tanh", 128), ("tanh", 128))
    return getattr(keras_gan, game)(
        networks.points.generator(256, 2, hidden, Orthogonal(1.4)),
        networks.points.discriminator(2, hidden, Orthogonal(1.4)),
        average_decay=0.999,
    )


def ring_adam(steps):
    """Adam whose rate falls to 0 along a cosine, for both."""
    from keras.optimizers.schedules import CosineDecay

    return tuple(keras_gan.optimizers.Adam(CosineDecay(4e-3, steps), beta_1=0.5) for _ in range(2))


RING_EPOCHS = 180  # of 195 steps: the code's 35,000


for name, game, description in (
    ("gan.ring", "GAN", "Eight Gaussians on a ring, by the regular GAN: what LSGAN is compared with."),
    ("lsgan.ring", "LSGAN", "Eight Gaussians on a ring, by least squares."),
):
    register(
        Variant(
            name,
            description,
            PAPER,
            build=lambda game=game: ring(game),
            dataset="ring",
            image_shape=None,
            batch_size=512,
            epochs=RING_EPOCHS,
            optimizers=ring_adam,
            tags=("toy",),
            deviations=(
                "D moves before G, where the authors' code moves both from the same samples.",
                "D learns as fast as G, both at 0.004 instead of 0.0001 and 0.001, and both fall to 0 along a cosine: "
                "with the code's constant rates LSGAN's samples drift around all eight modes without coming to rest.",
                "Samples come from the exponential moving average of the generator (decay 0.999 per step).",
                "All eight modes have equal weight; the authors' code draws one of them twice as often.",
            ),
        )
    )
