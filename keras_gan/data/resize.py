"""Any image as uint8 [h, w, c]: upright, over white, short side fitted, centre cropped, antialiased (Lanczos)."""

import io
import os
import struct
from multiprocessing.pool import ThreadPool

import numpy as np
from PIL import Image, ImageOps

# Image modes whose pixels are one grey value; every other mode has colours, if only in its palette.
_GREY = ("1", "L", "LA", "La", "I", "I;16", "I;16L", "I;16B", "I;16N")
# What Pillow's readers raise on broken files, and its guard against decompression bombs.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, what Pillow's mode "L" is


def open_image(path, content=None):
    """The file's image in Pillow's mode "L" or "RGB", upright (EXIF orientation), over white where it is transparent.

    16-bit grey is divided by 257; of an animation the first frame counts. A file that cannot be read as an image raises
    ValueError naming it. content: its bytes, where they have been read.
    """
    try:
        with Image.open(path if content is None else io.BytesIO(content)) as image:
            image.load()
            ImageOps.exif_transpose(image, in_place=True)  # a copy would take a tenth of a small image's time
            return plain(image)
    except BROKEN as error:
        raise unreadable(path, str(error).rstrip(".")) from error


def size_of(path):
    """(width, height) of the file's upright image, from its header, or from the image where that may lie on its side.
    Raises ValueError as open_image does."""
    try:
        with Image.open(path) as image:
            if "exif" not in image.info and image.format != "TIFF":
                return image.size
    except BROKEN as error:
        raise unreadable(path, str(error).rstrip(".")) from error
    return open_image(path).size


def unreadable(path, reason):
    """The ValueError for an image file."""
    return ValueError(f"Cannot read the image {os.fspath(path)!r} ({reason}); repair it or take it away.")


def plain(image):
    """`image` in mode "L" or "RGB". Raises ValueError for float images and for integers beyond 16 bits."""
    grey = image.mode in _GREY
    if image.mode.startswith("I"):
        values = np.asarray(image).astype(np.int64)
        if values.min() < 0 or values.max() > 65535:
            raise ValueError(
                f"The image's values reach from {values.min()} to {values.max()}, 8 or 16 bits are understood."
            )
        image = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    elif image.mode == "F":
        raise ValueError("Float images have no agreed range: 8 or 16 bits are understood.")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    mode = "L" if grey else "RGB"
    return image if image.mode == mode else image.convert(mode)


def fit(image, image_shape, exact=False):
    """`image` (mode "L" or "RGB") as uint8 image_shape = (h, w, c); grey is repeated, colours become grey by BT.601.
    exact: by the nearest pixels, so that the colours of a label map stay what they are."""
    height, width, channels = image_shape
    filter_ = Image.Resampling.NEAREST if exact else Image.Resampling.LANCZOS
    image = ImageOps.fit(image.convert("L" if channels == 1 else "RGB"), (width, height), filter_)
    return np.asarray(image).reshape(image_shape)


def resize(images, image_shape):
    """Images [n, h, w, c], uint8 or float32 in [-1, 1], as [n, *image_shape] of the same type; unchanged if equal."""
    if images.shape[1:] == tuple(image_shape):
        return images
    resized = np.empty((len(images), *image_shape), images.dtype)
    one = _fit_float if images.dtype == np.float32 else fit_array

    def place(index):
        resized[index] = one(images[index], image_shape)

    in_threads(place, len(images))
    return resized


def fit_array(image, image_shape):
    """As `fit`, for an array uint8 [h, w, 1, 3 or 4]."""
    return fit(plain(Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)), image_shape)


def in_threads(function, n):
    """Calls function(0) ... function(n - 1) on all processors, which Pillow allows; raises the first error."""
    if n == 1:
        return function(0)
    with ThreadPool(os.cpu_count()) as pool:
        for _ in pool.imap(function, range(n), chunksize=16):
            pass


def _fit_float(image, image_shape):
    height, width, channels = image_shape
    if channels == 1 and image.shape[-1] == 3:
        image = (image @ _LUMA)[..., None]
    planes = [
        ImageOps.fit(Image.fromarray(image[..., channel]), (width, height), Image.Resampling.LANCZOS)
        for channel in range(image.shape[-1])
    ]
    # Lanczos overshoots at edges; Pillow cuts that off for uint8 by itself.
    return np.clip(np.broadcast_to(np.stack(planes, axis=-1), image_shape), -1, 1)
