"""The zoo: GAN variants by name, many pretrained. `zoo.load("dcgan.mnist").sample(16, seed=0)`."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
