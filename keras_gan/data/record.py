"""What a data set is, wherever it comes from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from keras_gan.data.attributes import Attributes
from keras_gan.data.rows import Rows, subset

USERS_OWN = "not stated: the data is the user's own"


@dataclass(frozen=True, eq=False)
class Source:
    """A data set, in memory, or read row by row where it is large (rows.IN_MEMORY, 512 MB).

    values, an array or Rows: uint8 [n, h, w, c] (images), float32 [n, h, w, c] in [-1, 1] (the user's float images)
    or float32 [n, d] (points); labels: int32 [n] in [0, classes), or None with classes None; class_names: one for each
    class where the data have names, such as those of class folders, {attribute: names} where a label is a combination,
    else None. attributes: what each row shows, where that is known. inputs: of pairs, the image [n, h, w, c] that each
    row is to be made from, of the same kinds as values; palette: {name: "#rrggbb"} of inputs that are label maps.
    paired: False where inputs are another set, of another length, whose rows belong to none of the values;
    input_attributes: what each of these shows.
    """

    name: str
    values: np.ndarray | Rows
    labels: np.ndarray | None
    classes: int | None
    licence: str
    origin: str
    class_names: tuple[str, ...] | dict[str, tuple[str, ...]] | None = None
    attributes: Attributes | None = None
    inputs: np.ndarray | Rows | None = None
    palette: dict[str, str] | None = None
    paired: bool = True
    input_attributes: Attributes | None = None

    def labelled(self, attribute: str | Sequence[str]) -> "Source":
        """The same with one attribute as its labels; or with several: a label then is the number of their combination
        (numpy.ravel_multi_index, the last one the fastest), and class_names {attribute: names}. Raises ValueError for
        an attribute that the data do not have."""
        if self.attributes is None:
            raise ValueError(f"{self.name} has no attributes, so {attribute!r} cannot be its label.")
        chosen = (attribute,) if isinstance(attribute, str) else tuple(attribute)
        columns = [self.attributes.column(name) for name in chosen]
        names = {name: self.attributes.values[name] for name in chosen}
        sizes = [len(values) for values in names.values()]
        labels = np.ravel_multi_index(columns, sizes).astype(np.int32)
        alone = isinstance(attribute, str)
        return replace(self, labels=labels, classes=math.prod(sizes), class_names=names[attribute] if alone else names)


def only(source, classes, name):
    """The rows of a source that have one of these labels."""
    if source.labels is None:
        raise ValueError(f"{source.name} has no labels, so {name!r} cannot be taken out of it.")
    if max(classes) >= source.classes:
        raise ValueError(f"{name!r} asks for class {max(classes)}, but {source.name} has 0 to {source.classes - 1}.")
    rows = np.isin(source.labels, classes)
    if not rows.any():
        raise ValueError(f"This split of {source.name} holds no image of {name!r}.")
    return replace(
        source,
        name=name,
        values=subset(source.values, rows),
        labels=source.labels[rows],
        attributes=None if source.attributes is None else source.attributes[rows],
        inputs=None if source.inputs is None else subset(source.inputs, rows),
    )
