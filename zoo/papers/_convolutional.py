"""The small convolutional pairs that games share, so that their figures compare games: of MNIST, and of drawn faces."""

import math

import keras_gan
from keras_gan import networks

IMAGE = (28, 28, 1)
WIDTH = 32  # maps next to the pixels
KERNEL = 4  # a multiple of the stride: no checkerboard (Odena et al. 2016), and at 64 pixels 127 images/s, not 88
# Units of the dense layers. Two epochs of least squares at a rate of 0.001 reach FID 1.6 with both and 5.7 without G's;
# without D's, G collapses to one digit. With R1, whose D has no batch normalisation, G's makes samples alike: recall
# is .06 at most.
HIDDEN = 128
SMALL = "DCGAN's nets with 32 maps next to the pixels and kernels of 4 x 4, so that a CPU trains them in minutes."
DENSE = "A dense layer of 128 units behind z and one before the score, where DCGAN's MNIST script has 1024."
SCORED = "A dense layer of 128 units before the score, where DCGAN's MNIST script has 1024, and none behind z."
FACES = (64, 64, 3)
FACES_DECAY = 0.999


def averaged(decay):
    """The sentence of a card on the average."""
    return f"Samples come from the exponential moving average of the generator (decay {decay} per step)."


def generator(hidden=HIDDEN):
    """DCGAN's, with batch normalisation. hidden: 0 for games whose D has none."""
    return networks.dcgan.generator(IMAGE, width=WIDTH, kernel=KERNEL, hidden=hidden)


def discriminator(normalised=True, **options):
    """DCGAN's; without batch normalisation for games with a gradient penalty."""
    return networks.dcgan.discriminator(
        IMAGE, width=WIDTH, kernel=KERNEL, normalised=normalised, hidden=HIDDEN, **options
    )


def falling_adam(steps, rate=1e-3, turns=1, **options):
    """G's and D's Adam, beta_1 0.5, whose rate falls linearly to 0 over the second half. turns: of D in a step, whose
    rate then takes as long to fall."""
    falling = keras_gan.optimizers.FallingSecondHalf
    return tuple(
        keras_gan.optimizers.Adam(falling(rate, updates), beta_1=0.5, **options) for updates in (steps, turns * steps)
    )


def faces(game, classes=None, **options):
    """The game of that name on DCGAN's nets for 64 x 64 pixels, D without batch normalisation, which games with a
    gradient penalty refuse: one pair for all games. classes: so many values has each attribute that both are told."""
    sizes = {"width": WIDTH, "kernel": KERNEL, "classes": classes, "projected": classes is not None}
    return getattr(keras_gan, game)(
        networks.dcgan.generator(FACES, **sizes),
        networks.dcgan.discriminator(FACES, normalised=False, **sizes),
        average_decay=FACES_DECAY,
        classes=classes and math.prod(classes),
        **options,
    )


def faces_adam(steps):
    """One optimizer for all games: DCGAN's Adam, learning rate 0.0002, beta_1 0.5, for both."""
    return tuple(keras_gan.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2))


def on_faces(game, **options):
    """What the variants of drawn faces have in common, as arguments of Variant."""
    return {
        "build": lambda: faces(game, **options),
        "dataset": "faces",
        "image_shape": FACES,
        "batch_size": 64,
        "epochs": 8,
        "optimizers": faces_adam,
        "tags": ("no room",),
        "deviations": (
            SMALL,
            "Adam, learning rate 0.0002, beta_1 0.5, as all games on this pair.",
            averaged(FACES_DECAY),
        ),
    }
