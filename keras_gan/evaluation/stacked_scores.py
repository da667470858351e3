"""The figures of images that stack three digits in their channels: modes covered of 1,000, and how evenly. The protocol
of Metz et al. 2017, "Unrolled Generative Adversarial Networks", section 3.3.1, with Lin et al. 2018's ("PacGAN") size.
"""

import numpy as np

from keras_gan.data.stacked_mnist import DIGITS, NAME, number
from keras_gan.evaluation.encoders import encoder as find
from keras_gan.evaluation.image_scores import LEAST, Book
from keras_gan.evaluation.protocol import Protocol
from keras_gan.files.images import to_uint8
from keras_gan.metrics.modes import stacked_mode_coverage

SAMPLES = 25_600  # below, even exact samples miss modes: 1,000 e^(-n / 1000) of them


def score_stacked(samples, encoder=None, labels=None, origin="", progress=lambda stage: None):
    """The Scores of samples [n, h, w, 3], uint8 or floats in [-1, 1]: `modes` and `mode_kl`, exact numbers of samples.

    A classifier of grey digits names the digit of each channel: the package's mnistcnn, or another `encoder`. labels:
    the numbers of three digits that were asked for, [n]; they add `label_agreement`. Floats are rounded to the 256
    levels of a PNG first. Raises ValueError for fewer than 20 samples, for images that are not finite, out of range or
    not of three channels, and for an encoder that is no classifier of ten grey classes.
    """
    samples, encoder = to_uint8(samples), find(encoder or "mnistcnn")
    if samples.shape[3] != 3 or len(samples) < LEAST:
        raise ValueError(f"{NAME} is measured on at least {LEAST} images [n, h, w, 3]; these are {samples.shape}.")
    if encoder.classes != DIGITS or encoder.image_shape[2] != 1:
        raise ValueError(f"The modes of {NAME} take a classifier of grey digits; {encoder} is none: leave it out.")
    book = Book(Protocol("", len(samples), real=f"{NAME}, all modes equally frequent"), origin)
    book.use(encoder, (*samples.shape[1:3], 1))
    digits = []
    for channel in range(3):
        progress(f"digits of channel {channel + 1} by {encoder.name}")
        digits.append(encoder.probabilities(samples[..., channel : channel + 1]).argmax(axis=1))
    digits = np.stack(digits, axis=1)
    found = stacked_mode_coverage(digits, DIGITS)
    book.add("modes", found.covered, of=found.modes)
    book.add("mode_kl", found.kl, of=found.modes)
    if labels is not None:
        book.share("label_agreement", np.mean(number(digits) == np.asarray(labels)), len(samples), by="encoder")
    return book.scores
