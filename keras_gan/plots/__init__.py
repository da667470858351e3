"""Pictures of a model. Figures are drawn by functions that return a `matplotlib.figure.Figure`, which `save` writes;
strips and grids of images are uint8 arrays, which `keras_gan.images.write_png` writes. Nothing touches pyplot."""

from keras_gan.plots.classes import class_histogram
from keras_gan.plots.curves import loss_curves
from keras_gan.plots.dirac import dirac_games
from keras_gan.plots.figures import save
from keras_gan.plots.gaussian import gaussian_demonstration, gaussian_limits
from keras_gan.plots.interpolations import interpolation, interpolation_grid, linear, spherical
from keras_gan.plots.neighbours import k_nearest, k_nearest_grid, nearest_neighbours, neighbour_grid
from keras_gan.plots.orbits import historical_orbits, orbit
from keras_gan.plots.planes import discriminator_plane
from keras_gan.plots.points import points
from keras_gan.plots.scores import learning_curves, score_histograms
from keras_gan.plots.wasserstein import critic_estimate, critic_layers, two_gaussians
from keras_gan.plots.worlds import plane_comparison, plane_frame

__all__ = [
    "class_histogram",
    "critic_estimate",
    "critic_layers",
    "dirac_games",
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
    "plane_comparison",
    "plane_frame",
    "orbit",
    "points",
    "save",
    "score_histograms",
    "spherical",
    "two_gaussians",
]
