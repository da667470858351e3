"""Samples of the toy worlds: a histogram of points on the line, a scatter plot of points in the plane."""

import numpy as np

from keras_gan.plots.canvas import GREEN, INK, figure, quiet


def points(samples):
    """samples: [n, 1] -> histogram, [n, 2] -> scatter plot. Returns a Figure; ValueError for other shapes or NaN."""
    samples = np.asarray(samples)
    if samples.ndim != 2 or samples.shape[1] not in (1, 2):
        raise ValueError(f"Only points [n, 1] and [n, 2] can be drawn, not {samples.shape}.")
    if not np.isfinite(samples).all():
        raise ValueError("The points hold NaN or infinite values: the network that made them has diverged.")
    drawn = figure(4.8, 4.8)
    axes = quiet(drawn.add_subplot())
    if samples.shape[1] == 1:
        axes.hist(samples[:, 0], bins="auto", density=True, color=GREEN, alpha=0.85, edgecolor="white", linewidth=0.5)
        axes.set_ylabel("density", color=INK)
    else:
        size = np.clip(4000 / len(samples), 1, 20)
        axes.scatter(*samples.T, s=size, color=GREEN, alpha=0.6, linewidths=0)
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_ylabel("$x_2$", color=INK)
    axes.set_xlabel("$x$" if samples.shape[1] == 1 else "$x_1$", color=INK)
    return drawn
