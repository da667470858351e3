"""Generative adversarial networks as Keras models: train with fit, sample by number, resume exactly."""

from keras_gan.models.adversarial import AdversarialModel
from keras_gan.models.gan import GAN
from keras_gan.version import __version__

__all__ = ["GAN", "AdversarialModel", "__version__"]
