"""Generative adversarial networks as Keras models: train with fit, sample by number, resume exactly."""

import importlib
import sys
from pathlib import PurePath

from keras_gan.version import __version__

HOMES = {"AdversarialModel": "keras_gan.models.adversarial", "GAN": "keras_gan.models.gan"}

__all__ = ["GAN", "AdversarialModel", "__version__"]


def __getattr__(name):
    """The classes of HOMES, imported when they are asked for."""
    if name not in HOMES:
        raise AttributeError(f"module 'keras_gan' has no attribute {name!r}")
    return getattr(importlib.import_module(HOMES[name]), name)


# keras.models.load_model finds only classes that have been imported, so a script gets them at once. The command line
# does not: it answers --help without waiting for TensorFlow, and imports what it needs when work begins.
if PurePath(sys.argv[0]).name not in ("-m", "keras-gan"):
    from keras_gan.models.adversarial import AdversarialModel
    from keras_gan.models.gan import GAN
