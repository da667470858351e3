"""Figures that only data with known attributes allow: how often samples show what, against how often the data do."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.special import rel_entr


class AttributeDivergence(NamedTuple):
    """columns: the attribute, or the two of a pair. kl: KL(samples || data), nats. missing: the codes (of a
    pair, [2] each) that the data show and no sample does."""

    columns: tuple[int, ...]
    kl: float
    missing: np.ndarray


def attribute_divergences(samples, data, sizes, order=1):
    """KL(samples || data) = sum_v p(v) log(p(v) / q(v)) of each attribute, or of each pair of attributes.

    samples, data: codes [n, k] and [m, k], whole numbers; column j lies in 0 to sizes[j] - 1. p and q are their shares.
    order: 1, or 2 for pairs. What the data never show counts as half a row, so that a combination that cannot occur
    costs much, and not infinitely. n exact samples have about (values - 1) (1 / n + 1 / m) / 2 nats, not 0.

    -> an AttributeDivergence for each attribute or pair, in order. Raises ValueError for codes of unlike or wrong
    shapes, none, or out of range.
    """
    samples, data = checked(samples, data, sizes)
    found = []
    for columns in combinations(range(len(sizes)), order):
        shape = [sizes[column] for column in columns]
        fake, real = (
            np.bincount(np.ravel_multi_index(codes[:, columns].T, shape), minlength=np.prod(shape))
            for codes in (samples, data)
        )
        q = np.maximum(real, 0.5) / np.maximum(real, 0.5).sum()
        missing = np.stack(np.unravel_index(np.flatnonzero((real > 0) & (fake == 0)), shape), axis=1)
        kl = float(rel_entr(fake / fake.sum(), q).sum())
        found.append(AttributeDivergence(columns, kl, missing[:, 0] if order == 1 else missing))
    return found


def novelty(samples, training):
    """The share of samples whose combination of attributes no row of `training` has; codes [n, k] and [m, k].

    Held-out rows have a share of their own, beside which that of samples is read: one that is lower remembers, one that
    is higher makes combinations that do not occur. Raises ValueError for codes of unlike or wrong shapes, or none.
    """
    samples, training = checked(samples, training)
    known = {row.tobytes() for row in training}
    return float(np.mean([row.tobytes() not in known for row in samples]))


def checked(samples, data, sizes=None):
    """Both as int64 [n, k]."""
    samples, data = np.asarray(samples), np.asarray(data)
    for codes in (samples, data):
        if codes.ndim != 2 or not codes.size or codes.dtype.kind not in "iu":
            raise ValueError(f"Codes are whole numbers [n, attributes], not {codes.dtype} {list(codes.shape)}.")
        if sizes is not None and (codes.shape[1] != len(sizes) or (codes < 0).any() or (codes >= sizes).any()):
            raise ValueError(f"Codes lie in 0 to size - 1 for the {len(sizes)} sizes {list(sizes)}.")
    if samples.shape[1] != data.shape[1]:
        raise ValueError(f"Samples have {samples.shape[1]} attributes, the data {data.shape[1]}.")
    return samples.astype(np.int64), data.astype(np.int64)
