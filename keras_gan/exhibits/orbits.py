"""The toy game of historical averaging: Salimans et al. 2016, "Improved Techniques for Training GANs",
arXiv:1606.03498, section 3.3."""

import numpy as np

from keras_gan.plots.canvas import BLUE, GREY, INK, WARM, figure, quiet


def orbit(weight=0.0, rate=0.01, steps=20_000, start=(2.0, 0.0)):
    """The way of two players by simultaneous gradient descent, float64 [steps + 1, 2].

    x minimises (f(x) - 1)(y - 1), y maximises it, f(x) = x for x < 0 and x^2 otherwise: the equilibrium is (1, 1). Each
    also pays weight (theta - 1/t sum_{i=1..t} theta[i])^2, whose mean is constant in the gradient, as in
    keras_gan.ImprovedGAN. Raises ValueError for a negative weight, or no steps.
    """
    if weight < 0 or steps < 1 or rate <= 0:
        raise ValueError(f"An orbit needs weight >= 0, rate > 0 and steps >= 1, not {weight}, {rate} and {steps}.")
    way = np.empty((steps + 1, 2))
    way[0], mean = start, np.zeros(2)
    for step in range(steps):
        x, y = way[step]
        mean += (way[step] - mean) / (step + 1)
        value, slope = (x, 1.0) if x < 0 else (x * x, 2.0 * x)
        gradient = np.array([slope * (y - 1.0), 1.0 - value]) + 2.0 * weight * (way[step] - mean)
        way[step + 1] = way[step] - rate * gradient
    return way


def historical_orbits(weights=(0.0, 0.1, 1.0), rate=0.01, steps=5_000, start=(2.0, 0.0)):
    """The ways of `orbit` for each weight: in the plane of x and y, and as distances to the equilibrium.

    Returns a Figure. Raises what `orbit` raises.
    """
    ways = {weight: orbit(weight, rate, steps, start) for weight in weights}
    drawn = figure(9.0, 4.2)
    plane, distances = drawn.subplots(1, 2)
    for (weight, way), colour in zip(ways.items(), (WARM[0], BLUE, *WARM[2:]), strict=False):
        label = f"weight {weight:g}" if weight else "no averaging"
        quiet(plane).plot(*way.T, color=colour, linewidth=1, alpha=0.8)
        plane.plot(*way[-1], "o", color=colour, markersize=5)
        distance = np.hypot(*(way - 1.0).T)
        quiet(distances).semilogy(
            distance, color=colour, linewidth=1.5, label=f"{label}: {distance[-1]:.2g} at the end"
        )
    plane.plot(1.0, 1.0, "+", color=INK, markersize=12)
    plane.plot(*start, ".", color=GREY)
    plane.set_xlabel("$x$", color=INK)
    plane.set_ylabel("$y$", color=INK)
    plane.set_aspect("equal", adjustable="datalim")
    distances.set_xlabel("step", color=INK)
    distances.set_ylabel("distance to the equilibrium (1, 1)", color=INK)
    distances.legend(frameon=False, fontsize=9, labelcolor=INK)
    return drawn
