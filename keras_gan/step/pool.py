"""A pool of earlier fakes, of which D is shown some again (Shrivastava et al. 2017, arXiv:1612.07828, section 2.3)."""

import tensorflow as tf

from keras_gan.step import replicas

STREAM = 2**20 + 2  # of a turn's noise, beside those of step/turn.py


class Pool:
    """The last fakes as weights of a game, so that files and checkpoints keep them.

    game: a keras.Model. size: how many; it is filled by whole batches. shape: of a fake. All replicas hold the same
    pool and put the fakes of all into it, so that two of them are shown what one would be.
    """

    def __init__(self, game, size, shape):
        options = {"trainable": False, "aggregation": "only_first_replica"}
        self.size = size
        self.fakes = game.add_weight((size, *shape), "zeros", name="pool", **options)
        self.count = game.add_weight((), "zeros", "int64", name="pool_count", **options)

    def exchange(self, fake, seed):
        """While the pool is not full, the fakes, which are put into it; then in half of the rows an earlier fake, whose
        place the new one takes. The draws follow from the seed, int32 [2], of the turn."""
        mine, fakes = tf.shape(fake)[0], tf.cast(fake, tf.float32)
        if replicas.count() > 1:
            fakes = tf.distribute.get_replica_context().all_gather(fakes, axis=0)
        n = tf.shape(fakes, tf.int64)[0]
        filling = self.count.value + n <= self.size
        seed = replicas.fold(seed, STREAM)
        order = tf.range(n)
        last = tf.maximum(self.count.value, n) - 1
        places = tf.random.experimental.index_shuffle(order, tf.cast(seed, tf.int64), last)
        places = tf.where(filling, self.count.value + order, places)
        swaps = tf.random.stateless_uniform([tf.size(order), 1, 1, 1], seed) < 0.5
        held = tf.gather(self.fakes.value, places % self.size)
        shown = tf.where(filling | ~swaps, fakes, held)
        kept = tf.where(filling | swaps, fakes, held)
        fits = n <= self.size  # a batch larger than the pool goes by
        updated = tf.tensor_scatter_nd_update(self.fakes.value, (places % self.size)[:, None], kept)
        self.fakes.assign(tf.where(fits, updated, self.fakes.value))
        self.count.assign_add(tf.where(filling, n, tf.zeros_like(n)))
        shown = tf.where(fits, shown, fakes)
        first = replicas.number() * mine
        return tf.cast(tf.ensure_shape(shown[first : first + mine], fake.shape), fake.dtype)
