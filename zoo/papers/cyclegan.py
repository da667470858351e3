"""Zhu et al. 2017, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks" (CycleGAN)."""

import keras_gan
from keras_gan import networks
from zoo.papers.pix2pix import falling_adam
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper(
    "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", "Zhu et al.", 2017, "1703.10593"
)
SHAPE = (64, 64, 3)


def game(**options):
    """The translators and judges of these sizes."""
    return keras_gan.CycleGAN(
        networks.cyclegan.generator(SHAPE, width=16, blocks=4),
        networks.cyclegan.discriminator(SHAPE, receptive_field=34, width=32),
        average_decay=0.999,
        **options,
    )


register(
    Variant(
        "cyclegan.faces_pixel",
        "Drawn faces as pixel art, and back, from two sets without matching pictures.",
        PAPER,
        build=game,
        dataset="faces/personas <-> faces/pixel-art",
        image_shape=SHAPE,
        batch_size=8,
        epochs=4,
        optimizers=falling_adam,
        translates=True,
        average_alone=True,
        measured=False,  # there are no targets
        deviations=(
            "64 x 64 pixels, 16 maps next to them and 4 residual blocks, where 128 pixels have 64 maps and 6 blocks.",
            "Patches of 34 pixels instead of 70, and batches of 8 instead of 1.",
            "Samples come from the exponential moving average of the generator (decay 0.999 per step).",
        ),
    )
)
