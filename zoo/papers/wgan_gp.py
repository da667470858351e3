"""Gulrajani et al. 2017, "Improved Training of Wasserstein GANs": on MNIST, and the toy worlds of figure 1a with the
clipped critic that the penalty is compared with."""

import keras_gan
from keras_gan import networks
from zoo.papers import _convolutional
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("Improved Training of Wasserstein GANs", "Gulrajani et al.", 2017, "1704.00028")

register(
    Variant(
        "wgan_gp.mnist",
        "Convolutional pair whose critic pays for slopes other than 1 between data and samples.",
        PAPER,
        build=lambda: keras_gan.WGANGP(
            _convolutional.generator(hidden=0),
            _convolutional.discriminator(normalised=False),
            average_decay=0.999,
        ),
        dataset="mnist",
        image_shape=_convolutional.IMAGE,
        batch_size=64,
        epochs=16,
        optimizers=lambda steps: _convolutional.falling_adam(steps, turns=5, beta_2=0.9),
        deviations=(
            _convolutional.SMALL,
            _convolutional.SCORED,
            "Learning rate 0.001 instead of 0.0001, falling linearly to 0 over the second half, and batches of 64 "
            "instead of 50, because the run is short.",
            "The generator has batch normalisation and 100 dimensions of z.",
            _convolutional.averaged(0.999),
        ),
    )
)

register(
    Variant(
        "wgan_gp.faces",
        "Drawn faces in colour, by a critic with a gradient penalty.",
        PAPER,
        **_convolutional.on_faces("WGANGP"),
    )
)


TOY_EPOCHS = 256


def toy(game, **options):
    """The pair of the authors' code, gan_toy.py, a quarter as wide, in the game of that name."""
    hidden = (("relu", 128),) * 3
    return getattr(keras_gan, game)(
        networks.points.generator(2, 2, hidden, "he_normal"),
        networks.points.discriminator(2, hidden, "he_normal"),
        average_decay=0.999,
        **options,
    )


def falling(optimizer, rate, steps, **options):
    """G's and D's optimiser; rates fall to 0 along a cosine, in which D, who moves five times a step, takes as long."""
    from keras.optimizers.schedules import CosineDecay

    return tuple(optimizer(CosineDecay(rate, turns * steps), **options) for turns in (1, 5))


def clipped_rmsprop(steps):
    """The code's for the clipped critic: TensorFlow 1's own."""
    from keras.optimizers import RMSprop

    return falling(RMSprop, 5e-4, steps, rho=0.9, epsilon=1e-10)


NARROW = "Layers of 128 units instead of 512 and 20,000 steps instead of 100,000: a run takes minutes on a CPU."
LATE = "falls to 0, and samples come from the exponential moving average of the generator (decay 0.999 per step)."

for dataset, scene, more in (
    ("ring", "Eight Gaussians on a ring", ("The ring has radius 1 instead of 1.41, and noise in proportion.",)),
    ("grid", "Twenty-five Gaussians on a grid", ()),
    ("swiss_roll", "The swiss roll", ()),
):
    register(
        Variant(
            f"wgan_gp.{dataset}",
            f"{scene}, by a critic with a gradient penalty.",
            PAPER,
            build=lambda: toy("WGANGP", penalty_weight=0.1),
            dataset=dataset,
            image_shape=None,
            batch_size=256,
            epochs=TOY_EPOCHS,
            optimizers=lambda steps: falling(keras_gan.optimizers.Adam, 1e-3, steps, beta_1=0.5, beta_2=0.9),
            tags=("toy",),
            deviations=(NARROW, f"The learning rate starts at 0.001 instead of 0.0001 and {LATE}", *more),
        )
    )

register(
    Variant(
        "wgan.grid",
        "Twenty-five Gaussians on a grid, by a critic with clipped weights: what the penalty is compared with.",
        PAPER,
        build=lambda: toy("WGAN", long_turns=False),
        dataset="grid",
        image_shape=None,
        batch_size=256,
        epochs=TOY_EPOCHS,
        optimizers=clipped_rmsprop,
        tags=("toy",),
        deviations=(NARROW, f"The learning rate starts at 0.0005 instead of 0.00005 and {LATE}"),
    )
)
