"""Figures of merit, in NumPy and TensorFlow only."""

from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.inception import InceptionScore, inception_score, modified_inception_score
from keras_gan.metrics.kernel import KernelDistance, kernel_distance
from keras_gan.metrics.moments import Moments
from keras_gan.metrics.parzen import ParzenWindow, parzen_log_likelihood

__all__ = [
    "InceptionScore",
    "KernelDistance",
    "Moments",
    "ParzenWindow",
    "frechet_distance",
    "inception_score",
    "kernel_distance",
    "modified_inception_score",
    "parzen_log_likelihood",
]
