"""Zhu et al. 2017, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks" (CycleGAN)."""

from dataclasses import replace

import numpy as np

import keras_gan
from keras_gan import networks
from keras_gan.data.rows import subset
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


def glasses(attributes):
    """bool [n]: whether faces of either style have glasses."""
    if "glasses" in attributes.values:
        return attributes.column("glasses") != attributes.values["glasses"].index("none")
    known = [attributes.values["eyes"].index(name) for name in ("glasses", "sunglasses")]
    return np.isin(attributes.column("eyes"), known)


def with_as_many_glasses(source):
    """Of 20,000 pictures in pixel art the 12,000 of which a third has glasses, as of the faces: all that have some, and
    the first of those that have none. Where one set shows a thing more often than the other, translations that look
    like the other set have to lose it, or make it up, whatever the cycle wants."""
    wanted = glasses(source.input_attributes).mean()
    has = glasses(source.attributes)
    bare = np.flatnonzero(~has)[: round(has.sum() * (1.0 - wanted) / wanted)]
    rows = np.sort(np.concatenate([np.flatnonzero(has), bare]))
    return replace(source, values=subset(source.values, rows), attributes=source.attributes[rows])


register(
    Variant(
        "cyclegan.faces_pixel",
        "Drawn faces as pixel art, and back, from two sets without matching pictures.",
        PAPER,
        build=game,
        dataset="faces/personas <-> faces/pixel-art",
        image_shape=SHAPE,
        batch_size=8,
        epochs=5,
        optimizers=falling_adam,
        translates=True,
        select=with_as_many_glasses,
        average_alone=True,
        measured=False,  # there are no targets
        deviations=(
            "64 x 64 pixels, 16 maps next to them and 4 residual blocks, where 128 pixels have 64 maps and 6 blocks.",
            "Patches of 34 pixels instead of 70, and batches of 8 instead of 1.",
            "Of pixel art without glasses some is left out, so that as many have glasses as of the faces.",
            "Samples come from the exponential moving average of the generator (decay 0.999 per step).",
        ),
    )
)
