"""Zhao, Mathieu and LeCun 2017, "Energy-based Generative Adversarial Network", section 4.2 and appendix D: a ladder
network that learns digits from few labels, alone, and as the discriminator of a generator of contrastive samples."""

import keras_gan
from keras_gan import networks
from zoo.papers.ebgan import PAPER
from zoo.recipe import Paper, Variant
from zoo.registry import register

LADDER = Paper("Semi-Supervised Learning with Ladder Networks", "Rasmus et al.", 2015, "1507.02672")
MARGIN = 16.0  # at the start, appendix D
WIDTHS = (1000, 500, 250, 250, 250)
GENERATOR = "The paper does not say which generator it is: it has the encoder's widths in reverse."
RATES = (
    "D's rate is the ladder's in Rasmus et al., 0.002, and G's is half of it: four times those of appendix D, for half "
    "as many epochs. At appendix D's, 16 epochs from 100 labels left 449 errors of 10,000; at these, 321."
)
MOMENTUM = "Adam's beta_1 is 0.5, as EBGAN's appendix D has it."
STATISTICS = "The clean encoder's statistics are moving averages, not those of a last pass over all data."


def pair(image_shape, classes=10, hidden=WIDTHS, margin=MARGIN, **options):
    """The game on a ladder network and a generator of the same widths. The weight of the reconstruction is 1000 in the
    mean over pixels: 1000/784 for MNIST."""
    pixels = image_shape[0] * image_shape[1] * image_shape[2]
    return keras_gan.EBGANLN(
        networks.ladder.generator(image_shape, hidden=hidden[::-1]),
        networks.ladder.discriminator(image_shape, classes, hidden),
        margin=margin,
        reconstruction_weight=1000 / pixels,
        **options,
    )


def falling_margin(model, steps):
    """Appendix D: from 16 linearly to 0 in the first 60,000 of 180,000 steps."""
    from keras.optimizers.schedules import PolynomialDecay

    model.margin = PolynomialDecay(MARGIN, max(1, steps // 3), 0.0)


def falling_adam(rates):
    """Adam with beta_1 0.5 (appendix D), whose rates fall linearly to 0 in the last third, as in both papers."""

    def optimizers(steps):
        schedules = [keras_gan.optimizers.FallingLastThird(rate, steps) for rate in rates]
        return tuple(keras_gan.optimizers.Adam(schedule, beta_1=0.5) for schedule in schedules)

    return optimizers


def bare(labelled):
    """What a bare ladder's record has: no margin, so no fakes; and the rate and length of Rasmus et al., section 4.1:
    0.002 for 100 epochs, then linearly to 0 in 50."""
    return {
        "description": f"A bare ladder network, beside EBGANLN: digits from {labelled} labels, and no fakes.",
        "paper": LADDER,
        "optimizers": falling_adam((2e-3, 2e-3)),
        "epochs": 150,
        "deviations": (MOMENTUM, STATISTICS),
        "tags": ("no digits", "same nets"),
    }


def contrastive(labelled):
    """What EBGANLN's record has."""
    return {
        "description": f"A ladder network as EBGAN's discriminator: digits from {labelled} labels.",
        "paper": PAPER,
        "optimizers": falling_adam((1e-3, 2e-3)),
        "schedules": falling_margin,
        "epochs": 150,
        "deviations": (GENERATOR, RATES, STATISTICS),
        "tags": ("no room",) if labelled == 100 else ("same nets",),
    }


for labelled in (100, 200, 1000):
    for name, options in (("ladder", bare(labelled)), ("ebgan_ln", contrastive(labelled))):
        register(
            Variant(
                f"{name}.mnist" if labelled == 100 else f"{name}_{labelled}.mnist",
                build=lambda margin=MARGIN if name == "ebgan_ln" else 0.0: pair((28, 28, 1), margin=margin),
                dataset="mnist",
                image_shape=(28, 28, 1),
                batch_size=100,
                labelled=labelled,
                **options,
            )
        )

SMALL = "The paper has no such data: narrower nets, and fewer epochs."

for name, image_shape, classes, hidden, epochs, options in (
    ("digits", (8, 8, 1), 10, (250, 100, 100), 60, {}),
    ("faces", (64, 64, 3), 7, (500, 250, 250), 20, {"attribute": "skin_color"}),
):
    register(
        Variant(
            f"ebgan_ln.{name}",
            f"A ladder network as EBGAN's discriminator on {name}, 100 of them with a label.",
            PAPER,
            build=lambda image_shape=image_shape, classes=classes, hidden=hidden, options=options: pair(
                image_shape, classes, hidden, **options
            ),
            dataset=name,
            image_shape=image_shape,
            batch_size=100,
            epochs=epochs,
            labelled=100,
            labels=("skin_color",) if options else (),
            optimizers=falling_adam((2.5e-4, 5e-4)),
            schedules=falling_margin,
            deviations=(SMALL, GENERATOR, STATISTICS),
            tags=("large",) if options else ("no room",),
        )
    )
