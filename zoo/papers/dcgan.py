"""DCGAN: Radford, Metz and Chintala 2015, at the sizes of the digits data sets, plain and conditional."""

import math

import keras_gan
from keras_gan import networks
from zoo.papers import _convolutional
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper(
    "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
    "Radford, Metz and Chintala",
    2015,
    "1511.06434",
)
SMALLER = (
    "32 maps before the last layer and dense layers of 128 units where the authors' MNIST script has 64 and 1024: a "
    "CPU trains it."
)
SMALLEST = "32 maps before the last layer where the authors' script has 64 and 1024-unit dense layers: a CPU trains it."
FALLING = "The learning rate falls linearly to 0 over the second half, as in the authors' conditional script."
SMOOTHED = "D's target of real images is 0.9 (Salimans et al. 2016, section 3.4)."
AVERAGED = "Samples come from the exponential moving average of the generator"


def game(image_shape, width, average_decay, classes=None, hidden=0, kernel=5, **options):
    """The convolutional pair of these sizes, in the plain game of Goodfellow et al."""
    sizes = {"width": width, "classes": classes, "hidden": hidden, "kernel": kernel}
    return keras_gan.GAN(
        networks.dcgan.generator(image_shape, **sizes),
        networks.dcgan.discriminator(image_shape, **sizes),
        average_decay=average_decay,
        classes=math.prod(classes) if isinstance(classes, tuple) else classes,
        **options,
    )


def falling_adam(steps):
    """The authors' conditional script: section 4's Adam, whose rate falls linearly to 0 over the second half."""
    return _convolutional.falling_adam(steps, 2e-4)


def paper_adam(steps):
    """Section 4: Adam, learning rate 0.0002, beta_1 0.5, for both."""
    return tuple(keras_gan.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2))


register(
    Variant(
        "dcgan.digits",
        "Convolutional pair on the 8 x 8 digits that scikit-learn carries.",
        PAPER,
        build=lambda: game((8, 8, 1), width=32, average_decay=0.99),
        dataset="digits",
        image_shape=(8, 8, 1),
        batch_size=50,
        epochs=120,
        optimizers=paper_adam,
        deviations=("Two levels from 2 x 2, because images are 8 x 8.", f"{AVERAGED} (decay 0.99 per step)."),
    )
)

register(
    Variant(
        "dcgan.mnist",
        "Convolutional pair on MNIST.",
        PAPER,
        build=lambda: game((28, 28, 1), width=32, average_decay=0.999, hidden=128, real_target=0.9),
        dataset="mnist",
        image_shape=(28, 28, 1),
        batch_size=64,
        epochs=8,
        optimizers=_convolutional.falling_adam,
        deviations=(
            SMALLER,
            SMOOTHED,
            "The learning rate starts at 0.001 instead of 0.0002, because the run is short.",
            FALLING,
            f"{AVERAGED} (decay 0.999 per step).",
        ),
    )
)

register(
    Variant(
        "dcgan_conditional.mnist",
        "Convolutional pair on MNIST that makes the digit it is asked for: the label joins the input of every layer.",
        PAPER,
        build=lambda: game((28, 28, 1), width=32, average_decay=0.999, classes=10),
        dataset="mnist",
        image_shape=(28, 28, 1),
        batch_size=64,
        epochs=24,
        optimizers=falling_adam,
        conditional=True,
        deviations=(SMALLEST, f"{AVERAGED} (decay 0.999 per step)."),
    )
)

FACES = (64, 64, 3)
ASKED = ("eyes", "mouth", "skin_color", "hair_color")  # what dcgan_conditional.faces is told: 6, 7, 7 and 8 values
NARROW = "32 maps before the last layer where the paper has 128: a CPU trains it."
EVEN = "Kernels of 4 x 4 instead of 5 x 5: no checkerboard, and 127 images/s instead of 88 on a CPU."

register(
    Variant(
        "dcgan.faces",
        "The paper's pair at its own 64 x 64 pixels in colour, on drawn faces.",
        PAPER,
        build=lambda: game(
            FACES,
            width=32,
            average_decay=0.999,
            kernel=_convolutional.KERNEL,
            real_target=0.9,
            augmentation=keras_gan.DiffAugment(),
        ),
        dataset="faces",
        image_shape=FACES,
        batch_size=64,
        epochs=20,
        average_alone=True,
        optimizers=falling_adam,
        deviations=(
            NARROW,
            EVEN,
            SMOOTHED,
            "What D sees is transformed by DiffAugment (Zhao et al. 2020, arXiv:2006.10738): it wins without.",
            FALLING,
            f"{AVERAGED} (decay 0.999 per step).",
        ),
    )
)

register(
    Variant(
        "dcgan_conditional.faces",
        "Drawn faces with the eyes, the mouth and the colours of skin and hair that they are asked for.",
        PAPER,
        build=lambda: game(FACES, width=32, average_decay=0.999, classes=(6, 7, 7, 8)),
        dataset="faces",
        image_shape=FACES,
        batch_size=64,
        epochs=20,
        optimizers=falling_adam,
        conditional=True,
        labels=ASKED,
        deviations=(
            NARROW,
            "The label is a combination of four attributes, whose one-hot codes join the input of every layer.",
            f"{AVERAGED} (decay 0.999 per step).",
        ),
    )
)
