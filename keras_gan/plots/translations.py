"""Inputs, what a model makes of them, and the truth: one below the other."""

import numpy as np

from keras_gan.files.images import grid, to_uint8


def translation_grid(*rows, columns=8, scale=1):
    """One picture, uint8 [H, W, 3]: the i-th images of all `rows` below each other, `columns` side by side.

    rows: two or more sets of images [n, h, w, 1 or 3] of one size, floats in [-1, 1] or uint8, such as inputs, outputs
    and targets. Raises ValueError for sets of unlike numbers or sizes.
    """
    rows = [np.broadcast_to(images, (*images.shape[:3], 3)) for images in map(to_uint8, rows)]
    if len({images.shape for images in rows}) > 1:
        raise ValueError(f"Inputs and outputs must be of one number and size, not {[one.shape for one in rows]}.")
    count = len(rows[0])
    columns = min(columns, count)
    blank = np.full((-count % columns, *rows[0].shape[1:]), 255, np.uint8)
    blocks = np.stack([np.concatenate([images, blank]).reshape(-1, columns, *images.shape[1:]) for images in rows], 1)
    return grid(blocks.reshape(-1, *blocks.shape[3:]), columns, scale=scale)
