"""What a model that makes images from images is given: checked, and in the range of its networks. NumPy only."""

import numpy as np


def checked(images, shape, palette=None):
    """float32 [n, *shape] in [-1, 1] of images [n, *shape], uint8 or floats in [-1, 1].

    Raises ValueError with one sentence for other shapes and types, for values out of range, and for colours that are
    not in the palette {name: "#rrggbb"} of label maps.
    """
    images, shape = np.asarray(images), tuple(shape)
    if images.ndim != 4 or images.shape[1:] != shape or not len(images):
        raise ValueError(f"This model translates images [n, {', '.join(map(str, shape))}]; got {list(images.shape)}.")
    if images.dtype == np.uint8:
        levels = images
        images = images.astype(np.float32) / 127.5 - 1.0
    elif images.dtype.kind != "f" or not np.isfinite(images).all() or np.abs(images).max() > 1.0:
        raise ValueError(f"Images are uint8, or finite floats in [-1, 1], not {images.dtype} beyond that.")
    else:
        images = images.astype(np.float32)
        levels = np.round((images + 1.0) * 127.5).astype(np.uint8)
    if palette is not None:
        check_colours(levels, palette)
    return images


def check_colours(levels, palette, names=None):
    """Raises ValueError where uint8 images [n, h, w, 3] have a colour that is not in the palette. names: what the
    sentence calls them, instead of Image 0, 1, ..."""
    number = levels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    unknown = ~np.isin(number, [int(colour.removeprefix("#"), 16) for colour in palette.values()])
    if unknown.any():
        image, row, column = np.argwhere(unknown)[0]
        known = ", ".join(f"{name} {colour}" for name, colour in palette.items())
        name = names[image] if names else f"Image {image}"
        raise ValueError(
            f"{name} has the colour #{number[image, row, column]:06x} at row {row}, column {column}, "
            f"which is no label; there are {known}."
        )


def blank(shape, palette=None):
    """An input uint8 [1, *shape] of one colour: the palette's first, or white."""
    colour = bytes.fromhex(next(iter(palette.values())).removeprefix("#")) if palette else b"\xff" * shape[-1]
    return np.broadcast_to(np.frombuffer(colour, np.uint8)[: shape[-1]], (1, *shape)).copy()
