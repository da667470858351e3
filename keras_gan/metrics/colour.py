"""Colours of sets of images in CIELAB: Isola et al. 2017, figure 7, where L1 alone greys them and the adversary does
not."""

from typing import NamedTuple

import numpy as np

BINS = 64
RANGES = {"lightness": (0.0, 100.0), "a": (-110.0, 110.0), "b": (-110.0, 110.0)}
# IEC 61966-2-1: linear sRGB to CIE XYZ, and its white, D65.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = XYZ.sum(axis=1)


class Intersection(NamedTuple):
    """Of each channel sum min(p, q) over the bins of both histograms: 1 for the same colours, 0 for none in common."""

    lightness: float
    a: float
    b: float


def lab(images):
    """CIELAB [..., 3] of sRGB images [..., 3], uint8 or floats in [-1, 1]: L in [0, 100]; greys have a = b = 0."""
    images = np.asarray(images)
    levels = images / 255.0 if images.dtype == np.uint8 else (images.astype(np.float64) + 1.0) / 2.0
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    ratio = linear @ XYZ.T / WHITE
    x, y, z = np.moveaxis(np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29), -1, 0)
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], axis=-1)


def histograms(images):
    """{channel: share of pixels in each of 64 bins}, the marginal distributions of lightness, a and b."""
    channels = np.moveaxis(lab(images), -1, 0)
    shares = {}
    for (name, bounds), channel in zip(RANGES.items(), channels, strict=True):
        counts, _ = np.histogram(np.clip(channel, *bounds), BINS, bounds)
        shares[name] = counts / counts.sum()
    return shares


def colour_intersection(fake, real):
    """The Intersection of the colours of two sets of images [n, h, w, 3], uint8 or floats in [-1, 1].

    Raises ValueError for images that have no three channels, or none."""
    for images in (fake, real):
        if np.ndim(images) != 4 or np.shape(images)[-1] != 3 or not np.size(images):
            raise ValueError(f"Colours are of images [n, h, w, 3], not {np.shape(images)}.")
    found, wanted = histograms(fake), histograms(real)
    return Intersection(*(float(np.minimum(found[name], wanted[name]).sum()) for name in RANGES))
