"""Nearest training images: does the generator copy its data? (Goodfellow et al. 2014, figure 2.)"""

import numpy as np

from keras_gan.files.images import grid, to_uint8
from keras_gan.metrics import distances

YELLOW = (255, 208, 0)
PADDING = 3
AT_ONCE = 16_384  # training images that are held at a time where they are not in memory


def nearest_neighbours(images, training_images):
    """Index of and Euclidean distance to the nearest training image of each image, exactly.

    As `k_nearest` with k = 1, without its last axis: int64 [n] and float64 [n].
    """
    indices, distances = k_nearest(images, training_images, 1)
    return indices[:, 0], distances[:, 0]


def k_nearest(images, training_images, k):
    """Indices of and Euclidean distances to the k nearest training images of each image, nearest first, exactly
    (metrics.distances).

    images: [n, ...], training_images: [m, ...] with the same trailing shape and range. Of equally near ones the first
    is taken. Returns int64 [n, k] and float64 [n, k]. Raises ValueError for unlike shapes or fewer than k training
    images.
    """
    if images.shape[1:] != training_images.shape[1:] or not len(images) or not len(training_images):
        raise ValueError(
            f"Images {images.shape} and training images {training_images.shape} must be of one size, and some of each."
        )
    if not 1 <= k <= len(training_images):
        raise ValueError(f"k={k} must be 1 to {len(training_images)}, the number of training images.")
    kind = np.result_type(images, training_images, np.float32)
    return distances.k_nearest(*(np.asarray(x, kind).reshape(len(x), -1) for x in (images, training_images)), k)


def neighbour_grid(images, training_images, columns=5, scale=1, features=None):
    """Rows of `columns` samples and, framed in yellow, the nearest training image of each row's last sample.

    As in Goodfellow et al. 2014, figure 2; nearest in Euclidean distance between the images, or what `features(images)`
    gives of them, [n, d]. images: [n, h, w, c] with n a multiple of `columns`, training_images: [m, h, w, c], c 1 or 3,
    floats in [-1, 1] or both uint8; an array, or Rows as data.images_of gives. Returns uint8 [H, W, 3]. Raises
    ValueError for an incomplete row or images of unlike shape or type.
    """
    images = np.asarray(images)
    if not hasattr(training_images, "blocks"):  # not keras_gan.data's Rows
        training_images = np.asarray(training_images)
    if columns < 1 or len(images) % columns:
        raise ValueError(f"{len(images)} images do not fill rows of columns={columns}.")
    _check_types(images, training_images)
    indices = nearest_of_all(images[columns - 1 :: columns], training_images, features or (lambda images: images))
    rows = images.reshape(-1, columns, *images.shape[1:])
    rows = np.concatenate([rows, training_images[indices][:, np.newaxis]], axis=1)
    return _framed(rows, columns, scale)


def nearest_of_all(images, training_images, features):
    """Index of the nearest training image of each image, int64 [n]; part by part where they are not in memory, which
    finds the same, since distances are exact."""
    step = len(training_images) if isinstance(training_images, np.ndarray) else AT_ONCE
    of_images, nearest, least = features(images), np.zeros(len(images), np.int64), np.full(len(images), np.inf)
    for start in range(0, max(1, len(training_images)), max(1, step)):
        indices, distances = nearest_neighbours(of_images, features(training_images[start : start + step]))
        nearer = distances < least
        nearest[nearer], least[nearer] = indices[nearer] + start, distances[nearer]
    return nearest


def _check_types(images, training_images):
    if (images.dtype == np.uint8) != (training_images.dtype == np.uint8):
        raise ValueError("Images and training images must both be floats in [-1, 1] or both be uint8.")


def _framed(rows, first, scale):
    """The picture of rows of images [rows, columns, h, w, c], those from column `first` on in yellow frames."""
    count, columns, height, width, _ = rows.shape
    tiles = to_uint8(rows.reshape(-1, *rows.shape[2:]))
    if tiles.shape[-1] == 1:
        tiles = tiles.repeat(3, axis=-1)
    picture = grid(tiles, columns=columns, padding=PADDING, scale=scale)
    # The frames are the padding around the tiles.
    height, width = height * scale + PADDING, width * scale + PADDING
    left = first * width
    for column in range(first, columns + 1):
        picture[:, column * width : column * width + PADDING] = YELLOW
    for row in range(count + 1):
        picture[row * height : row * height + PADDING, left:] = YELLOW
    return picture


def k_nearest_grid(images, training_images, k=7, scale=1):
    """A row for each sample: the sample, and framed in yellow its k nearest training images, nearest first.

    images: [n, h, w, c], training_images: [m, h, w, c], c 1 or 3, floats in [-1, 1] or both uint8; nearest in Euclidean
    distance. Returns uint8 [H, W, 3]. Raises ValueError for images of unlike shape or type.
    """
    images, training_images = np.asarray(images), np.asarray(training_images)
    _check_types(images, training_images)
    indices, _ = k_nearest(images, training_images, k)
    neighbours = training_images[indices.ravel()].reshape(*indices.shape, *images.shape[1:])
    rows = np.concatenate([images[:, np.newaxis], neighbours], axis=1)
    return _framed(rows, 1, scale)
