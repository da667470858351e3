"""Euclidean distances between very many points: fast in float32, decided in float64 where float32 cannot tell.

|x - y|^2 = |x|^2 + |y|^2 - 2 x.y is one matrix product a block, but loses the digits of small distances. So it only
finds the pairs that may matter, with a bound on its error; those are taken again as sum (x - y)^2 in float64. What is
decided is thus what float64 decides, ties of equal distances included, at the speed of float32.
"""

import numpy as np

BLOCK = 1 << 22  # pairs in one block, 16 MB
PAIRS = 1 << 20  # numbers of one pass of exact distances, 8 MB
UNDERFLOW = 1e-30  # of the squared unit length: below, float32 products lose more than the relative bound says


class Distances:
    """Squared distances between x [n, d] and y [m, d], both float32 or both float64."""

    def __init__(self, x, y):
        self.x, self.y = x, y
        centre = y.mean(axis=0, dtype=np.float64).astype(y.dtype)  # far from 0, squares drown differences
        rows, columns = x - centre, y - centre
        # In float32, products of numbers beyond 1e19 overflow: the largest coordinate becomes 1.
        self.unit = float(max(rows.max(), -rows.min(), columns.max(), -columns.min())) or 1.0
        self.rows, self.columns = ((a / a.dtype.type(self.unit)).astype(np.float32) for a in (rows, columns))
        self.row_squares, self.column_squares = (
            np.einsum("ij,ij->i", a, a, dtype=np.float64).astype(np.float32) for a in (self.rows, self.columns)
        )
        # A float32 sum of d products is off by at most d roundings of the sum of their sizes; 24 more for the rest.
        self.slack = np.float32((x.shape[1] + 24) * 2.0**-24)

    def blocks(self):
        """Yields a slice of x's rows and their approximate squares to all of y, float32 [rows, m], in units of `unit`
        squared: off by at most slack (|x|^2 + |y|^2) + UNDERFLOW. The receiver may overwrite them."""
        height = max(1, BLOCK // len(self.y))
        for start in range(0, len(self.x), height):
            rows = slice(start, min(start + height, len(self.x)))
            block = (-2.0 * self.rows[rows]) @ self.columns.T
            block += self.row_squares[rows, None]
            block += self.column_squares
            yield rows, np.maximum(block, 0.0, out=block)

    def exact(self, i, j):
        """sum (x_i - y_j)^2 of the pairs (i, j), float64, in the points' own units: the same for (y_j, x_i)."""
        squares = np.empty(len(i))
        step = max(1, PAIRS // self.x.shape[1])
        for start in range(0, len(i), step):
            pairs = slice(start, start + step)
            apart = self.x[i[pairs]].astype(np.float64) - self.y[j[pairs]]
            squares[pairs] = np.einsum("ij,ij->i", apart, apart)
        return squares

    def neighbours(self, k):
        """Yields (i, j, squares), block by block: for every x_i at least its k nearest y_j and all that tie with the
        k-th, ordered by i, then by exact distance, then by j."""
        for rows, block in self.blocks():
            k = min(k, block.shape[1])
            kth = np.partition(block, k - 1, axis=1)[:, k - 1]
            i, j = _where(block <= (kth + 2.0 * self._error(rows, kth))[:, None])
            i += rows.start
            squares = self.exact(i, j)
            order = np.lexsort((j, squares, i))
            yield i[order], j[order], squares[order]

    def within(self, squares, closed=True):
        """Yields a slice of x's rows and bool [rows, m]: |x_i - y_j|^2 <= squares [n] of the row. With closed=False <,
        but a y equal to its x is always within."""
        for rows, block in self.blocks():
            limit = (squares[rows] / self.unit**2).astype(np.float32)
            error = self._error(rows, limit)
            inside = block < (limit - error)[:, None]
            i, j = _where(inside != (block <= (limit + error)[:, None]))
            exact, limit = self.exact(i + rows.start, j), squares[rows][i]
            inside[i, j] = exact <= limit if closed else (exact < limit) | (exact == 0.0)
            yield rows, inside

    def _error(self, rows, squares):
        """Bound on the error of those of a block's entries that are about `squares`: their |y| is at most |x| plus the
        distance, however long other y are, so that slack (|x|^2 + |y|^2) is at most slack (3 |x|^2 + 2 squares) and
        the little by which an entry is off."""
        return 4.0 * self.slack * (self.row_squares[rows] + squares) + UNDERFLOW


def _where(mask):
    """np.nonzero of two axes, in a tenth of its time where little is set."""
    return np.divmod(np.flatnonzero(mask), mask.shape[1])


def k_nearest(x, y, k):
    """Indices of each x's k nearest y, nearest first (of equally near ones the first), int64 [n, k], and the distances,
    float64 [n, k]. x: [n, d], y: [m, d], both float32 or both float64; k <= m."""
    indices, squares = np.empty((len(x), k), np.int64), np.empty((len(x), k))
    for i, j, candidates in Distances(x, y).neighbours(k):
        rows, first = np.unique(i, return_index=True)
        chosen = first[:, np.newaxis] + np.arange(k)
        indices[rows], squares[rows] = j[chosen], candidates[chosen]
    return indices, np.sqrt(squares)


def nearest(x, y):
    """Index of each x's nearest y (the first of equally near ones), int64 [n], and the distance, float64 [n]."""
    indices, distances = k_nearest(x, y, 1)
    return indices[:, 0], distances[:, 0]


class Distinct:
    """The distinct rows of x: a collapsed generator's equal samples are then one point, not millions of equal pairs.

    rows [u, d]; inverse [n], with rows[inverse] = x; counts [u], how often each occurs.
    """

    def __init__(self, x):
        seen = {}
        x = x + x.dtype.type(0)  # -0 becomes 0, which is equal to it but has other bytes
        self.inverse = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in x])
        _, first, self.counts = np.unique(self.inverse, return_index=True, return_counts=True)
        self.rows = x[first]
