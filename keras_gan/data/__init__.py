"""Data: `load` gives any image set, folder, array or toy world as batches in [-1, 1]."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
