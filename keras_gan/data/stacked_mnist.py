"""Stacked MNIST: Metz et al. 2017, "Unrolled Generative Adversarial Networks", section 3.3.1. Three random digits, one
in each colour channel, make 1,000 modes that are known exactly and a digit classifier can count."""

import numpy as np

from keras_gan.data import resize, tfds

NAME = "stacked_mnist"
DIGITS = 10
CHANNELS = 3
SIZES = {"train": 60_000, "test": 10_000}  # as many as MNIST has, of whose split of the same name the digits come


def read(image_shape, split, seed):
    """(images uint8 [n, h, w, 3], labels int32 [n] in 0 ... 999, classes, licence, origin); 28 x 28 unless asked.

    The digits of all channels are drawn with replacement, as a function of the seed and the split; the label of an
    image whose channels are the digits a, b, c is the number abc. Raises ValueError for another split, for another
    number of channels and for a negative seed; FileNotFoundError or MissingExtra where MNIST is not to be had.
    """
    if split not in SIZES:
        raise ValueError(f'{NAME} has the splits "train" and "test", not {split!r}.')
    height, width, channels = image_shape or (28, 28, CHANNELS)
    if channels != CHANNELS:
        raise ValueError(f"{NAME} has a digit in each of its 3 channels: image_shape is (h, w, 3), not {image_shape}.")
    if seed < 0:
        raise ValueError(f"A seed is a non-negative integer, not {seed}.")
    digits, labels, _, licence, origin, _ = tfds.read("mnist", None, split)
    digits = resize.resize(digits, (height, width, 1))[..., 0]
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(tuple(SIZES).index(split),)))
    rows = random.integers(len(digits), size=(SIZES[split], CHANNELS))
    images = np.empty((len(rows), height, width, CHANNELS), np.uint8)
    for channel in range(CHANNELS):
        images[..., channel] = digits[rows[:, channel]]
    return images, number(labels[rows]), DIGITS**CHANNELS, licence, f"three digits in an image, of {origin}"


def number(digits):
    """[n, 3] digits -> [n] numbers of three digits, the first channel's in front."""
    return (digits @ DIGITS ** np.arange(CHANNELS - 1, -1, -1)).astype(np.int32)
