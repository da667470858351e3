"""Every image has a number: the image of a seed is a function of the seed (and the label), and of nothing else."""

import numpy as np
import tensorflow as tf

from keras_gan.sampling.labels import check_labels

BATCH = 64  # at once


class Sampler:
    """Numbered samples of one generator.

    generator: a keras.Model, z [n, latent_dim], or [z, condition, ...], -> images or points. latent: the distribution
    of z (keras_gan.sampling.latents). classes: number of labels where the condition is a label, else None. padded: the
    last batch is padded to 64 rows, so that not a bit of a row depends on how many there are; without it one image is
    made in the time of one, and equals itself among others to 1e-5.
    """

    def __init__(self, generator, latent, classes=None, padded=True):
        self.generator = generator
        self.latent = latent
        self.classes = classes
        self.padded = padded
        self.latent_dim = generator.inputs[0].shape[-1]
        self.numbered = None  # traced when they are first used
        self.generated = None

    @property
    def rows(self):
        """Rows of a batch, None where they vary."""
        return BATCH if self.padded else None

    def latents(self, seeds):
        """The z of the given seeds, float32 [n, latent_dim]."""
        seeds = np.asarray(seeds, "int64")
        if self.numbered is None:
            draw = tf.function(lambda chunk: self.latent.numbered(chunk, self.latent_dim), autograph=False)
            self.numbered = draw.get_concrete_function(tf.TensorSpec([self.rows], tf.int64))
        return in_batches(self.numbered, [seeds], self.padded)

    def images(self, z, label=None):
        """Images of given z, float32 [n, latent_dim]; label: one for all, or n of them, or another condition, in the
        order of the generator's inputs."""
        z = np.asarray(z, dtype="float32")
        if z.ndim != 2 or z.shape[1] != self.latent_dim or not len(z):
            raise ValueError(f"z must have shape [n, {self.latent_dim}] with n >= 1; got {z.shape}.")
        if not np.isfinite(z).all():
            raise ValueError("z contains NaN or infinite values.")
        arrays = [z, *self.condition(label, len(z))]
        if self.generated is None:

            def run(*inputs):
                return bounded(self.generator(list(inputs) if len(inputs) > 1 else inputs[0], training=False))

            specs = [tf.TensorSpec([self.rows, *array.shape[1:]], array.dtype) for array in arrays]
            self.generated = tf.function(run, autograph=False).get_concrete_function(*specs)
        return in_batches(self.generated, arrays, self.padded)

    def condition(self, label, n):
        """What the generator takes beside z, as arrays of n rows."""
        wanted = self.generator.inputs[1:]
        if not wanted:
            if label is not None:
                raise ValueError("This model is unconditional: it takes no label.")
            return []
        if self.classes is not None:
            return [self.labels(label, n)]
        given = [] if label is None else [label[one.name] for one in wanted] if isinstance(label, dict) else label
        given = [given] if len(wanted) == 1 and not isinstance(given, (list, tuple)) else list(given)
        shapes = [tuple(one.shape[1:]) for one in wanted]
        if [np.shape(one) for one in given] != [(n, *shape) for shape in shapes]:
            raise ValueError(f"This model needs a condition of the shapes {shapes} for each of its {n} images.")
        return [np.asarray(one, spec.dtype) for one, spec in zip(given, wanted, strict=True)]

    def labels(self, label, n):
        """`label`, one for all or one each, as int32 [n]."""
        if label is not None and np.ndim(label) == 0:
            label = np.full(n, label)
        check_labels(label, n, self.classes)
        return np.asarray(label, dtype="int32").reshape(n)


def bounded(images):
    """Images as float32 clipped to [-1, 1], which only unbounded (linear) outputs need; points as float32."""
    images = tf.cast(images, tf.float32)
    return tf.clip_by_value(images, -1.0, 1.0) if images.shape.rank == 4 else images


def in_batches(function, arrays, padded=True):
    """function over rows, 64 at once. padded: the last batch, too, has 64 rows, of which the last are dropped."""
    n = len(arrays[0])
    if padded:
        arrays = [np.concatenate([a, np.repeat(a[-1:], -n % BATCH, axis=0)]) for a in arrays]
    parts = [
        function(*(tf.constant(a[i : i + BATCH]) for a in arrays)).numpy() for i in range(0, len(arrays[0]), BATCH)
    ]
    return np.concatenate(parts)[:n]
