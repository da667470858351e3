"""Threefry-2x32: the authors' known answers, a second implementation in NumPy, and statistics."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from keras_gan.sampling.threefry import threefry, uniforms

KNOWN_ANSWERS = [  # Random123, tests/kat_vectors, threefry2x32 with 20 rounds: counter, key, result
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]
SEEDS = np.array([0, 1, -1, 2, 2**31, 2**32 - 1, 2**32, 2**32 + 1, -(2**31), -(2**32), 2**63 - 1, -(2**63)], "int64")


def in_numpy(key, counter):
    """Salmon et al. 2011, section 4.2, written out: one round at a time, a key injected after every fourth."""
    words = [np.asarray(word, "uint32") for word in key]
    words.append(words[0] ^ words[1] ^ np.uint32(0x1BD11BDA))
    x, y = (np.asarray(count, "uint32") + word for count, word in zip(counter, words, strict=False))
    for number, distance in enumerate([13, 15, 26, 6, 17, 29, 16, 24, 13, 15, 26, 6, 17, 29, 16, 24, 13, 15, 26, 6], 1):
        x = x + y
        y = (y << np.uint32(distance) | y >> np.uint32(32 - distance)) ^ x
        if number % 4 == 0:
            injection = number // 4
            x = x + words[injection % 3]
            y = y + words[(injection + 1) % 3] + np.uint32(injection)
    return x, y


def uniforms_in_numpy(seeds, count):
    """Key: low and high word of the seed; counter: the column and 0; the upper 23 bits, centred in their cells."""
    words = np.asarray(seeds, "int64").view("uint32").reshape(-1, 2)  # little-endian: low word first
    bits = in_numpy((words[:, :1], words[:, 1:]), (np.arange(count, dtype="uint32")[None], np.uint32(0)))
    return [(np.right_shift(word, 9) + 0.5) / 2**23 for word in bits]  # float64, in which all of it is exact


@pytest.mark.parametrize("counter, key, expected", KNOWN_ANSWERS)
def test_known_answers(counter, key, expected):
    ours = threefry(*([tf.constant([word], tf.uint32) for word in words] for words in (key, counter)))
    referee = in_numpy(*([np.array([word], "uint32") for word in words] for words in (key, counter)))
    assert tuple(int(word[0]) for word in ours) == tuple(int(word[0]) for word in referee) == expected


def test_bits_equal_a_second_implementation():
    key, counter = np.random.default_rng(0).integers(0, 2**32, (2, 2, 10_000), "uint32")
    ours = threefry([tf.constant(word) for word in key], [tf.constant(word) for word in counter])
    np.testing.assert_array_equal(ours, in_numpy(key, counter))


@pytest.mark.parametrize("count", [1, 2, 333])
def test_uniforms_equal_a_second_implementation(count):
    seeds = np.concatenate([SEEDS, np.random.default_rng(1).integers(-(2**63), 2**63, 500, "int64")])
    for ours, expected in zip(uniforms(tf.constant(seeds), count), uniforms_in_numpy(seeds, count), strict=True):
        assert ours.dtype == tf.float32 and ours.shape == (len(seeds), count)
        np.testing.assert_array_equal(ours.numpy().astype("float64"), expected)


def test_open_interval():
    draws = np.stack(uniforms(tf.range(2000, dtype=tf.int64), 1000))  # 4 million: both ends are met to about 2^-22
    assert 0 < draws.min() < 2e-6 and 1 - 2e-6 < draws.max() < 1


def test_a_row_depends_on_its_own_seed_only():
    whole = np.stack(uniforms(tf.constant(SEEDS), 7), axis=1)
    graph = tf.function(uniforms, input_signature=[tf.TensorSpec([None], tf.int64), tf.TensorSpec([], tf.int32)])
    order = np.random.default_rng(2).permutation(len(SEEDS))
    np.testing.assert_array_equal(np.stack(graph(SEEDS[order], 7), axis=1), whole[order])
    for seed, row in zip(SEEDS, whole, strict=True):
        np.testing.assert_array_equal(np.stack(graph(seed[None], 7), axis=1)[0], row)
    np.testing.assert_array_equal(np.stack(uniforms(tf.constant(SEEDS), 20), axis=1)[..., :7], whole)


def test_all_64_bits_of_a_seed_count():
    seeds = np.concatenate([[0], np.left_shift(np.int64(1), np.arange(64, dtype="int64"))])  # the last one is -2^63
    rows = np.concatenate(uniforms(tf.constant(seeds), 4), axis=1)
    assert len(np.unique(rows, axis=0)) == 65
    # Flipping any one bit changes everything: rows are as far apart as independent ones (mean distance 1/3).
    np.testing.assert_allclose(np.abs(rows[1:] - rows[0]).mean(), 1 / 3, atol=0.05)


@pytest.mark.parametrize("start", [0, -2500, 2**32 - 2500, -(2**63)])
def test_uniform_and_uncorrelated(start):
    u, v = (tensor.numpy().astype("float64") for tensor in uniforms(start + tf.range(5000, dtype=tf.int64), 5))
    for draws in (*u.T, *v.T):  # one column across consecutive seeds
        assert stats.kstest(draws, "uniform").pvalue > 1e-3
        assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 4 / 5000**0.5
    for column in range(5):
        assert abs(np.corrcoef(u[:, column], v[:, column])[0, 1]) < 4 / 5000**0.5
        assert abs(np.corrcoef(u[:, column], u[:, column - 1])[0, 1]) < 4 / 5000**0.5
    rows = np.concatenate([x.numpy() for x in uniforms(start + tf.range(4, dtype=tf.int64), 5000)])
    assert min(stats.kstest(row, "uniform").pvalue for row in rows) > 1e-3  # one seed across its columns
    np.testing.assert_allclose(np.corrcoef(rows), np.eye(8), atol=4 / 5000**0.5)
