"""Zhao, Mathieu and LeCun 2017, "Energy-based Generative Adversarial Network": the three best settings of the paper's
grid search on MNIST (figure 4): (a) a plain GAN, (b) EBGAN, (c) EBGAN with the pulling-away term. Each once with the
paper's units, and once with three eighths of them, whose weights can be shipped."""

import keras_gan
from keras_gan import networks
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("Energy-based Generative Adversarial Network", "Zhao, Mathieu and LeCun", 2017, "1609.03126")
MNIST_IMAGE = (28, 28, 1)
EPOCHS = 30
DEVIATIONS = (
    f"The learning rate falls linearly to 0 over the second half of a run of {EPOCHS} epochs.",
    "Images keep their 28 x 28 pixels; the grid search pads them to 32 x 32.",
    "Samples come from the exponential moving average of the generator (decay 0.999 per step).",
)
NARROW = "Layers of three eighths of the grid's units: sizeG {} instead of {}, sizeD 384 instead of 1024."


def plain(scale):
    """Setting (a): nLayerG 5, nLayerD 2, sizeG 1600, sizeD 1024, no dropout."""
    return keras_gan.GAN(
        networks.ebgan.generator(MNIST_IMAGE, depth=5, width=int(1600 * scale)),
        networks.ebgan.classifier(MNIST_IMAGE, depth=2, width=int(1024 * scale)),
        average_decay=0.999,
    )


def energy_based(scale, pulling_away_weight):
    """Settings (b) and (c): nLayerG 5, nLayerD 2, sizeG 800, sizeD 1024, no dropout, margin 10."""
    return keras_gan.EBGAN(
        networks.ebgan.generator(MNIST_IMAGE, depth=5, width=int(800 * scale)),
        networks.ebgan.discriminator(MNIST_IMAGE, depth=2, width=int(1024 * scale)),
        margin=10.0,
        pulling_away_weight=pulling_away_weight,
        average_decay=0.999,
    )


def falling(optimizer, rate, steps):
    """G's and D's optimiser, both at the grid's rate."""
    return tuple(optimizer(keras_gan.optimizers.FallingSecondHalf(rate, steps)) for _ in range(2))


def grid_sgd(steps):
    """The plain game's."""
    from keras.optimizers import SGD

    return falling(SGD, 0.01, steps)


for name, description, units, build, optimizers in (
    (
        "gan_grid",
        "The best plain GAN of EBGAN's grid search",
        1600,
        plain,
        grid_sgd,
    ),
    (
        "ebgan",
        "The best EBGAN of the grid search: D is an auto-encoder whose reconstruction error is an energy",
        800,
        lambda scale: energy_based(scale, 0.0),
        lambda steps: falling(keras_gan.optimizers.Adam, 1e-3, steps),
    ),
    (
        "ebgan_pt",
        "The best EBGAN of the grid search with the pulling-away term",
        800,
        lambda scale: energy_based(scale, 0.1),
        lambda steps: falling(keras_gan.optimizers.Adam, 1e-3, steps),
    ),
):
    for suffix, of_paper, scale, deviations, tags in (
        # The plain GAN is there to be compared with, and its weights would be the largest of the three.
        ("", "", 3 / 8, (NARROW.format(units * 3 // 8, units), *DEVIATIONS), ("no room",) * (name == "gan_grid")),
        ("_paper", ", with the paper's units", 1, DEVIATIONS, ("large",)),
    ):
        register(
            Variant(
                f"{name}{suffix}.mnist",
                f"{description}{of_paper}.",
                PAPER,
                build=lambda build=build, scale=scale: build(scale),
                dataset="mnist",
                image_shape=MNIST_IMAGE,
                batch_size=100,
                epochs=EPOCHS,
                optimizers=optimizers,
                deviations=deviations,
                tags=tags,
            )
        )
