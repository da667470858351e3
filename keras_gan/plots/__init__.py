"""Pictures of a model. Figures are drawn by functions that return a `matplotlib.figure.Figure`, which `save` writes;
strips and grids of images are uint8 arrays, which `keras_gan.files.images.write_png` writes. Nothing touches pyplot."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
