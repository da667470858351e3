"""The doctor: measures a training at intervals, and names what is wrong with it, on what evidence, and what helps."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
