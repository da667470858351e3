"""Images on disk: from floats in [-1, 1] to bytes, grids of tiles, PNG files and animations."""

import io
import math
from pathlib import Path

import numpy as np
from PIL import Image

from keras_gan.files.atomic import atomic_file

ROUNDING_SLACK = 1e-3  # a resized or averaged image may leave [-1, 1] by rounding; anything further is another range
VISIBLE = 56  # pixels
ANIMATIONS = {".gif": "GIF", ".png": "PNG", ".webp": "WEBP"}


def to_uint8(images):
    """Bytes of images in [-1, 1]: `clip(floor((x + 1) * 127.5 + 0.5), 0, 255)` in float32, halves rounded up.

    The same float32 formula stands in the graph of the exported `png` signature, so a served PNG and one written
    here agree byte for byte. Any shape; uint8 passes through. Raises ValueError for NaN or infinite values, for
    values outside [-1, 1] and for other integer types.
    """
    images = np.asarray(images)
    if images.dtype == np.uint8:
        return images
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"Images must be floats in [-1, 1] or uint8, not {images.dtype}.")
    images = images.astype(np.float32)
    if not np.isfinite(images).all():
        raise ValueError("Images hold NaN or infinite values: the network that made them has diverged.")
    if images.size and np.abs(images).max() > 1 + ROUNDING_SLACK:
        raise ValueError(
            f"Images must lie in [-1, 1] but span [{images.min():g}, {images.max():g}]: rescale them, or pass uint8."
        )
    return np.clip(np.floor((images + 1) * 127.5 + 0.5), 0, 255).astype(np.uint8)


def grid(images, columns=None, padding=2, background=255, scale=1):
    """One picture of n images, row by row, `columns` a row (default: the ceiling of sqrt(n)).

    images: [n, h, w, c], floats in [-1, 1] or uint8. Returns uint8 [H, W, c]. Every pixel becomes scale x scale
    pixels; `padding` output pixels of the grey level `background` surround each image and fill an incomplete row.
    Raises ValueError for an empty or differently shaped array.
    """
    images = to_uint8(images)
    if images.ndim != 4 or not len(images):
        raise ValueError(f"A grid needs at least one image in an array [n, h, w, c], not the shape {images.shape}.")
    columns = math.ceil(math.sqrt(len(images))) if columns is None else columns
    if columns < 1 or scale < 1 or padding < 0:
        raise ValueError(f"columns={columns} and scale={scale} must be at least 1, padding={padding} at least 0.")
    images = images.repeat(scale, axis=1).repeat(scale, axis=2)
    rows = math.ceil(len(images) / columns)
    height, width = images.shape[1] + padding, images.shape[2] + padding
    picture = np.full((rows * height + padding, columns * width + padding, images.shape[3]), background, np.uint8)
    for index, image in enumerate(images):
        top, left = index // columns * height + padding, index % columns * width + padding
        picture[top : top + image.shape[0], left : left + image.shape[1]] = image
    return picture


def visible(height):
    """The whole factor by which small images of a grid are enlarged, to be seen: 2 for 28 pixels, 1 from 56 on."""
    return max(1, VISIBLE // height)


def tiles(picture, n, image_shape, padding=2, scale=1):
    """The first n images of a `grid` with this padding and scale: uint8 [n, *image_shape].

    Raises ValueError for a picture that holds fewer of them.
    """
    height, width = (side * scale + padding for side in image_shape[:2])
    rows, columns = (picture.shape[0] - padding) // height, (picture.shape[1] - padding) // width
    if rows * columns < n:
        raise ValueError(f"A picture of {picture.shape[0]} x {picture.shape[1]} holds {rows * columns} tiles, not {n}.")
    framed = picture[padding : padding + rows * height, padding : padding + columns * width]
    framed = framed.reshape(rows, height, columns, width, -1).swapaxes(1, 2).reshape(-1, height, width, image_shape[2])
    return framed[:n, : height - padding : scale, : width - padding : scale]


def write_png(path, image):
    """Writes one image, [h, w], [h, w, 1], [h, w, 3] or [h, w, 4], floats in [-1, 1] or uint8, as a PNG file.

    Raises ValueError for another shape, OSError with one sentence when `path` cannot be written.
    """
    image = _pillow(image)
    with atomic_file(path) as aside:
        image.save(aside, format="PNG")


def png_bytes(image):
    """The content of the file that write_png writes."""
    content = io.BytesIO()
    _pillow(image).save(content, format="PNG")
    return content.getvalue()


def write_animation(path, frames, frames_per_second):
    """Writes images of one size as an endless film: GIF, animated PNG or WebP, told by the suffix of `path`.

    frames: an iterable of what `write_png` takes. GIF counts time in hundredths of a second and has
    256 colours a frame; the other two are exact. Raises ValueError for another suffix, no frames or no speed.
    """
    kind = ANIMATIONS.get(Path(path).suffix.lower())
    if kind is None:
        raise ValueError(f"{path} must end in .gif, .png or .webp to be written as an animation.")
    if not frames_per_second > 0:
        raise ValueError(f"frames_per_second={frames_per_second} must be above 0.")
    frames = [_pillow(frame) for frame in frames]
    if not frames:
        raise ValueError(f"{path} needs at least one frame.")
    options = {"append_images": frames[1:], "duration": round(1000 / frames_per_second), "loop": 0}
    with atomic_file(path) as aside:
        frames[0].save(aside, format=kind, save_all=True, **options, **({"lossless": True} if kind == "WEBP" else {}))


def _pillow(image):
    image = to_uint8(image)
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    if not image.size or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (3, 4)):
        raise ValueError(f"A picture must have the shape [h, w], [h, w, 1], [h, w, 3] or [h, w, 4], not {image.shape}.")
    return Image.fromarray(image)
