"""Figures of merit, in NumPy and TensorFlow only."""

from keras_gan.metrics.parzen import ParzenWindow, parzen_log_likelihood

__all__ = [
    "ParzenWindow",
    "parzen_log_likelihood",
]
