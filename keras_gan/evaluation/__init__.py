"""What a figure means and how it is taken: protocols, encoders, real data, and the scores of samples against them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
