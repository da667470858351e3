"""Generative adversarial networks as Keras models: train with fit, sample by number, resume exactly.

Nothing is imported before it is used; the names are those of the stub beside this file. Wherever Keras is imported,
before or after, it learns the names of all classes that a file of this library may hold (keras_gan.files.registered).
"""

import lazy_loader
import wrapt

from keras_gan.step.device import prefer_onednn
from keras_gan.version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
prefer_onednn()
wrapt.register_post_import_hook("keras_gan.files.registered:announce", "keras")
