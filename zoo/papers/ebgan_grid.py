"""Zhao, Mathieu and LeCun 2017, "Energy-based Generative Adversarial Network", section 4.1, table 1: the grid search as
search spaces, 6,144 settings of a plain GAN, 512 of EBGAN, and the same 512 with the pulling-away term."""

import keras_gan
from keras_gan import networks
from zoo.papers.ebgan import MNIST_IMAGE, PAPER
from zoo.recipe import Variant
from zoo.sweeps.space import Space, register_space

EPOCHS = 10
BATCH = 32
SCALE = 1 / 8  # of the paper's units
MARGIN = 10.0
PULLING_AWAY = 0.1
DROPOUT = 0.5
SAMPLES = 10_000
ARCHITECTURE = {
    "nLayerG": (2, 3, 4, 5),
    "nLayerD": (2, 3, 4, 5),
    "sizeG": (400, 800, 1600, 3200),
    "sizeD": (128, 256, 512, 1024),
    "dropoutD": (False, True),
}
OPTIMISATION = {"optimD": ("adam", "sgd"), "optimG": ("adam", "sgd"), "lr": (0.01, 0.001, 0.0001)}
DEVIATIONS = (
    f"Layers of an eighth of the units that a setting names, and {EPOCHS} epochs in batches of {BATCH}, so that a "
    "trial takes a minute or two on a core; the paper says neither how many epochs it trains nor in which batches.",
    "Images keep their 28 x 28 pixels; the paper pads them to 32 x 32.",
    f"Dropout of {DROPOUT} behind each layer of the encoder; the paper does not say which rate.",
    "I' by mnistcnn, the zoo's classifier, and without the printed square.",
)


def width(units):
    """What a setting's size becomes here."""
    return int(units * SCALE)


def optimizer(name, rate):
    """The paper names Adam and SGD, and no momentum."""
    from keras.optimizers import SGD

    return {"adam": keras_gan.optimizers.Adam, "sgd": SGD}[name](rate)


def players(settings, discriminator):
    """The pair of a setting; discriminator: the auto-encoder, or the plain game's classifier."""
    return (
        networks.ebgan.generator(MNIST_IMAGE, depth=settings["nLayerG"], width=width(settings["sizeG"])),
        discriminator(
            MNIST_IMAGE, settings["nLayerD"], width(settings["sizeD"]), DROPOUT if settings["dropoutD"] else 0.0
        ),
    )


def recipe(settings, build):
    """The Variant at a setting; those without optimisers of their own have Adam, learning rate 0.001, for both."""
    rate = settings.get("lr", 0.001)
    return Variant(
        "at a setting of the grid",
        "",
        PAPER,
        build=build,
        dataset="mnist",
        image_shape=MNIST_IMAGE,
        batch_size=BATCH,
        epochs=EPOCHS,
        optimizers=lambda steps: tuple(optimizer(settings.get(name, "adam"), rate) for name in ("optimG", "optimD")),
    )


def plain(settings):
    return recipe(settings, lambda: keras_gan.GAN(*players(settings, networks.ebgan.classifier)))


def energy_based(settings, weight=0.0):
    return recipe(
        settings,
        lambda: keras_gan.EBGAN(
            *players(settings, networks.ebgan.discriminator), margin=MARGIN, pulling_away_weight=weight
        ),
    )


def by_classes(model, samples=None):
    """I' of the samples, nats, and the entropy of their classes, by mnistcnn; one seed for all trials."""
    import numpy as np

    from keras_gan.evaluation.encoders import encoder
    from keras_gan.metrics.inception import modified_inception_score

    images = model.sample(samples or SAMPLES)
    if not np.isfinite(images).all():
        raise FloatingPointError("The generator's samples are not finite.")
    probabilities = encoder("mnistcnn").probabilities(images)
    shares = np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1]) / len(images)
    return {
        "modified_inception_score": modified_inception_score(probabilities),
        "class_entropy": float(0.0 - (shares[shares > 0] * np.log(shares[shares > 0])).sum()),  # not -0.0
    }


for name, description, grid, variant in (
    ("gan_grid.mnist", "The plain GAN of EBGAN's grid search.", ARCHITECTURE | OPTIMISATION, plain),
    ("ebgan_grid.mnist", "EBGAN's grid search: margin 10, Adam, learning rate 0.001.", ARCHITECTURE, energy_based),
    (
        "ebgan_pt_grid.mnist",
        "The same with the pulling-away term, weight 0.1.",
        ARCHITECTURE,
        lambda settings: energy_based(settings, PULLING_AWAY),
    ),
):
    register_space(
        Space(
            name,
            description,
            PAPER,
            grid,
            variant,
            measure=by_classes,
            figure="modified_inception_score",
            deviations=DEVIATIONS,
            steps_per_execution=25,  # 75 times in an epoch
        )
    )
