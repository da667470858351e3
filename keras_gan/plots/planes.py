"""D beside its best answer on worlds in the plane: Goodfellow et al. 2014, "Generative Adversarial Nets", 1406.2661,
Proposition 1."""

import numpy as np
from matplotlib.colors import ListedColormap
from scipy.ndimage import gaussian_filter

from keras_gan.plots.canvas import GREEN, GREY, INK, figure, quiet

CELLS = 160  # in each direction
SAMPLES = 20_000
SHOWN = 600  # samples that are drawn as points
UNKNOWN = "#f2f2f2"


def discriminator_plane(model, world, limits=None, bandwidth=None):
    """D(x), D*(x) = p_data / (p_data + p_g), and the samples of both, side by side, of a model with points [n, 2].

    p_g is a histogram of 20,000 samples, smoothed by a Gaussian of `bandwidth` (the larger of the world's own noise and
    two cells, unless given), and so is p_data, so that both sides are seen through the same glass. Where both densities
    are below a thousandth of the largest, D* is unknown and left light grey. The title of D says the mean of |D - D*|
    over the rest, weighted by (p_data + p_g) / 2: 0 for the best D.

    world: has `density(x)`, `sample(n, seed)` and `standard_deviation`. limits: ((x low, x high), (y low, y high)).
    Returns a Figure. Raises ValueError for points that are not in the plane, or samples that are not finite.
    """
    real, fake = world.sample(SAMPLES, seed=0), np.asarray(model.sample(SAMPLES))
    if real.shape[1:] != (2,) or fake.shape[1:] != (2,):
        raise ValueError(f"discriminator_plane draws points in the plane, not {real.shape} and {fake.shape}.")
    if not np.isfinite(fake).all():
        raise ValueError("The samples hold NaN or infinite values: the generator has diverged.")
    limits = plane_limits(real, fake) if limits is None else limits
    edges = [np.linspace(low, high, CELLS + 1) for low, high in limits]
    cell = edges[0][1] - edges[0][0], edges[1][1] - edges[1][0]
    middle = [(edge[1:] + edge[:-1]) / 2 for edge in edges]
    points = np.stack(np.meshgrid(*middle, indexing="ij"), axis=-1).reshape(-1, 2)
    width = bandwidth or max(world.standard_deviation, 2 * max(cell))
    blur = [width / size for size in cell]
    data = gaussian_filter(_histogram(real, edges), blur, mode="constant")
    generated = gaussian_filter(_histogram(fake, edges), blur, mode="constant")
    known = np.maximum(data, generated) > 1e-3 * max(data.max(), generated.max())
    best = np.divide(data, data + generated, out=np.full_like(data, np.nan), where=known)
    probability = model.probability(points).astype(float).reshape(-1).reshape(CELLS, CELLS)
    weight = (data + generated)[known]
    difference = np.average(np.abs(probability - best)[known], weights=weight)
    drawn = figure(10.5, 3.9)
    panels = drawn.subplots(1, 3, sharex=True, sharey=True)
    extent = (*limits[0], *limits[1])
    look = {"origin": "lower", "extent": extent, "vmin": 0, "vmax": 1, "cmap": "RdBu", "interpolation": "nearest"}
    for axes, values, title in zip(
        panels, (probability, best), (f"$D(x)$    mean $|D - D^*|$: {difference:.3f}", "$D^*(x)$"), strict=False
    ):
        axes.imshow(np.zeros((1, 1)), extent=extent, cmap=ListedColormap([UNKNOWN]))
        picture = axes.imshow(values.T, **look)
        axes.set_title(title, fontsize=10, color=INK, loc="left")
    for samples, colour, label in ((real, INK, r"$p_\mathrm{data}$"), (fake, GREEN, "$p_g$")):
        panels[2].scatter(*samples[:SHOWN].T, s=5, color=colour, alpha=0.6, linewidths=0, label=label)
    above = {"loc": "lower left", "bbox_to_anchor": (-0.02, 0.98), "borderpad": 0, "handletextpad": 0}
    panels[2].legend(frameon=False, fontsize=10, labelcolor=INK, ncols=2, markerscale=2.5, **above)
    for axes in panels:
        quiet(axes).set(xlim=limits[0], ylim=limits[1], aspect="equal")
    bar = drawn.colorbar(picture, ax=panels, shrink=0.85, ticks=[0, 0.5, 1], pad=0.01)
    bar.outline.set_visible(False)
    bar.ax.tick_params(colors=GREY, labelcolor=INK, labelsize=9, length=3)
    return drawn


def plane_limits(real, fake):
    """((x low, x high), (y low, y high)) of a square that shows all of the data and nearly all samples."""
    both = np.concatenate([real, np.clip(fake, *np.quantile(fake, (0.01, 0.99), axis=0))])
    low, high = both.min(axis=0), both.max(axis=0)
    centre, half = (low + high) / 2, 0.6 * (high - low).max()
    return tuple((float(c - half), float(c + half)) for c in centre)


def _histogram(samples, edges):
    # Divided by all samples, not by those within the limits: what lies outside must not raise what is shown.
    area = (edges[0][1] - edges[0][0]) * (edges[1][1] - edges[1][0])
    return np.histogram2d(*samples.astype(float).T, bins=edges)[0] / (len(samples) * area)
