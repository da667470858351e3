"""Walks through latent space, and the images along them.

Spherical interpolation: Shoemake 1985, "Animating Rotation with Quaternion Curves"; for latents, White 2016,
"Sampling Generative Networks", arXiv:1609.04468.
"""

import numpy as np

NO_ANGLE = 1e-6  # radians; below it sin(omega) loses its digits and both formulas agree to 1e-12


def linear(z0, z1, t):
    """(1 - t) z0 + t z1. z0, z1: [d]; t: a number or [steps]. Returns float32 [d] or [steps, d]."""
    z0, z1, t = _ends(z0, z1, t)
    return ((1 - t) * z0 + t * z1).astype(np.float32)


def spherical(z0, z1, t):
    """[sin((1 - t) omega) z0 + sin(t omega) z1] / sin(omega), omega the angle between z0 and z1.

    Between Gaussian latents it keeps the norm that G has been trained on, where a straight line passes nearer the
    origin (White 2016, section 2.1). z0, z1: [d]; t: a number or [steps]. Returns float32 [d] or [steps, d].
    Parallel latents are joined by the straight line. Opposite ones are joined by infinitely many great circles and
    a zero has no direction: both raise ValueError; so does every pair of unlike sign when d = 1.
    """
    z0, z1, t = _ends(z0, z1, t)
    length0, length1 = np.linalg.norm(z0), np.linalg.norm(z1)
    if not length0 or not length1:
        raise ValueError("Spherical interpolation needs latents other than zero, which has no direction: use 'linear'.")
    # The arctangent of half the chord stays exact where the arccosine of the dot product does not (small angles).
    omega = 2 * np.arctan2(np.linalg.norm(z0 / length0 - z1 / length1), np.linalg.norm(z0 / length0 + z1 / length1))
    if omega < NO_ANGLE:
        return linear(z0, z1, t[..., 0])
    if np.pi - omega < NO_ANGLE:
        raise ValueError("Spherical interpolation has no single path between opposite latents: use 'linear'.")
    return ((np.sin((1 - t) * omega) * z0 + np.sin(t * omega) * z1) / np.sin(omega)).astype(np.float32)


PATHS = {"linear": linear, "spherical": spherical}


def interpolation(model, from_seed, to_seed, steps=9, kind="linear", label=None):
    """Images on the path from the latent of one seed to that of another, both ends included.

    kind: "linear" or "spherical". Returns what `model.images_of` does for `steps` latents, [steps, h, w, c].
    Raises ValueError for another kind, fewer than 2 steps, or latents that "spherical" cannot join.
    """
    if kind not in PATHS:
        raise ValueError(f"kind must be one of {', '.join(PATHS)}, not {kind!r}.")
    if steps < 2:
        raise ValueError(f"steps={steps} must be at least 2: the first and the last image are those of the two seeds.")
    z0, z1 = (np.asarray(model.latents(1, seed))[0] for seed in (from_seed, to_seed))
    return np.asarray(model.images_of(PATHS[kind](z0, z1, np.linspace(0, 1, steps)), label=label))


def _ends(z0, z1, t):
    z0, z1 = np.asarray(z0, float), np.asarray(z1, float)
    if z0.ndim != 1 or z0.shape != z1.shape:
        raise ValueError(f"Interpolation joins two latents of one length [d], not {z0.shape} and {z1.shape}.")
    return z0, z1, np.asarray(t, float)[..., np.newaxis]
