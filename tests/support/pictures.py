"""Small pictures that tests of data write and read."""

import numpy as np
from PIL import Image


def gradient(height, width, channels):
    """A smooth uint8 picture, different in every channel."""
    y, x = np.mgrid[:height, :width]
    planes = [255 * x / (width - 1), 255 * y / (height - 1), 255 * (1 - x / (width - 1))]
    return np.rint(np.stack(planes[:channels], axis=-1)).astype(np.uint8)


def picture(height=12, width=10, channels=3):
    values = gradient(height, width, channels)
    return Image.fromarray(values[..., 0] if channels == 1 else values)
