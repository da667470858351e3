"""What D sees, transformed at random, real and fake alike, so that few data last longer: Zhao, Liu, Lin, Zhu and Han
2020, "Differentiable Augmentation for Data-Efficient GAN Training", arXiv:2006.10738, and its code data-efficient-gans.

A transformation takes images x [n, h, w, c] and its own uniform numbers u [n, k] in [0, 1), which are given to it, so
that a step can be repeated; G's gradient goes through it. Like the authors', none clips to [-1, 1], and what leaves the
picture is replaced by 0, the middle grey. Deviation: an image is moved by matrix products, whose derivatives of every
order are matrix products again, where the code gathers pixels.
"""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("keras_gan")
class DiffAugment:
    """Transforms images at random by a policy: some of "colour", "translation" and "cutout", in this order.

    The paper's policy for few data is all three (section 3.2).
    """

    def __init__(self, policy=("colour", "translation", "cutout")):
        self.policy = tuple(policy)
        if not self.policy or not set(self.policy) <= set(TRANSFORMATIONS):
            raise ValueError(f"policy must name some of {', '.join(TRANSFORMATIONS)}; got {policy!r}.")

    @property
    def numbers(self):
        """How many uniform numbers an image takes."""
        return sum(TRANSFORMATIONS[name][1] for name in self.policy)

    def __call__(self, x, u):
        """x [n, h, w, c] transformed by u [n, numbers]; the same shape."""
        counts = [TRANSFORMATIONS[name][1] for name in self.policy]
        for name, own in zip(self.policy, tf.split(u, counts, axis=1), strict=True):
            x = TRANSFORMATIONS[name][0](x, own)
        return x

    def get_config(self):
        return {"policy": list(self.policy)}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def colour(x, u):
    """Brightness + U[-1/2, 1/2), then saturation * U[0, 2) about each pixel's mean over channels, then contrast *
    U[1/2, 3/2) about each image's mean; u [n, 3]. Images of one channel have no saturation."""
    brightness, saturation, contrast = tf.split(u[:, :, None, None], 3, axis=1)
    x += brightness - 0.5
    if x.shape[3] > 1:
        grey = tf.reduce_mean(x, axis=3, keepdims=True)
        x = grey + 2.0 * saturation * (x - grey)
    level = tf.reduce_mean(x, axis=[1, 2, 3], keepdims=True)
    return level + (contrast + 0.5) * (x - level)


def translation(x, u):
    """Moved by up to an eighth of the size, up or down and left or right, whole pixels equally often; u [n, 2]."""
    height, width = x.shape[1:3]
    rows, columns = (moved(size, u[:, axis]) for axis, size in enumerate((height, width)))
    return tf.einsum("nrs,nstc,nqt->nrqc", rows, x, columns)


def moved(size, u):
    """Matrices [n, size, size] that take the pixel at r + t to r, t = -size/8 ... size/8; beyond the edge is 0."""
    most = size // 8
    t = whole(u, 2 * most + 1) - most
    return tf.one_hot(tf.range(size) + t[:, None], size)


def cutout(x, u):
    """Without a rectangle of half the height and half the width, whose centre lies anywhere in the image; u [n, 2]."""
    inside = [within(size, u[:, axis]) for axis, size in enumerate(x.shape[1:3])]
    return x * (1.0 - inside[0][:, :, None, None] * inside[1][:, None, :, None])


def within(size, u):
    """1 for the pixels of one axis that a cut covers, else 0, [n, size]."""
    cut = size // 2
    first = whole(u, size + 1 - cut % 2) - cut // 2
    place = tf.range(size) - first[:, None]
    return tf.cast((place >= 0) & (place < cut), tf.float32)


def whole(u, count):
    """0 ... count - 1, equally often, int32 [n, ...] of u in [0, 1)."""
    return tf.cast(tf.floor(u * count), tf.int32)


TRANSFORMATIONS = {"colour": (colour, 3), "translation": (translation, 2), "cutout": (cutout, 2)}
