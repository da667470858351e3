"""Strips of images along walks through latent space."""

import numpy as np

from keras_gan.files.images import grid
from keras_gan.sampling.paths import interpolation


def interpolation_grid(model, seeds, steps=9, kind="linear", label=None, scale=1):
    """Strips from each seed to the next, one under the other: k + 1 seeds give k rows. Returns uint8 [H, W, c]."""
    seeds = list(seeds)
    if len(seeds) < 2:
        raise ValueError(f"An interpolation needs at least 2 seeds, not {len(seeds)}.")
    strips = [interpolation(model, *pair, steps, kind, label) for pair in zip(seeds, seeds[1:], strict=False)]
    return grid(np.concatenate(strips), columns=steps, scale=scale)
