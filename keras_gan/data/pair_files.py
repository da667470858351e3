"""Files that hold pairs: images A|B side by side, or two folders with equal names."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from keras_gan.data import folders, resize
from keras_gan.data.image_index import indexed
from keras_gan.data.rows import Rows, too_large
from keras_gan.sampling import palettes


@dataclass(frozen=True)
class PairFiles:
    """Pairs of images A and B. names: what sentences call the two of each; pair(row): the two; check(row): raises
    ValueError for images that are no pair, by what their headers say; listed: the folders, and the files in them."""

    names: Sequence[tuple[str, str]]
    pair: Callable[[int], Sequence[Image.Image]]
    check: Callable[[int], None]
    listed: Sequence[tuple[Path, Sequence[str]]]

    def gathered(self, image_shape, direction, palette):
        """(inputs, targets), uint8 [n, *image_shape], by default of the first pair's shape; Rows where they take too
        much memory. palette: of inputs that are label maps, or None."""
        step = 1 if direction == "AtoB" else -1
        image_shape = image_shape or shape_of(self.pair(0))
        if palette:
            image_shape = (*image_shape[:2], palettes.CHANNELS)  # which grey targets are given, too

        def both(row):
            """The input and the target, fitted."""
            given, target = self.pair(row)[::step]
            if palette:
                whole = np.asarray(given.convert("RGB"))
                palettes.check_colours(whole[None], palette, self.names[row][::step])
            return resize.fit(given, image_shape, exact=bool(palette)), resize.fit(target, image_shape)

        if too_large((2 * len(self.names), *image_shape), np.uint8):
            return self.in_rows(both, image_shape, f"{direction} {palette}")
        found = tuple(np.empty((len(self.names), *image_shape), np.uint8) for _ in range(2))

        def place(row):
            found[0][row], found[1][row] = both(row)

        resize.in_threads(place, len(self.names))
        return found

    def in_rows(self, both, image_shape, settings):
        """As Rows, of files that have been looked through for damaged ones and for what is no pair."""
        found = [indexed(top, files) for top, files in self.listed]
        for (top, files), index in zip(self.listed, found, strict=True):
            folders.refuse_damaged(top, files, index)
        resize.in_threads(self.check, len(self.names))
        files = b"".join(index.digests.tobytes() for index in found) + settings.encode()
        shape = (len(self.names), *image_shape)

        def half(which):
            def some(numbers):
                return np.stack([both(row)[which] for row in numbers])

            rows = Rows(shape, np.uint8, some, lambda: folders.digest(files, rows))
            return rows

        return half(0), half(1)


def of_folder(root, split):
    """The PairFiles of a folder of images that hold a pair A|B side by side, as the published sets of pix2pix do."""
    top, files = folders.listed(root, split)

    def check(row, size=None):
        width, _ = size or resize.size_of(top / files[row])
        if width % 2:
            raise ValueError(f"{os.fspath(top / files[row])!r} is {width} pixels wide: A|B side by side are even.")

    def halves(row):
        image = resize.open_image(top / files[row])
        check(row, image.size)
        half = image.width // 2
        return image.crop((0, 0, half, image.height)), image.crop((half, 0, image.width, image.height))

    paths = [repr(os.fspath(top / file)) for file in files]
    names = [(f"The left half of {path}", f"The right half of {path}") for path in paths]
    return PairFiles(names, halves, check, [(top, files)])


def of_folders(roots, split):
    """The PairFiles of two folders that hold files of equal names, whatever their suffixes. Raises ValueError for files
    without a partner."""
    listed = [folders.listed(root, split) for root in roots]
    named = [{Path(file).with_suffix(""): top / file for file in files} for top, files in listed]
    for root, (_, files), one in zip(roots, listed, named, strict=True):
        if len(one) < len(files):
            raise ValueError(
                f"{os.fspath(root)!r} holds files that differ in their suffix alone: their names are not one."
            )
    if missing := sorted(named[0].keys() ^ named[1].keys()):
        alone = missing[0]
        has, lacks = roots if alone in named[0] else reversed(roots)
        raise ValueError(
            f"{os.fspath(alone)!r} is in {os.fspath(has)!r} and has no partner in {os.fspath(lacks)!r}"
            + (f", nor have {len(missing) - 1} others." if len(missing) > 1 else ".")
        )
    keys = sorted(named[0])

    def check(row, sizes=None):
        first, second = sizes or [resize.size_of(one[keys[row]]) for one in named]
        if first != second:
            raise ValueError(f"The two images {os.fspath(keys[row])!r} differ in size: {first} and {second}.")

    def pair(row):
        images = [resize.open_image(one[keys[row]]) for one in named]
        check(row, [image.size for image in images])
        return images

    names = [tuple(repr(os.fspath(one[key])) for one in named) for key in keys]
    return PairFiles(names, pair, check, listed)


def shape_of(pair):
    """Of the first pair: grey where both are."""
    return pair[0].height, pair[0].width, max(len(image.getbands()) for image in pair)
