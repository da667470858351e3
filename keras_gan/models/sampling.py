"""Every image has a number: the image of a seed is a function of the seed (and the label), and of nothing else."""

import numpy as np
import tensorflow as tf

from keras_gan.models.feeding import check_labels

BATCH = 64  # always this many at once, the last one padded: the result cannot depend on n, and nothing is retraced


class Sampling:
    """The part of AdversarialModel that makes images."""

    @property
    def latent_dim(self):
        return self.generator.inputs[0].shape[-1]

    @property
    def sampler(self):
        """The generator that samples come from: the averaged one where there is one."""
        return self.generator if self.average_generator is None else self.average_generator

    def call(self, inputs, training=False):
        """z [n, latent_dim], or [z, label] for a conditional model -> images or points, by the averaged generator."""
        return bounded(self.sampler(inputs, training=training))

    def sample(self, n, seed=0, label=None, average=True, truncation=1.0):
        """The images of seeds seed, seed + 1, ..., seed + n - 1, float32 [n, h, w, c] in [-1, 1] (points: [n, d]).

        label: for conditional models one class for all, or n of them. average: the averaged generator's images, or the
        raw one's. truncation: z is multiplied by it; below 1 samples are more typical and less varied.
        Raises ValueError for n < 1, or labels that are missing, superfluous or out of range.
        """
        return self.sample_seeds(np.arange(seed, seed + self.check_count(n), dtype="int64"), label, average, truncation)

    def sample_seeds(self, seeds, label=None, average=True, truncation=1.0):
        """The images of the given seeds, in their order."""
        seeds = np.asarray(seeds, dtype="int64")
        return self.images_of(self.latents_of(seeds) * np.float32(truncation), label, average)

    def latents(self, n, seed=0):
        """The z of seeds seed, ..., seed + n - 1, float32 [n, latent_dim]."""
        return self.latents_of(np.arange(seed, seed + self.check_count(n), dtype="int64"))

    def latents_of(self, seeds):
        """The z of the given seeds."""

        def build():
            return tf.function(lambda chunk: self.latent.numbered(chunk, self.latent_dim), autograph=False)

        return in_batches(self.compiled_once("numbered", build), [np.asarray(seeds, "int64")])

    def images_of(self, z, label=None, average=True):
        """Images of given z, float32 [n, latent_dim], by either generator."""
        z = np.asarray(z, dtype="float32")
        if z.ndim != 2 or z.shape[1] != self.latent_dim or not len(z):
            raise ValueError(f"z must have shape [n, {self.latent_dim}] with n >= 1; got {z.shape}.")
        if not np.isfinite(z).all():
            raise ValueError("z contains NaN or infinite values.")
        generator = self.sampler if average else self.generator
        arrays = [z] if self.classes is None else [z, self.labels(label, len(z))]
        if self.classes is None and label is not None:
            raise ValueError("This model is unconditional: it takes no label.")

        def build():
            one = self.classes is None
            run = lambda *inputs: bounded(generator(inputs[0] if one else list(inputs), training=False))  # noqa: E731
            return tf.function(run, autograph=False, reduce_retracing=True)

        return in_batches(self.compiled_once("average" if average else "raw", build), arrays)

    def labels(self, label, n):
        """`label`, one for all or one each, as int32 [n]."""
        if label is not None and np.ndim(label) == 0:
            label = np.full(n, label)
        check_labels(label, n, self.classes)
        return np.asarray(label, dtype="int32").reshape(n)

    def check_count(self, n):
        if n < 1:
            raise ValueError(f"At least one image must be asked for; got n={n}.")
        return n

    def compiled_once(self, name, build):
        """A tf.function per purpose, kept, so that sampling traces once."""
        functions = self.__dict__.setdefault("sampling_functions", {})
        if name not in functions:
            functions[name] = build()
        return functions[name]

    def export(self, filepath, *args, **kwargs):
        """keras.Model.export of the sampler alone (keras_gan's export package adds the numbered signatures)."""
        return self.sampler.export(filepath, *args, **kwargs)


def bounded(images):
    """Images as float32 clipped to [-1, 1], which only unbounded (linear) outputs need; points as float32."""
    images = tf.cast(images, tf.float32)
    return tf.clip_by_value(images, -1.0, 1.0) if images.shape.rank == 4 else images


def in_batches(function, arrays):
    """function over rows in batches of BATCH; the padding's rows are dropped."""
    n = len(arrays[0])
    arrays = [np.concatenate([a, np.repeat(a[-1:], -n % BATCH, axis=0)]) for a in arrays]
    parts = [
        function(*(tf.constant(a[i : i + BATCH]) for a in arrays)).numpy() for i in range(0, len(arrays[0]), BATCH)
    ]
    return np.concatenate(parts)[:n]
