"""Random numbers that belong to a number: Threefry-2x32 with 20 rounds, for whole vectors of keys at once.

Salmon et al. 2011, "Parallel Random Numbers: As Easy as 1, 2, 3" (section 4.2; the generator of JAX's PRNG). The bits
of (key, counter) depend on nothing else. TensorFlow's own stateless generators take one seed for a whole tensor, so
an image per seed would need a loop over the batch, and their Philox cannot be
rewritten in ONNX or in a browser; this one is 32-bit additions, rotations and exclusive-ors.
"""

import tensorflow as tf

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = 0x1BD11BDA  # Skein's key-schedule constant, 32-bit form


def threefry(key, counter):
    """Two words of key and two of counter (uint32 tensors that broadcast) -> two uint32 tensors of random bits."""
    keys = (*key, tf.bitwise.bitwise_xor(tf.bitwise.bitwise_xor(*key), tf.constant(PARITY, tf.uint32)))
    first, second = counter[0] + keys[0], counter[1] + keys[1]
    for block in range(5):
        for rotation in ROTATIONS[block % 2]:
            first += second
            second = tf.bitwise.bitwise_xor(_rotate(second, rotation), first)
        first += keys[(block + 1) % 3]
        second += keys[(block + 2) % 3] + tf.constant(block + 1, tf.uint32)
    return first, second


def _rotate(word, bits):
    left = tf.bitwise.left_shift(word, tf.constant(bits, tf.uint32))
    return tf.bitwise.bitwise_or(left, tf.bitwise.right_shift(word, tf.constant(32 - bits, tf.uint32)))


def uniforms(seeds, count):
    """Two independent float32 tensors [n, count] in (0, 1) for `seeds`, int64 [n]; row i depends on seeds[i] only.

    u = (floor(bits / 2^9) + 1/2) / 2^23: exact in float32, never 0 or 1, and the same in every language.
    """
    low = tf.cast(tf.bitwise.bitwise_and(seeds, 0xFFFFFFFF), tf.uint32)[:, None]
    high = tf.cast(tf.bitwise.bitwise_and(tf.bitwise.right_shift(seeds, 32), 0xFFFFFFFF), tf.uint32)[:, None]
    column = tf.range(count, dtype=tf.int32)[None, :]
    bits = threefry((low, high), (tf.cast(column, tf.uint32), tf.zeros_like(low)))
    # 23 bits and a half, so that the largest value, 1 - 2^-24, is still below 1 in float32.
    return tuple(
        (tf.cast(tf.bitwise.right_shift(b, tf.constant(9, tf.uint32)), tf.float32) + 0.5) * 2.0**-23 for b in bits
    )
