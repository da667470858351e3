"""From a seed to an image: the distribution of z, random numbers that belong to a number, the sampler, and paths."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
