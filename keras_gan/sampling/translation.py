"""What a model that makes images from images is given: checked, and in the range of its networks. NumPy only."""

import numpy as np

from keras_gan.sampling import palettes


def checked(images, shape, palette=None):
    """float32 [n, *shape] in [-1, 1] of images [n, *shape], uint8 or floats in [-1, 1].

    Raises ValueError with one sentence for other shapes and types, for values out of range, and for colours that are
    not in the palette {name: "#rrggbb"} of label maps.
    """
    images, shape = np.asarray(images), tuple(shape)
    if images.ndim != 4 or images.shape[1:] != shape or not len(images):
        raise ValueError(
            f"This model translates images [n, {', '.join(map(str, shape))}], at least one; got {list(images.shape)}."
        )
    check_values(images, "The images")
    if palette is not None:
        palettes.check_colours(levels(images), palette)
    return images.astype(np.float32) / 127.5 - 1.0 if images.dtype == np.uint8 else images.astype(np.float32)


def check_values(x, what):
    """Raises ValueError unless x is uint8, or floats that are finite and, where they are images, in [-1, 1]."""
    if x.dtype == np.uint8 and x.ndim > 2:
        return
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"{what} must be floats in [-1, 1] or uint8 images; got {x.dtype}: convert them.")
    if not np.isfinite(x).all():
        raise ValueError(f"{what} contain NaN or infinite values.")
    if x.ndim <= 2:
        return
    if x.min() < -1.0 or x.max() > 1.0:
        raise ValueError(f"{what} reach from {x.min():g} to {x.max():g}; images must lie in [-1, 1] (x / 127.5 - 1).")


def levels(images):
    """uint8 images 0 ... 255 of such images, or of floats in [-1, 1]."""
    return images if images.dtype == np.uint8 else np.round((images + 1.0) * 127.5).astype(np.uint8)


def blank(shape, palette=None):
    """An input uint8 [1, *shape] of one colour: the palette's first, or white."""
    colour = bytes.fromhex(next(iter(palette.values())).removeprefix("#")) if palette else b"\xff" * shape[-1]
    return np.broadcast_to(np.frombuffer(colour, np.uint8)[: shape[-1]], (1, *shape)).copy()
