"""The classes that a `.keras` file or a preset may name, and how Keras finds them before anything has imported them.

Keras looks a class up by its registered name, "keras_gan>GAN", among those that some import has registered. Importing
them all takes seconds, which `keras-gan --help` must not wait for. So Keras, wherever it is imported, is given a
stand-in for each, which imports the class when a file asks for it.
"""

import importlib
import re
from pathlib import Path

STUB = (Path(__file__).parents[1] / "__init__.pyi").read_text()  # lists each game, so that it is not listed here again
GAMES: dict[str, tuple[str, ...]] = {}
for home, name in re.findall(r"^from \.(games\.\w+) import (\w+)", STUB, re.MULTILINE):
    GAMES[f"keras_gan.{home}"] = (*GAMES.get(f"keras_gan.{home}", ()), name)

HOMES = GAMES | {
    "keras_gan.augmentation": ("DiffAugment",),
    "keras_gan.fast.adam": ("Adam",),
    "keras_gan.fast.batch_norm": ("BatchNormalization",),
    "keras_gan.fast.grouped_conv": ("GroupedConv2D",),
    "keras_gan.fast.narrow_conv": ("NarrowConv2D", "NarrowConv2DTranspose"),
    "keras_gan.initializers": ("Sparse",),
    "keras_gan.layers.contrast": ("ContrastNormalisation",),
    "keras_gan.layers.halves": ("Halves",),
    "keras_gan.layers.ladder": ("Combinator", "DenoisingCost", "Shift", "Standardisation"),
    "keras_gan.layers.maxout": ("MaxPieces", "Maxout"),
    "keras_gan.layers.minibatch_discrimination": ("MinibatchDiscrimination",),
    "keras_gan.layers.noise_dropout": ("NoiseDropout",),
    "keras_gan.layers.reflection_padding": ("ReflectionPadding2D",),
    "keras_gan.layers.spectral": ("SpectralConv2D", "SpectralDense"),
    "keras_gan.layers.sum_over_places": ("SumOverPlaces",),
    "keras_gan.layers.untied_bias": ("UntiedBias",),
    "keras_gan.layers.virtual_batch_norm": ("ReferenceBatch", "VirtualBatchNormalization", "WithoutReference"),
    "keras_gan.layers.weight_norm": ("WeightNormDense",),
    "keras_gan.metrics.streaming": ("StreamingFrechetDistance", "StreamingInceptionScore"),
    "keras_gan.networks.labels": ("Digits",),
    "keras_gan.networks.r3gan": ("Basis",),
    "keras_gan.optimizers": (
        "AdamUnderRoot",
        "DividedLearningRate",
        "FallingLastThird",
        "FallingSecondHalf",
        "RisingMomentumSGD",
    ),
    "keras_gan.sampling.latents": ("Normal", "Stratified", "Uniform"),
    "keras_gan.step.players": ("Players",),
}


class OnDemand:
    """A stand-in for a class: whatever is asked of it is asked of the class, which is imported then."""

    def __init__(self, home: str, name: str):
        self.home = home
        self.name = name

    def __getattr__(self, attribute):
        return getattr(getattr(importlib.import_module(self.home), self.name), attribute)


def announce(keras):
    """Tell Keras all names; a class that has been imported by then stays what it is."""
    known = keras.saving.get_custom_objects()
    for home, names in HOMES.items():
        for name in names:
            known.setdefault(f"keras_gan>{name}", OnDemand(home, name))
