"""The one-dimensional demonstration: figure 1 of Goodfellow et al. 2014, "Generative Adversarial Nets", 1406.2661."""

import numpy as np
from matplotlib.ticker import MaxNLocator
from scipy.ndimage import gaussian_filter1d

from keras_gan.plots.canvas import BLUE, GREEN, GREY, INK, figure, quiet

SAMPLES = 10_000
CELLS = 600
ARROWS = 25
ARROW = {"angles": "xy", "scale_units": "xy", "scale": 1, "color": GREY}
HEAD = {"width": 0.0014, "headwidth": 6, "headlength": 10, "headaxislength": 10}


def gaussian_limits(model, world):
    """(low, high) of an x axis that shows all of p_data and nearly all of p_g."""
    real, fake = _line(world.sample(SAMPLES, seed=0)), _line(model.sample(SAMPLES))
    low, high = real.mean() - 5 * real.std(), real.mean() + 5 * real.std()
    return float(min(low, np.quantile(fake, 0.01))), float(max(high, np.quantile(fake, 0.99)))


def gaussian_demonstration(model, world, limits=None, title=""):
    """The paper's figure 1, of a model with points [n, 1] and a latent of one dimension.

    Above: p_data (black, dotted), p_g (green; a histogram of 10,000 samples, smoothed by a Gaussian of Silverman's
    width), D(x) (blue, dashed) and the best answer to this p_g, D*(x) = p_data / (p_data + p_g) (grey; Proposition
    1), where the densities can be told from 0. Below: arrows z -> G(z) from 25 equally spaced quantiles of z, so that
    each stands for 4 % of p_z and of p_g.

    world: has `density(x)` and `sample(n, seed)`. limits: (low, high) of x, `gaussian_limits` unless given. Returns a
    Figure. Raises ValueError for a latent of more than one dimension.
    """
    z = np.sort(np.asarray(model.latents(SAMPLES, 0)), axis=0)
    if z.ndim != 2 or z.shape[1] != 1:
        raise ValueError(f"The arrows z -> G(z) need a latent of one dimension, not {z.shape[1:]}.")
    fake = _line(model.images_of(z))
    low, high = gaussian_limits(model, world) if limits is None else limits
    drawn = figure(7, 5.2)
    above, below = drawn.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    _densities(quiet(above), model, world, fake, low, high)
    quantiles = ((np.arange(ARROWS) + 0.5) * SAMPLES / ARROWS).astype(int)
    _arrows(below, z[quantiles, 0], fake[quantiles], low, high)
    drawn.legend(*above.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False, labelcolor=INK)
    above.set_title(title, loc="left", fontsize=11, color=INK)
    above.set_title(_summary(_reached(model, world, fake)), loc="right", fontsize=9, color=GREY)
    return drawn


def _densities(axes, model, world, fake, low, high):
    edges = np.linspace(low, high, CELLS + 1)
    x = (edges[1:] + edges[:-1]) / 2
    data = np.asarray(world.density(x[:, np.newaxis])).reshape(-1)
    width = edges[1] - edges[0]
    # Divided by all samples, not by those within the limits: what lies outside must not raise what is shown.
    histogram = np.histogram(fake, edges)[0] / (len(fake) * width)
    bandwidth = 1.06 * fake.std() * len(fake) ** -0.2
    generated = gaussian_filter1d(histogram, max(1.0, bandwidth / width), mode="constant")
    known = data + generated > 0.01 * data.max()
    optimum = np.divide(data, data + generated, out=np.full_like(data, np.nan), where=known)
    axes.plot(x, optimum, color=GREY, linewidth=1, label=r"$D^*(x)$")
    axes.plot(x, data, color="black", linestyle=":", linewidth=2.2, label=r"$p_\mathrm{data}(x)$")
    axes.plot(x, generated, color=GREEN, linewidth=2, label=r"$p_g(x)$")
    axes.plot(x, _probability(model, x), color=BLUE, linestyle="--", linewidth=2, label=r"$D(x)$")
    axes.set_xlim(low, high)
    axes.set_ylim(0, max(1.15 * data.max(), 1.05))  # a collapsed p_g is a needle; the axis stays that of the data
    axes.tick_params(labelbottom=True)


def _arrows(axes, z, x, low, high):
    inset = 0.1 * (high - low)

    def place(value):
        return low + inset + (value - z[0]) / max(z[-1] - z[0], 1e-12) * (high - low - 2 * inset)

    shown = (x >= low) & (x <= high)
    start, end = place(z[shown]), x[shown]
    axes.quiver(start, 0 * start, end - start, 1 + 0 * start, **ARROW, **HEAD)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 1], ["$z$", "$x = G(z)$"])
    axes.tick_params(axis="both", length=0, labelcolor=INK, labelsize=10)
    axes.spines[["left", "right"]].set_visible(False)
    axes.spines[["top", "bottom"]].set_color(INK)
    ticks = [tick for tick in MaxNLocator(5).tick_values(z[0], z[-1]) if z[0] <= tick <= z[-1]]
    below = axes.secondary_xaxis(0, functions=(lambda value: value, lambda value: value))
    below.set_xticks([place(tick) for tick in ticks], [f"{tick:g}" for tick in ticks])
    below.tick_params(length=3, colors=GREY, labelcolor=INK, labelsize=9)
    axes.tick_params(axis="x", labelbottom=False)


def _reached(model, world, fake):
    """Mean and standard deviation of p_g and p_data, and the mean of |D(x) - 1/2| over the data."""
    real = _line(world.sample(len(fake), seed=0))
    return {
        "mean": float(fake.mean()),
        "standard_deviation": float(fake.std()),
        "data_mean": float(real.mean()),
        "data_standard_deviation": float(real.std()),
        "discriminator_deviation": float(np.abs(_probability(model, real) - 0.5).mean()),
    }


def _summary(figures):
    return (
        f"$p_g$: {figures['mean']:.2f} ± {figures['standard_deviation']:.2f}    "
        f"$p_\\mathrm{{data}}$: {figures['data_mean']:.2f} ± {figures['data_standard_deviation']:.2f}    "
        f"mean $|D - 1/2|$: {figures['discriminator_deviation']:.3f}"
    )


def _probability(model, x):
    return model.probability(np.reshape(x, (-1, 1))).astype(float).reshape(-1)


def _line(points):
    points = np.asarray(points, float)
    if points.ndim != 2 or points.shape[1] != 1:
        raise ValueError(f"The demonstration is about points on the line, [n, 1], not {points.shape}.")
    return points[:, 0]
