"""What each picture shows, where that is known: a table of class indices with names."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Attributes:
    """codes: int32 [n, k], row i says what picture i shows. values: {attribute: the names of its values}, k of them in
    the order of the columns; codes[i, j] is an index into the j-th."""

    codes: np.ndarray
    values: dict[str, tuple[str, ...]]

    def __getitem__(self, rows) -> "Attributes":
        """Those of some rows."""
        return Attributes(self.codes[rows], self.values)

    def column(self, name: str) -> np.ndarray:
        """int32 [n] of one attribute. Raises ValueError, with the names that there are, for another."""
        if name not in self.values:
            raise ValueError(f"There is no attribute {name!r}; there are {', '.join(self.values)}.")
        return self.codes[:, list(self.values).index(name)]

    def names(self, row: int) -> dict[str, str]:
        """What one picture shows, in words."""
        return {name: names[code] for (name, names), code in zip(self.values.items(), self.codes[row], strict=True)}
