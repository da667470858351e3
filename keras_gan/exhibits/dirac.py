"""Dirac-GAN, the smallest game that does not converge: Mescheder, Geiger and Nowozin 2018, "Which Training Methods for
GANs do actually Converge?", arXiv:1801.04406, definition 2.1 and figures 1 to 4.

p_data = delta_0, p_g = delta_theta, D(x) = psi x: each player is one number, and the solution is (theta, psi) = (0, 0).
As in the paper G minimises and D maximises L(theta, psi) = E[f(D(G(z)))] + E[f(-D(x))] = f(psi theta) + f(0) with
f(t) = -log(1 + e^-t), so that this D is high on samples: the logit that `losses` speaks of is -psi x. Gradient steps
follow the field (theta', psi') = (-dL_G/dtheta, dL_D/dpsi).

Deviations from the authors' code (GAN_stability, notebooks/diracgan): the expectation over instance noise is a
quadrature instead of 1,000 draws; consensus optimisation is the exact gradient of |v|^2 / 2, where their code halves
the term with f''; within a round D moves before G, as in Algorithm 1 of Goodfellow et al. 2014.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from scipy.special import expit

from keras_gan.plots.canvas import COLD, GREY, INK, WARM, figure, quiet

START = (1.0, 1.0)
RATE = 0.2
ROUNDS = 500
UPDATES = {"simultaneous": None, "alternating": 1, "alternating5": 5}  # D's steps before each of G's; None: at once
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)  # of a standard normal; for |psi| < 10 exact to 1e-6


def slope(t):
    """f'(t) = 1 / (1 + e^t); f'(0) = 1/2."""
    return expit(-t)


def bend(t):
    """f''(t) = -f'(t) f'(-t); f''(0) = -1/4."""
    return -expit(t) * expit(-t)


@dataclass(frozen=True)
class Game:
    """field: (theta, psi) -> (theta', psi'), arrays of one shape. clip: |psi| <= clip after every step of D."""

    title: str
    field: Callable
    clip: float = np.inf


def gan(theta, psi):
    """L_G = L_D = f(psi theta) + f(0)."""
    return -psi * slope(psi * theta), theta * slope(psi * theta)


def non_saturating(theta, psi):
    """L_G = -f(-psi theta): G maximises log D where D(x) is the probability of data."""
    return -psi * slope(-psi * theta), theta * slope(psi * theta)


def wasserstein(theta, psi):
    """f(t) = t."""
    return -psi, 1.0 * theta


def with_penalty(field, gamma, target=0.0):
    """L_D - gamma/2 (|dD/dx| - target)^2, and dD/dx is psi everywhere. Target 0: R1 and R2 alike; 1: WGAN-GP."""

    def penalised(theta, psi):
        theta_step, psi_step = field(theta, psi)
        return theta_step, psi_step - gamma * (np.abs(psi) - target) * np.sign(psi)

    return penalised


def instance_noise(deviation):
    """x and G(z) both with noise N(0, deviation^2) (Sonderby et al. 2017)."""

    def noisy(theta, psi):
        def mean(function):
            return sum(weight * function(deviation * node) for node, weight in zip(NODES, WEIGHTS, strict=True)) / total

        total = WEIGHTS.sum()
        return (
            -psi * mean(lambda noise: slope(psi * (theta + noise))),
            mean(lambda noise: (theta + noise) * slope(psi * (theta + noise)) - noise * slope(-psi * noise)),
        )

    return noisy


def consensus(gamma):
    """v - gamma grad |v|^2 / 2, v the field of `gan` (Mescheder et al. 2017, "The Numerics of GANs"). |v| is small far
    from the solution too: where D takes five steps to one of G, it goes there from (1, 1)."""

    def regularised(theta, psi):
        theta_step, psi_step = gan(theta, psi)
        first, second = slope(psi * theta), bend(psi * theta)
        cross = (theta**2 + psi**2) * first * second
        return (
            theta_step - gamma * (theta * first**2 + psi * cross),
            psi_step - gamma * (psi * first**2 + theta * cross),
        )

    return regularised


GAMES = {
    "gan": Game("GAN", gan),
    "non_saturating": Game("Non-saturating GAN", non_saturating),
    "wgan": Game("WGAN, clip 1", wasserstein, clip=1.0),
    "wgan_gp": Game("WGAN-GP, $\\gamma$ = 0.7", with_penalty(wasserstein, 0.7, target=1.0)),
    "instance_noise": Game("Instance noise, $\\sigma$ = 0.7", instance_noise(0.7)),
    "zero_centred": Game("Zero-centred penalty, $\\gamma$ = 0.3", with_penalty(gan, 0.3)),
    "critical": Game("Zero-centred penalty, $\\gamma$ = 1", with_penalty(gan, 1.0)),
    "consensus": Game("Consensus optimisation, $\\gamma$ = 1", consensus(1.0)),
    "non_saturating_zero_centred": Game("Non-saturating, penalty $\\gamma$ = 0.3", with_penalty(non_saturating, 0.3)),
}


def trajectory(game, updates="simultaneous", rounds=ROUNDS, rate=RATE, start=START):
    """(theta, psi) at the start and after each round, float64 [rounds + 1, 2].

    updates: both players at once from the same point, or one or five steps of D, then one of G, which sees them.
    Raises ValueError for other updates.
    """
    if updates not in UPDATES:
        raise ValueError(f"updates must be one of {', '.join(UPDATES)}; got {updates!r}.")
    turns = UPDATES[updates]
    theta, psi = (np.float64(value) for value in start)
    path = [(theta, psi)]
    for _ in range(rounds):
        theta_step, psi_step = game.field(theta, psi)
        if turns is None:
            theta = theta + rate * theta_step
            psi = np.clip(psi + rate * psi_step, -game.clip, game.clip)
        else:
            for _ in range(turns):
                psi = np.clip(psi + rate * game.field(theta, psi)[1], -game.clip, game.clip)
            theta = theta + rate * game.field(theta, psi)[0]
        path.append((theta, psi))
    return np.array(path)


def eigenvalues(game, step=1e-4):
    """The two eigenvalues of the field's Jacobian at (0, 0), by central differences. Small steps converge where both
    real parts are below 0: -gamma/2 +- sqrt(gamma^2/4 - f'(0)^2) with a zero-centred penalty (section 4.1), which is
    fastest at gamma = 1, where the root vanishes."""
    columns = [
        (np.array(game.field(*ahead)) - np.array(game.field(*behind))) / (2 * step)
        for ahead, behind in (((step, 0.0), (-step, 0.0)), ((0.0, step), (0.0, -step)))
    ]
    return np.linalg.eigvals(np.stack(columns, axis=1))


# The picture: figures 1 to 3 of the paper, all nine ways side by side.

REACH = 2.25
ARROWS = np.linspace(-2.0, 2.0, 13)  # in each direction
ARRIVED = 0.01  # from the solution
ARRIVING = LinearSegmentedColormap.from_list("arriving", ("#9ecbe8", COLD[0], "#002f4d"))
CIRCLING = LinearSegmentedColormap.from_list("circling", ("#f6c9a5", WARM[0], "#5c1f00"))


def dirac_games(updates="simultaneous", rounds=ROUNDS, rate=RATE, start=START):
    """A panel for each of `GAMES`: the field's directions, and the path from `start` (light) to its end (dark),
    blue where it comes to within 0.01 of the solution (0, 0) and stays there, orange where it does not.

    updates: "simultaneous", "alternating" (one step of D, one of G) or "alternating5". Below each title stands how many
    rounds the way takes, or how far from the solution the last tenth of the path is in the mean. Returns a Figure.
    Raises ValueError for other updates.
    """
    drawn = figure(9.6, 11.2)
    drawn.get_layout_engine().set(w_pad=0.08, h_pad=0.14)
    panels = drawn.subplots(3, 3, sharex=True, sharey=True)
    theta, psi = np.meshgrid(ARROWS, ARROWS)
    for axes, game in zip(panels.flat, GAMES.values(), strict=True):
        quiet(axes).set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", box_aspect=1)
        field = np.stack(game.field(theta, psi))
        field = field / np.maximum(np.hypot(*field), 1e-12)
        axes.quiver(theta, psi, *field, color="#d3d8dd", pivot="mid", scale=20, width=0.0055, headwidth=3.6)
        if np.isfinite(game.clip):
            axes.hlines([-game.clip, game.clip], -REACH, REACH, color=GREY, linewidth=0.8, linestyle=":")
        _path(axes, game.title, trajectory(game, updates, rounds, rate, start))
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
