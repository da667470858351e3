"""The numbers of images: 64-bit integers, one for each."""

import numpy as np

LAST = 2**63 - 1


def seeds_from(seed, n):
    """seed, seed + 1, ..., seed + n - 1 as int64 [n]. Raises ValueError for n < 1 and for what 64 bits cannot hold."""
    if n < 1:
        raise ValueError(f"At least one image must be asked for; got n={n}.")
    if not -LAST - 1 <= seed <= seed + n - 1 <= LAST:
        raise ValueError(f"Seeds go from -2**63 to 2**63 - 1; {n} from {seed} on would not.")
    return np.int64(seed) + np.arange(n, dtype="int64")
