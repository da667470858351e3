"""Generative adversarial networks as Keras models: train with fit, sample by number, resume exactly."""

from keras_gan.models.adversarial import AdversarialModel
from keras_gan.models.gan import GAN

__all__ = ["GAN", "AdversarialModel"]
__version__ = "0.1.0"
