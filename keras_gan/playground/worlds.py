"""The worlds of the page's plane: those of keras_gan.data.toys, and four more. page/worlds.js has the same numbers."""

from dataclasses import dataclass, field

import numpy as np

from keras_gan.data.toys import Grid, Ring, SwissRoll, Toy

NODES = 600  # of a line, for its density


@dataclass(frozen=True)
class Line(Toy):
    """A straight line from (-1, -0.6) to (1, 0.6) with Gaussian noise."""

    standard_deviation: float = 0.05
    dimensions = 2
    modes = None

    def _curve(self, t):
        return np.stack([2 * t - 1, 1.2 * t - 0.6], axis=1)

    def _draw_centres(self, n, random):
        return self._curve(random.uniform(size=n))

    def _centres_and_weights(self):
        return self._curve((np.arange(NODES) + 0.5) / NODES), np.full(NODES, 1 / NODES)


@dataclass(frozen=True)
class TwoGaussians(Toy):
    """Two equal round Gaussians."""

    standard_deviation: float = 0.15
    dimensions = 2
    modes = np.array([[-0.8, -0.4], [0.8, 0.4]])


@dataclass(frozen=True)
class Clusters(Toy):
    """Three clusters far from each other."""

    standard_deviation: float = 0.12
    dimensions = 2
    modes = np.array([[-0.85, 0.45], [0.85, 0.6], [0.1, -0.85]])


@dataclass(frozen=True)
class Drawn(Toy):
    """A small Gaussian around each point of a drawing, `points` [m, 2]."""

    points: list = field(default_factory=lambda: [[-0.6, 0.0], [0.6, 0.0]])
    standard_deviation: float = 0.03
    dimensions = 2

    @property
    def modes(self):
        return np.asarray(self.points, np.float64)


WORLDS = {
    "line": Line,
    "two_gaussians": TwoGaussians,
    "ring": Ring,
    "grid": Grid,
    "swiss_roll": SwissRoll,
    "clusters": Clusters,
    "drawn": Drawn,
}


def world(spec):
    """The Toy of a state's world, {"name": ..., its numbers}."""
    return WORLDS[spec["name"]](**{name: value for name, value in spec.items() if name != "name"})
