"""Zhao, Mathieu and LeCun 2017, "Energy-based Generative Adversarial Network": the three best settings of the paper's
grid search on MNIST (figure 4): (a) a plain GAN, (b) EBGAN, (c) EBGAN with the pulling-away term."""

from keras.optimizers import SGD

from keras_gan import EBGAN, GAN
from keras_gan.architectures import autoencoder
from keras_gan.optimizers import Adam, FallingSecondHalf
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Energy-based Generative Adversarial Network", "Zhao, Mathieu and LeCun", 2017, "1609.03126")
MNIST_IMAGE = (28, 28, 1)
EPOCHS = 10
DEVIATIONS = (
    "The learning rate falls linearly to 0 over the second half of a run of 10 epochs.",
    "Images keep their 28 x 28 pixels; the grid search pads them to 32 x 32.",
    "Samples come from the exponential moving average of the generator (decay 0.999 per step).",
)


def plain():
    """Setting (a): nLayerG 5, nLayerD 2, sizeG 1600, sizeD 1024, no dropout."""
    return GAN(
        autoencoder.grid_generator(MNIST_IMAGE, depth=5, width=1600),
        autoencoder.grid_classifier(MNIST_IMAGE, depth=2, width=1024),
        average_decay=0.999,
    )


def energy_based(pulling_away_weight):
    """Settings (b) and (c): nLayerG 5, nLayerD 2, sizeG 800, sizeD 1024, no dropout, margin 10."""
    return EBGAN(
        autoencoder.grid_generator(MNIST_IMAGE, depth=5, width=800),
        autoencoder.grid_discriminator(MNIST_IMAGE, depth=2, width=1024),
        margin=10.0,
        pulling_away_weight=pulling_away_weight,
        average_decay=0.999,
    )


def falling(optimizer, rate):
    """G's and D's optimiser, both at the grid's rate."""
    return tuple(optimizer(FallingSecondHalf(rate, EPOCHS * 600)) for _ in range(2))


for name, description, build, optimizers in (
    (
        "gan_grid.mnist",
        "The best plain GAN of EBGAN's grid search.",
        plain,
        lambda: falling(SGD, 0.01),
    ),
    (
        "ebgan.mnist",
        "The best EBGAN of the grid search: D is an auto-encoder whose reconstruction error is an energy.",
        lambda: energy_based(0.0),
        lambda: falling(Adam, 1e-3),
    ),
    (
        "ebgan_pt.mnist",
        "The best EBGAN of the grid search with the pulling-away term.",
        lambda: energy_based(0.1),
        lambda: falling(Adam, 1e-3),
    ),
):
    register(
        Variant(
            name,
            description,
            PAPER,
            build=build,
            dataset="mnist",
            image_shape=MNIST_IMAGE,
            batch_size=100,
            epochs=EPOCHS,
            optimizers=optimizers,
            deviations=DEVIATIONS,
        )
    )
