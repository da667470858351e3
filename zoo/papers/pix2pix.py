"""Isola et al. 2017, "Image-to-Image Translation with Conditional Adversarial Networks" (pix2pix), on drawn pairs."""

import keras_gan
from keras_gan import networks
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("Image-to-Image Translation with Conditional Adversarial Networks", "Isola et al.", 2017, "1611.07004")
SHAPE = (64, 64, 3)
WIDTH = 32
MOST = 2  # times the width: with 128 maps, the weights of the three variants would take a third of all that ships
PATCH = 16  # of 64 pixels, what 70 are of the paper's 256
DEVIATIONS = (
    "64 x 64 pixels instead of 256, and 32 to 64 maps instead of 64 to 512, so that a CPU trains it; patches of 16 "
    "pixels instead of 70, the same share of the picture.",
    "Batches of 16 with instance normalisation; the paper's batches of one image make the same of batch normalisation.",
    "Samples come from the exponential moving average of the generator (decay 0.999 per step).",
)


def falling_adam(steps):
    """Section 3.3's Adam; the rate falls linearly to 0 over the second half, as in the authors' PyTorch code."""
    rate = keras_gan.optimizers.FallingSecondHalf(2e-4, steps)
    return tuple(keras_gan.optimizers.Adam(rate, beta_1=0.5) for _ in range(2))


def game(palette=None, skips=True, receptive_field=PATCH, conditional=True, **options):
    """The pair of these sizes; the options are those of the paper's ablations."""
    return keras_gan.Pix2Pix(
        networks.pix2pix.unet(SHAPE, width=WIDTH, most=MOST, skips=skips),
        networks.pix2pix.discriminator(SHAPE, receptive_field=receptive_field, width=WIDTH, conditional=conditional),
        palette=palette,
        average_decay=0.999,
        **options,
    )


def of_labels(**options):
    """The game on label maps of faces."""
    from keras_gan.data.faces.styles import PALETTE

    return game(PALETTE, **options)


for name, dataset, description, build, epochs in (
    (
        "faces_labels",
        "faces.labels",
        "A face for a label map: of skin, hair, eyes, nose, mouth, clothes.",
        of_labels,
        10,
    ),
    ("faces_lines", "faces.lines", "A face in colour for a line drawing.", game, 10),
    ("openmoji", "openmoji.lines", "An emoji in colour for its black lines.", game, 50),
):
    register(
        Variant(
            f"pix2pix.{name}",
            description,
            PAPER,
            build=build,
            dataset=dataset,
            image_shape=SHAPE,
            batch_size=16,
            epochs=epochs,
            load={"jitter": 6, "flip": True},
            translates=True,
            average_alone=True,
            optimizers=falling_adam,
            deviations=DEVIATIONS,
        )
    )
