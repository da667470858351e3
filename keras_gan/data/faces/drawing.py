"""A number -> a face, what it shows, its label map, its lines: drawn by the packages dicebear-core and resvg-py."""

import importlib.metadata
import io
from functools import lru_cache

import numpy as np
from PIL import Image

from keras_gan.data.faces import styles

PACKAGES = ("dicebear-core", "dicebear-styles", "resvg-py")


def versions():
    """What the pictures depend on, as a part of a file's name."""
    return "-".join(f"{name}-{importlib.metadata.version(name)}" for name in PACKAGES)


def face(style, seed, image_shape):
    """(uint8 [h, w, 1 or 3], the codes of its attributes) of one number, over white."""
    drawn = avatar(styles.definition, style, seed, styles.WHITE)
    return pixels(drawn, image_shape), styles.codes(style, drawn.to_json()["options"])


def label_map(style, seed, image_shape):
    """The same face as uint8 [h, w, 1], indices into styles.CLASSES; image_shape: (h, w, 1)."""
    drawn = avatar(styles.flat, style, seed, styles.grey("background"))
    levels = pixels(drawn, image_shape).astype(int)
    # Nearest: one hair style fades into the skin behind a soft mask.
    return ((levels + styles.LEVEL // 2) // styles.LEVEL).astype(np.uint8)


def line_drawing(style, seed, image_shape):
    """The same face as black lines on white, uint8 [h, w, 1 or 3]."""
    return pixels(avatar(styles.lined, style, seed, styles.WHITE), image_shape)


def avatar(definition, style, seed, background):
    import dicebear

    options = {"seed": str(seed), "backgroundColor": [background.removeprefix("#")]}
    return dicebear.Avatar(compiled(definition, style), options)


@lru_cache
def compiled(definition, style):
    import dicebear

    return dicebear.Style(definition(style))


def pixels(drawn, image_shape):
    """uint8 [h, w, c]: as high or as wide as the longer side, and cropped about its centre to the other."""
    import resvg_py

    height, width, channels = image_shape
    side = max(height, width)
    png = resvg_py.svg_to_bytes(svg_string=drawn.to_string(), width=side, height=side, skip_system_fonts=True)
    image = Image.open(io.BytesIO(bytes(png))).convert("RGB" if channels == 3 else "L")
    top, left = (side - height) // 2, (side - width) // 2
    return np.asarray(image.crop((left, top, left + width, top + height))).reshape(image_shape)
