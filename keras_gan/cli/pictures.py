"""What the command line shows: samples and strips as files, and a grid in the terminal."""

import numpy as np

from keras_gan.files.atomic import atomic_file
from keras_gan.files.images import grid, visible, write_animation, write_png


def write_samples(path, samples, columns=None):
    """Samples as a grid (.png; points as a plot) or as they are (.npy)."""
    if path.suffix == ".npy":
        with atomic_file(path) as aside:
            np.save(aside, samples)
    elif samples.ndim == 2:
        from keras_gan import plots  # matplotlib takes a second

        plots.save(plots.points(samples), path)
    else:
        write_png(path, grid(samples, columns, scale=visible(samples.shape[1])))


def write_strip(path, images):
    """Images side by side (.png), or one after another (.gif)."""
    if images.ndim != 4:
        raise ValueError("Only images can be drawn as a walk; this model makes points.")
    if path.suffix == ".gif":
        frames = [grid(image[None], scale=visible(images.shape[1])) for image in images]
        write_animation(path, frames + frames[-2:0:-1], frames_per_second=12)
    else:
        write_png(path, grid(images, columns=len(images), scale=visible(images.shape[1])))


def in_terminal(picture):
    """A grey picture, uint8 [h, w, c], as text: two pixels in each half-block character, in 24-bit colour."""
    from rich.text import Text

    pixels = np.broadcast_to(picture, (*picture.shape[:2], 3))
    text = Text()
    for upper, lower in zip(pixels[0::2], pixels[1::2], strict=False):
        for top, bottom in zip(upper, lower, strict=True):
            text.append("▀", f"rgb({top[0]},{top[1]},{top[2]}) on rgb({bottom[0]},{bottom[1]},{bottom[2]})")
        text.append("\n")
    return text
