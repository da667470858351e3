"""Nearest training images: does the generator copy its data? (Goodfellow et al. 2014, figure 2.)"""

import numpy as np

from keras_gan.images import grid, to_uint8

YELLOW = (255, 208, 0)
PADDING = 3


def nearest_neighbours(images, training_images, batch=1000):
    """Index of and Euclidean distance to the nearest training image of each image, exactly.

    images: [n, ...], training_images: [m, ...] with the same trailing shape and range; anything sliceable will do,
    a memory map too. Computed in float64, batch x batch pairs at a time, so memory does not grow with n or m.
    Of equally near ones the first is taken. Returns int64 [n] and float64 [n]. Raises ValueError for unlike shapes.
    """
    if images.shape[1:] != training_images.shape[1:] or not len(images) or not len(training_images):
        raise ValueError(
            f"images {images.shape} and training images {training_images.shape} must be of one size, and some of each"
        )
    indices, distances = zip(
        *(_nearest(images[start : start + batch], training_images, batch) for start in range(0, len(images), batch)),
        strict=True,
    )
    return np.concatenate(indices), np.concatenate(distances)


def _nearest(images, training_images, batch):
    images = _rows(images)
    best = np.full(len(images), np.inf)
    nearest = np.zeros(len(images), np.int64)
    for start in range(0, len(training_images), batch):
        block = _rows(training_images[start : start + batch])
        squared = (block**2).sum(axis=1) - 2 * images @ block.T  # less |image|^2, which changes no order
        closest = squared.argmin(axis=1)
        value = squared[np.arange(len(images)), closest]
        nearer = value < best
        nearest[nearer], best[nearer] = start + closest[nearer], value[nearer]
    # Taken again from the difference: the expanded square loses the digits of a small distance.
    return nearest, np.linalg.norm(images - _rows(training_images[nearest]), axis=1)


def _rows(images):
    return np.asarray(images, np.float64).reshape(len(images), -1)


def neighbour_grid(images, training_images, columns=5, scale=1):
    """Rows of `columns` samples and, framed in yellow, the nearest training image of each row's last sample.

    As in Goodfellow et al. 2014, figure 2; nearest in Euclidean distance. images: [n, h, w, c] with n a multiple of
    `columns`, training_images: [m, h, w, c], c 1 or 3, floats in [-1, 1] or both uint8. Returns uint8 [H, W, 3].
    Raises ValueError for an incomplete row or images of unlike shape or type.
    """
    images, training_images = np.asarray(images), np.asarray(training_images)
    if columns < 1 or len(images) % columns:
        raise ValueError(f"{len(images)} images do not fill rows of columns={columns}")
    if (images.dtype == np.uint8) != (training_images.dtype == np.uint8):
        raise ValueError("images and training images must both be floats in [-1, 1] or both be uint8")
    indices, _ = nearest_neighbours(images[columns - 1 :: columns], training_images)
    rows = images.reshape(-1, columns, *images.shape[1:])
    rows = np.concatenate([rows, training_images[indices][:, np.newaxis]], axis=1)
    tiles = to_uint8(rows.reshape(-1, *images.shape[1:]))
    if tiles.shape[-1] == 1:
        tiles = tiles.repeat(3, axis=-1)
    picture = grid(tiles, columns=columns + 1, padding=PADDING, scale=scale)
    # The frame is the padding around the last column's tiles.
    left = columns * (images.shape[2] * scale + PADDING)
    height = images.shape[1] * scale + PADDING
    picture[:, left : left + PADDING] = YELLOW
    picture[:, -PADDING:] = YELLOW
    for row in range(len(rows) + 1):
        picture[row * height : row * height + PADDING, left:] = YELLOW
    return picture
