"""Generative adversarial networks as Keras models: train with fit, sample by number, resume exactly."""

import importlib
import sys
from pathlib import PurePath

from keras_gan.version import __version__

HOMES = {
    "AdversarialModel": "keras_gan.models.adversarial",
    "BEGAN": "keras_gan.models.began",
    "DiffAugment": "keras_gan.augmentation",
    "EBGAN": "keras_gan.models.ebgan",
    "GAN": "keras_gan.models.gan",
    "GDnet": "keras_gan.models.gdnet",
    "GDnetMatching": "keras_gan.models.gdnet",
    "HingeGAN": "keras_gan.models.hinge",
    "ImprovedGAN": "keras_gan.models.improved",
    "LSGAN": "keras_gan.models.lsgan",
    "R1GAN": "keras_gan.models.r1",
    "R3GAN": "keras_gan.models.r3gan",
    "WGAN": "keras_gan.models.wgan",
    "WGANGP": "keras_gan.models.wgan_gp",
}

__all__ = [*HOMES, "__version__"]


def __getattr__(name):
    """The classes of HOMES, imported when they are asked for."""
    if name not in HOMES:
        raise AttributeError(f"module 'keras_gan' has no attribute {name!r}")
    return getattr(importlib.import_module(HOMES[name]), name)


# keras.models.load_model finds only classes that have been imported, so a script gets them at once. The command line
# does not: it answers --help without waiting for TensorFlow, and imports what it needs when work begins.
if PurePath(sys.argv[0]).name not in ("-m", "keras-gan"):
    globals().update({name: __getattr__(name) for name in HOMES})
