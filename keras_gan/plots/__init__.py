"""Pictures of a model. Figures are drawn by functions that return a `matplotlib.figure.Figure`, which `save` writes;
strips and grids of images are uint8 arrays, which `keras_gan.images.write_png` writes. Nothing touches pyplot."""

from keras_gan.plots.classes import class_histogram
from keras_gan.plots.curves import loss_curves
from keras_gan.plots.figures import save
from keras_gan.plots.gaussian import gaussian_demonstration, gaussian_limits
from keras_gan.plots.interpolations import interpolation, interpolation_grid, linear, spherical
from keras_gan.plots.neighbours import k_nearest, k_nearest_grid, nearest_neighbours, neighbour_grid
from keras_gan.plots.orbits import historical_orbits, orbit
from keras_gan.plots.planes import discriminator_plane
from keras_gan.plots.points import points
from keras_gan.plots.scores import learning_curves, score_histograms

__all__ = [
    "class_histogram",
    "discriminator_plane",
    "gaussian_demonstration",
    "gaussian_limits",
    "historical_orbits",
    "interpolation",
    "interpolation_grid",
    "k_nearest",
    "k_nearest_grid",
    "learning_curves",
    "linear",
    "loss_curves",
    "nearest_neighbours",
    "neighbour_grid",
    "orbit",
    "points",
    "save",
    "score_histograms",
    "spherical",
]
