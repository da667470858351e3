"""Salimans et al. 2016, "Improved Techniques for Training GANs", section 5: a classifier from a few labelled digits,
many digits without a label, and a generator that is there for its sake."""

import keras_gan
from keras_gan import networks, sampling
from zoo.papers.improved import PAPER
from zoo.recipe import Variant
from zoo.registry import register

STARTED_ON = 500  # images, as in the authors' code
OTHER_SAMPLES = "G matches the real features of the step's own samples; the authors' code draws others."
AVERAGE = "The average of D's weights begins with a shorter memory; in the code it begins at 0."


def pair(image_shape, classes, hidden, generator_hidden=(500, 500), decay=0.9999, **options):
    """The game on fully connected nets. decay: of the average of D's weights, 0.9999 in the authors' code."""
    return keras_gan.SemiSupervisedGAN(
        networks.semi_supervised.generator(image_shape, hidden=generator_hidden),
        networks.semi_supervised.discriminator(image_shape, classes, hidden),
        latent=sampling.latents.Uniform(0.0, 1.0),
        discriminator_decay=decay,
        **options,
    )


def start(model, images):
    """The data-dependent initialisation of D's weight normalisation, of its average, too."""
    from keras_gan.layers.weight_norm import start_at_data

    start_at_data(model.discriminator, images[:: max(1, len(images) // STARTED_ON)][:STARTED_ON])
    model.average_discriminator.set_weights(model.discriminator.get_weights())


for labelled in (100, 20, 50, 200):
    register(
        Variant(
            "improved_semi.mnist" if labelled == 100 else f"improved_semi_{labelled}.mnist",
            f"A classifier of digits from {labelled} labels: D tells ten classes apart, and fakes; G matches features.",
            PAPER,
            build=lambda: pair((28, 28, 1), 10, (1000, 500, 250, 250, 250)),
            dataset="mnist",
            image_shape=(28, 28, 1),
            batch_size=100,
            epochs=300,
            labelled=labelled,
            prepare=start,
            deviations=(OTHER_SAMPLES, AVERAGE),
            tags=("no room",) if labelled == 100 else ("same nets",),
        )
    )

SMALL = "The paper has no such data: narrower nets, and fewer epochs."

register(
    Variant(
        "improved_semi.digits",
        "The same on scikit-learn's 8 x 8 digits, 100 of them with a label.",
        PAPER,
        build=lambda: pair((8, 8, 1), 10, (250, 100, 100), (100, 100), decay=0.99),
        dataset="digits",
        image_shape=(8, 8, 1),
        batch_size=100,
        epochs=60,
        labelled=100,
        prepare=start,
        deviations=(SMALL, OTHER_SAMPLES, AVERAGE),
        tags=("no room",),
    )
)

register(
    Variant(
        "improved_semi.faces",
        "The same on drawn faces: the colour of the skin, one of seven, from 100 labels.",
        PAPER,
        build=lambda: pair((64, 64, 3), 7, (500, 250, 250), decay=0.999, attribute="skin_color"),
        dataset="faces",
        image_shape=(64, 64, 3),
        batch_size=100,
        epochs=20,
        labelled=100,
        labels=("skin_color",),
        prepare=start,
        deviations=(SMALL, OTHER_SAMPLES, AVERAGE),
        tags=("large",),
    )
)
