"""Pictures of a model. Figures are drawn by functions that return a `matplotlib.figure.Figure`, which `save` writes;
strips and grids of images are uint8 arrays, which `keras_gan.images.write_png` writes. Nothing touches pyplot."""

from keras_gan.plots.curves import loss_curves
from keras_gan.plots.figures import save
from keras_gan.plots.gaussian import gaussian_demonstration, gaussian_limits
from keras_gan.plots.interpolations import interpolation, interpolation_grid, linear, spherical
from keras_gan.plots.neighbours import nearest_neighbours, neighbour_grid
from keras_gan.plots.points import points

__all__ = [
    "gaussian_demonstration",
    "gaussian_limits",
    "interpolation",
    "interpolation_grid",
    "linear",
    "loss_curves",
    "nearest_neighbours",
    "neighbour_grid",
    "points",
    "save",
    "spherical",
]
