"""Worlds in the plane while they are learnt: the density of samples over time, as figure 5 of Mao et al. 2017, "Least
Squares Generative Adversarial Networks", 1611.04076, and level sets of D with real and generated points over them, as
figure 1a of Gulrajani et al. 2017, "Improved Training of Wasserstein GANs", 1704.00028."""

import numpy as np
import tensorflow as tf
from matplotlib.colors import PowerNorm
from scipy.ndimage import gaussian_filter

from keras_gan.plots.canvas import GREEN, INK, WARM, figure, quiet
from keras_gan.plots.planes import plane_limits

SAMPLES = 10_000
CELLS = 120  # in each direction
BANDWIDTH = 2.0  # of the density estimate, in cells: modes finer than the picture are still seen
SHOWN = 400  # points of either kind
LEVELS = 14


def plane_frame(model, world, limits=None, title=""):
    """Above p_g, below D, of a model with points [n, 2]: a narrow picture, to stand in a film or a strip.

    p_g is a Gaussian kernel estimate from 10,000 samples, darkest where it is as dense as the data ever are. D is
    shown by level sets of its score (a logit, or what a critic says), light where it is high, with 400 points of the
    data (orange) and as many samples (green). model: None for the data themselves, without D. limits:
    ((x low, x high), (y low, y high)), those of the data unless given. Returns a Figure. Raises ValueError for points
    that are not in the plane, or samples that are not finite.
    """
    real, fake, limits = _points(model, world, limits)
    drawn = figure(2.3, 4.8)
    above, below = drawn.subplots(2, 1)
    _density(above, real if fake is None else fake, real, limits)
    _levels(below, model, real, fake, limits)
    above.set_title(title, fontsize=11, color=INK)
    return drawn


def plane_comparison(model, world, limits=None):
    """p_data, p_g, and level sets of D with points over them, side by side; otherwise as `plane_frame`."""
    real, fake, limits = _points(model, world, limits)
    drawn = figure(9.6, 3.5)
    data, generated, levels = drawn.subplots(1, 3)
    _density(data, real, real, limits)
    _density(generated, fake, real, limits)
    _levels(levels, model, real, fake, limits)
    for axes, title in ((data, r"$p_\mathrm{data}$"), (generated, "$p_g$"), (levels, "level sets of $D$")):
        axes.set_title(title, fontsize=11, color=INK, loc="left")
    handles = [
        levels.scatter([], [], s=30, color=colour, linewidths=0, label=label)
        for colour, label in ((WARM[0], "data"), (GREEN, "samples"))
    ]
    levels.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.02, 0.98), ncols=2, frameon=False, fontsize=9,
        labelcolor=INK, borderpad=0, handletextpad=0, columnspacing=0.8,
    )  # fmt: skip
    return drawn


def _points(model, world, limits):
    real = world.sample(SAMPLES, seed=0)
    fake = None if model is None else np.asarray(model.sample(SAMPLES))
    for points in (real, real if fake is None else fake):
        if points.shape[1:] != (2,):
            raise ValueError(f"This picture shows points in the plane, [n, 2], not {points.shape}.")
        if not np.isfinite(points).all():
            raise ValueError("The samples hold NaN or infinite values: the generator has diverged.")
    return real, fake, plane_limits(real, real) if limits is None else limits


def _density(axes, points, real, limits):
    def estimate(points):
        # Divided by all points, not by those within the limits: what lies outside must not raise what is shown.
        histogram = np.histogram2d(*points.T.astype(float), bins=CELLS, range=limits)[0] / len(points)
        return gaussian_filter(histogram, BANDWIDTH, mode="constant").T

    extent = (*limits[0], *limits[1])
    # By the square root of the density, or samples that are spread over the plane would not be seen at all.
    scale = PowerNorm(0.5, vmin=0, vmax=estimate(real).max())
    axes.imshow(estimate(points), origin="lower", extent=extent, cmap="Greens", norm=scale, interpolation="bilinear")
    _frame(axes, limits)


def _levels(axes, model, real, fake, limits):
    if model is not None:
        x, y = (np.linspace(*limit, CELLS) for limit in limits)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2).astype("float32")
        scores = np.reshape(model.discriminate(tf.constant(grid), None, False), (CELLS, CELLS)).astype(float)
        if np.ptp(scores) > 0:  # a new D may say the same everywhere
            axes.contourf(x, y, scores, LEVELS, cmap="Blues_r", alpha=0.5)
            axes.contour(x, y, scores, LEVELS, colors="#4a6a8a", linewidths=0.5, linestyles="solid")
    for points, colour in ((real, WARM[0]), (fake, GREEN)):
        if points is not None:
            axes.scatter(*points[:SHOWN].T, s=4, color=colour, alpha=0.75, linewidths=0, zorder=3)
    _frame(axes, limits)


def _frame(axes, limits):
    quiet(axes).set(xlim=limits[0], ylim=limits[1], aspect="equal", xticks=(), yticks=())
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color("#d0d0d0")
