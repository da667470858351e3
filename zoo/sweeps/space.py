"""A search space is data: one frozen record beside the recipe that it varies."""

import difflib
import hashlib
import itertools
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zoo.recipe import Paper, Variant
from zoo.registry import variants

SPACES: dict[str, "Space"] = {}


@dataclass(frozen=True)
class Space:
    """A grid of settings, and what is made and measured at each of its points."""

    name: str
    description: str
    paper: Paper
    grid: dict[str, tuple]  # {setting: its values}, plain numbers, truth values and strings
    variant: Callable[[dict], Variant]  # the recipe at {setting: value}; it need not be registered
    measure: Callable  # (trained model, number of samples or None) -> {figure: number}
    figure: str  # of these, the one that trials are judged by
    lowest: bool = False  # whether the best has the lowest
    deviations: tuple = ()  # from the paper's grid
    steps_per_execution: int = 1  # steps in one call of TensorFlow: where nets are small, Python takes longer than they

    @property
    def size(self) -> int:
        """How many settings there are."""
        return math.prod(len(values) for values in self.grid.values())

    def settings(self, count: int | None = None, seed: int = 0) -> list[dict]:
        """`count` settings drawn without replacement by the seed, all unless given; fewer are the first of more. Raises
        ValueError for none, and for more than there are."""
        if count is not None and not 1 <= count <= self.size:
            raise ValueError(f"{self.name} has {self.size:,} settings: ask for 1 to {self.size:,} trials, not {count}.")
        every = [dict(zip(self.grid, values, strict=True)) for values in itertools.product(*self.grid.values())]
        order = np.random.default_rng(seed).permutation(len(every))[:count]
        return [every[number] for number in order]

    def key(self, settings: dict) -> str:
        """The name of a setting's trial, the same on every machine."""
        return hashlib.sha256(json.dumps([self.name, settings], sort_keys=True).encode()).hexdigest()[:12]


def register_space(space: Space) -> Space:
    """Add a record. Raises ValueError for a name that is defined already, or for a grid without values."""
    if space.name in SPACES:
        raise ValueError(f"The search space {space.name!r} is already defined.")
    if not space.size:
        raise ValueError(f"The search space {space.name!r} has a setting without values.")
    SPACES[space.name] = space
    return space


def spaces() -> dict[str, Space]:
    """All records by name; the modules of zoo/papers/ are imported the first time."""
    variants()
    return SPACES


def space(name: str) -> Space:
    """The record of a name. Raises ValueError with the nearest names for an unknown one."""
    known = spaces()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else "keras-gan sweep --list shows all."
        raise ValueError(f"There is no search space {name!r}; {hint}")
    return known[name]


def trial_folder(folder: Path, key: str) -> Path:
    """Where a trial of a sweep keeps its checkpoint and its result."""
    return folder / "trials" / key
