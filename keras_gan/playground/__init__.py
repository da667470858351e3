"""The playground: a page in which GANs are trained, broken and understood, and the door between it and Python."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
