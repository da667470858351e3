"""Toys small enough to be understood whole, each with its picture: Dirac-GAN, the orbits of historical averaging, and
the one-dimensional demonstration of the 2014 paper."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
