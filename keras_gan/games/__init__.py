"""Games, a paper a file: each is a Keras model that says what its two players minimise. The step is in
keras_gan/step/adversarial.py, once."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
