"""Toy worlds made by code, each with its true density: where "has the generator got it?" has an exact answer.

Each world offers `sample(n, seed)` (float32 [n, d]), `density(x)` (float64 [n], integrates to 1), `modes`
(float64 [m, d], or None) and `standard_deviation` (of the noise around a mode or around the curve).
"""

from dataclasses import dataclass, fields

import numpy as np

_BLOCK = 1 << 15  # numbers in one [points, centres] block of a density: 256 kB stay in the cache, 3 times faster


class Toy:
    """What the worlds share: a density that is a weighted sum of equal round Gaussians, and checked arguments."""

    dimensions: int
    modes: np.ndarray | None
    standard_deviation: float

    def sample(self, n, seed):
        """n points, float32 [n, d]: the same for the same seed (a non-negative int or a `np.random.SeedSequence`).

        Raises ValueError if n < 1 or the seed is negative.
        """
        if n < 1:
            raise ValueError(f"A toy world draws at least 1 point, not {n}.")
        if not isinstance(seed, np.random.SeedSequence) and seed < 0:
            raise ValueError(f"A seed is a non-negative integer, not {seed}.")
        random = np.random.default_rng(seed)
        centres = self._draw_centres(n, random)
        return (centres + self.standard_deviation * random.standard_normal(centres.shape)).astype(np.float32)

    def density(self, x):
        """p(x) = sum_i w_i N(x; c_i, s^2 I), float64 [n], at the points x [n, d].

        Raises ValueError if x is not [n, d] with this world's d.
        """
        x = np.asarray(x, np.float64)
        if x.ndim != 2 or x.shape[1] != self.dimensions:
            raise ValueError(f"{type(self).__name__}.density takes points [n, {self.dimensions}], not {list(x.shape)}.")
        centres, weights = self._centres_and_weights()
        normaliser = (2 * np.pi * self.standard_deviation**2) ** (self.dimensions / 2)
        rows = max(1, _BLOCK // len(centres))
        density = np.empty(len(x))
        for start in range(0, len(x), rows):
            squared_distance = sum(
                np.square(x[start : start + rows, axis, None] - centres[:, axis]) for axis in range(self.dimensions)
            )
            density[start : start + rows] = np.exp(-0.5 * squared_distance / self.standard_deviation**2) @ weights
        return density / normaliser

    def _draw_centres(self, n, random):
        return self.modes[random.integers(len(self.modes), size=n)]

    def _centres_and_weights(self):
        return self.modes, np.full(len(self.modes), 1 / len(self.modes))


@dataclass(frozen=True)
class Gaussian1D(Toy):
    """One Gaussian on a line: the 1-D demonstration of Goodfellow et al. 2014 (figure 1), with Eric Jang's numbers."""

    mean: float = -1.0  # genadv1: p_data = N(-1, 1)
    standard_deviation: float = 1.0
    dimensions = 1

    def __post_init__(self):
        _check(self, positive=("standard_deviation",))

    @property
    def modes(self):
        return np.array([[self.mean]], np.float64)


@dataclass(frozen=True)
class Ring(Toy):
    """Equal Gaussians on a circle, the first at angle 0: where an ordinary GAN drops modes.

    The defaults are LSGAN's (Mao et al. 2017, its released code). Others keep the same ratio of noise to radius:
    unrolled GAN (Metz et al. 2017) has radius 2 and 0.02; WGAN-GP's code has `radius=2 / 1.414,
    standard_deviation=0.02 / 1.414`. LSGAN's code takes 9 angles with both ends included, which counts the mode at
    angle 0 twice; here the 8 modes have equal weight, as its paper says.
    """

    count: int = 8
    radius: float = 1.0
    standard_deviation: float = 0.01
    dimensions = 2

    def __post_init__(self):
        _check(self, positive=("count", "radius", "standard_deviation"))

    @property
    def modes(self):
        angle = 2 * np.pi * np.arange(self.count) / self.count
        return self.radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


@dataclass(frozen=True)
class Grid(Toy):
    """side x side equal Gaussians on a square lattice around 0: the 25 Gaussians of WGAN-GP (Gulrajani et al. 2017)."""

    side: int = 5
    spacing: float = 2 / 2.828  # gan_toy.py: modes at 2 * {-2 ... 2}, then all points divided by 2.828
    standard_deviation: float = 0.05 / 2.828  # gan_toy.py: noise of 0.05 before that division
    dimensions = 2

    def __post_init__(self):
        _check(self, positive=("side", "spacing", "standard_deviation"))

    @property
    def modes(self):
        line = self.spacing * (np.arange(self.side) - (self.side - 1) / 2)
        return np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)


@dataclass(frozen=True)
class SwissRoll(Toy):
    """The spiral (t cos t, t sin t), t ~ U[1.5 pi, 4.5 pi], plus Gaussian noise, all divided by `scale`.

    It is columns 0 and 2 of `sklearn.datasets.make_swiss_roll(noise=0.25)`, divided by 7.5, as in WGAN-GP's
    gan_toy.py. Its density is the integral of N(x; c(t), s^2 I) over t, computed by Gauss-Legendre quadrature.
    """

    noise: float = 0.25  # gan_toy.py; scikit-learn adds it to every coordinate
    scale: float = 7.5  # gan_toy.py, "stdev plus a little"
    dimensions = 2
    modes = None

    def __post_init__(self):
        _check(self, positive=("noise", "scale"))

    @property
    def standard_deviation(self):
        return self.noise / self.scale

    def _curve(self, t):
        return np.stack([t * np.cos(t), t * np.sin(t)], axis=1) / self.scale

    def _draw_centres(self, n, random):
        return self._curve(random.uniform(1.5 * np.pi, 4.5 * np.pi, n))

    def _centres_and_weights(self):
        # Panels of at most 8 standard deviations along the curve, where it is fastest (|c'(t)| = sqrt(1 + t^2)): 16
        # Gauss-Legendre nodes then resolve the Gaussian to about 1e-7 of the density, whatever the noise.
        panels = int(np.ceil(3 * np.pi * np.hypot(1, 4.5 * np.pi) / (8 * self.noise)))
        node, weight = np.polynomial.legendre.leggauss(16)
        centre_of_panel = 1.5 * np.pi + 3 * np.pi * (np.arange(panels) + 0.5) / panels
        t = (centre_of_panel[:, None] + 1.5 * np.pi / panels * node).ravel()
        return self._curve(t), np.tile(weight / 2 / panels, panels)


def _check(toy, positive):
    for field in fields(toy):
        value = getattr(toy, field.name)
        if not np.isfinite(value) or (field.name in positive and value <= 0) or (field.type is int and value % 1):
            kind = "a positive" if field.name in positive else "a finite"
            kind += " whole" if field.type is int else ""
            raise ValueError(f"{type(toy).__name__} takes {kind} number as {field.name}, not {value}.")


TOYS = {"gaussian1d": Gaussian1D(), "ring": Ring(), "grid": Grid(), "swiss_roll": SwissRoll()}
