"""Sizes of convolutional networks: how often an image is halved, and where a generator starts that doubles them again.

Sides that two does not divide are rounded up: a discriminator's strided convolutions pad them, and a generator grows
from the ceiling and crops what is too much at the end. Any height and width from 4 up will do.
"""

from keras import layers

LEAST = 4  # pixels of a side


def halvings(image_shape, most=7, least=2):
    """-> (height and width after the halvings, number of halvings): until both are at most `most`, at least `least`
    times. Raises ValueError for what is no image [height, width, channels] with sides from 4 up."""
    check(image_shape)
    size, levels = tuple(image_shape[:2]), 0
    while max(size) > most or levels < least:
        size, levels = halved(size), levels + 1
    return size, levels


def halved(size, times=1):
    """Height and width, halved so often and rounded up."""
    return tuple(-(-side // 2**times) for side in size)


def cropped(x, image_shape):
    """The middle of x [n, h, w, c], h and w of `image_shape`; x itself where it has that size."""
    spare = [have - want for have, want in zip(x.shape[1:3], image_shape, strict=False)]
    if not any(spare):
        return x
    return layers.Cropping2D([(side // 2, side - side // 2) for side in spare], dtype=x.dtype, name="cropped")(x)


def check(image_shape):
    """Raises ValueError for what is no image [height, width, channels] with sides from 4 up."""
    if len(image_shape) != 3 or min(image_shape[:2]) < LEAST or image_shape[2] < 1:
        raise ValueError(
            f"Convolutional networks make images [height, width, channels] with sides of at least {LEAST} pixels, not "
            f"{tuple(image_shape)}; choose an image_shape such as (28, 28, 1), (32, 32, 3) or (100, 60, 3)."
        )
