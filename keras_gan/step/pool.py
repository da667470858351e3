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
        mine, fakes = tf.shape(fake)[0], replicas.gather(tf.cast(fake, tf.float32))
        n, count = tf.shape(fakes, tf.int64)[0], tf.convert_to_tensor(self.count.value)
        filling = count + n <= self.size
        seed = replicas.fold(seed, STREAM)
        order = tf.range(n)
        # Places that are taken, in random order; not index_shuffle, which runs neither on GPUs nor under XLA.
        draws = tf.random.stateless_uniform([self.size], replicas.fold(seed, 1))
        taken = tf.argsort(tf.where(tf.range(self.size, dtype=tf.int64) < count, draws, 2.0), stable=True)
        places = tf.where(filling, count + order, tf.cast(tf.gather(taken, order % self.size), tf.int64))
        swaps = tf.random.stateless_uniform([tf.size(order), 1, 1, 1], seed) < 0.5
        pool = tf.convert_to_tensor(self.fakes.value)
        held = tf.gather(pool, places % self.size)
        shown = tf.where(filling | ~swaps, fakes, held)
        kept = tf.where(filling | swaps, fakes, held)
        fits = filling | (n <= count)  # a batch larger than what the pool holds passes unchanged
        updated = tf.tensor_scatter_nd_update(pool, (places % self.size)[:, None], kept)
        self.fakes.assign(tf.where(fits, updated, pool))
        self.count.assign_add(tf.where(filling, n, tf.zeros_like(n)))
        shown = tf.where(fits, shown, fakes)
        first = replicas.number() * mine
        return tf.cast(tf.ensure_shape(shown[first : first + mine], fake.shape), fake.dtype)
