"""Random jitter and flips, alike for both images of a pair (Isola et al. 2017, section 6.2)."""

import tensorflow as tf


def moved(images, seed, jitter, flip, exact=False, first=0, of=None):
    """float32 [n, h, w, c]: each row enlarged by `jitter` pixels and cropped back at a place of its own, and, where
    `flip`, mirrored with probability 1/2.

    The draws are a function of the seed, int64 [2], and the row alone: with the same seed other images of as many rows
    and the same size are moved alike. exact: enlarged by repeating pixels, so that the colours of label maps stay what
    they are. first, of: the images are rows of a batch of `of` rows, from `first` on, and are moved as they are there.
    """
    n, height, width, _ = images.shape
    draws = tf.random.stateless_uniform([of or n, 3], tf.cast(seed, tf.int32))
    draws = tf.slice(draws, [first, 0], [n, 3])
    if jitter:
        sides = (height + jitter, width + round(jitter * width / height))
        images = tf.image.resize(images, sides, "nearest" if exact else "bilinear")
        for axis, (side, last) in enumerate(zip((height, width), sides, strict=True)):
            start = tf.cast(draws[:, axis] * (last - side + 1), tf.int32)
            images = tf.gather(images, start[:, None] + tf.range(side), axis=axis + 1, batch_dims=1)
    if flip:
        images = tf.where(draws[:, 2, None, None, None] < 0.5, images[:, :, ::-1], images)
    return images
