"""Nine ways to train Dirac-GAN: Mescheder, Geiger and Nowozin 2018, arXiv:1801.04406, figures 1 to 3."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap

from keras_gan import dirac
from keras_gan.plots.figures import COLD, GREY, INK, WARM, figure, quiet

REACH = 2.25
ARROWS = np.linspace(-2.0, 2.0, 13)  # in each direction
ARRIVED = 0.01  # from the solution
ARRIVING = LinearSegmentedColormap.from_list("arriving", ("#9ecbe8", COLD[0], "#002f4d"))
CIRCLING = LinearSegmentedColormap.from_list("circling", ("#f6c9a5", WARM[0], "#5c1f00"))


def dirac_games(updates="simultaneous", rounds=dirac.ROUNDS, rate=dirac.RATE, start=dirac.START):
    """A panel for each of `dirac.GAMES`: the field's directions, and the path from `start` (light) to its end (dark),
    blue where it comes to within 0.01 of the solution (0, 0) and stays there, orange where it does not.

    updates: "simultaneous", "alternating" (one step of D, one of G) or "alternating5". Below each title stands how many
    rounds the way takes, or how far from the solution the last tenth of the path is in the mean. Returns a Figure.
    Raises ValueError for other updates.
    """
    drawn = figure(9.6, 11.2)
    drawn.get_layout_engine().set(w_pad=0.08, h_pad=0.14)
    panels = drawn.subplots(3, 3, sharex=True, sharey=True)
    theta, psi = np.meshgrid(ARROWS, ARROWS)
    for axes, game in zip(panels.flat, dirac.GAMES.values(), strict=True):
        quiet(axes).set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", box_aspect=1)
        field = np.stack(game.field(theta, psi))
        field = field / np.maximum(np.hypot(*field), 1e-12)
        axes.quiver(theta, psi, *field, color="#d3d8dd", pivot="mid", scale=20, width=0.0055, headwidth=3.6)
        if np.isfinite(game.clip):
            axes.hlines([-game.clip, game.clip], -REACH, REACH, color=GREY, linewidth=0.8, linestyle=":")
        _path(axes, game.title, dirac.trajectory(game, updates, rounds, rate, start))
        axes.set(xticks=(-2, -1, 0, 1, 2), yticks=(-2, -1, 0, 1, 2))
    for axes in panels[-1]:
        axes.set_xlabel(r"$\theta$", color=INK)
    for axes in panels[:, 0]:
        axes.set_ylabel(r"$\psi$", color=INK, rotation=0)
    return drawn


def _path(axes, title, path):
    distance = np.hypot(*path.T)
    away = np.flatnonzero(distance >= ARRIVED)
    arrival = away[-1] + 1 if len(away) else 0
    arrives = arrival < len(path)
    shown, colours = (path[: arrival + 1], ARRIVING) if arrives else (path, CIRCLING)
    pieces = np.stack([shown[:-1], shown[1:]], axis=1)
    axes.add_collection(LineCollection(pieces, array=np.arange(len(pieces)), cmap=colours, linewidth=1.5))
    axes.plot(0, 0, marker="+", color="black", markersize=11, markeredgewidth=1.5, zorder=3)
    axes.plot(*path[0], marker="o", color="white", markeredgecolor=colours(0.5), markersize=7, zorder=3)
    axes.plot(*path[-1], marker="o", color=colours(1.0), markersize=6, zorder=4)
    rounds = len(path) - 1
    mean = distance[-max(1, rounds // 10) :].mean()
    outcome = f"arrives after {arrival} rounds" if arrives else f"{mean:.2f} away after {rounds} rounds"
    axes.set_title(title, loc="left", fontsize=11, color=INK, pad=20)
    axes.text(0, 1.025, outcome, transform=axes.transAxes, fontsize=9, color=colours(0.5))
