"""Figures of merit, in NumPy and TensorFlow only: on arrays of features, whatever encoder made them, or of images.

By the question that they answer:

    are the distributions equal?                 frechet_distance, kernel_distance, two_sample_accuracy
    are samples good, and are all kinds there?   precision_recall, density_coverage
    what does a classifier say?                  inception_score, modified_inception_score
    could samples replace labelled data?         nearest_neighbour_error
    does the density score the data?             parzen_log_likelihood, parzen_over_folds
    which modes of a known world are reached?    mode_coverage, stacked_mode_coverage
    are samples copies?                          memorisation, duplicate_rate
    is this image that one?                      psnr, ssim, sharpness

Statistics are float64. Features are [n, d]; images [n, h, w, c] in [-1, 1], or uint8. What cannot be measured raises a
ValueError of one sentence. `Moments`, `StreamingFrechetDistance` and
`StreamingInceptionScore` take their data in batches.
"""

from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.inception import InceptionScore, inception_score, modified_inception_score
from keras_gan.metrics.kernel import KernelDistance, kernel_distance
from keras_gan.metrics.manifold import DensityCoverage, PrecisionRecall, density_coverage, precision_recall
from keras_gan.metrics.memorisation import Memorisation, duplicate_rate, memorisation
from keras_gan.metrics.modes import ModeCoverage, WorldCoverage, mode_coverage, stacked_mode_coverage
from keras_gan.metrics.moments import Moments
from keras_gan.metrics.neighbours import TwoSampleAccuracy, nearest_neighbour_error, two_sample_accuracy
from keras_gan.metrics.parzen import ParzenFolds, ParzenWindow, parzen_log_likelihood, parzen_over_folds
from keras_gan.metrics.reconstruction import psnr, sharpness, ssim
from keras_gan.metrics.streaming import StreamingFrechetDistance, StreamingInceptionScore

__all__ = [
    "DensityCoverage",
    "InceptionScore",
    "KernelDistance",
    "Memorisation",
    "ModeCoverage",
    "Moments",
    "ParzenFolds",
    "ParzenWindow",
    "PrecisionRecall",
    "StreamingFrechetDistance",
    "StreamingInceptionScore",
    "TwoSampleAccuracy",
    "WorldCoverage",
    "density_coverage",
    "duplicate_rate",
    "frechet_distance",
    "inception_score",
    "kernel_distance",
    "memorisation",
    "mode_coverage",
    "modified_inception_score",
    "nearest_neighbour_error",
    "parzen_log_likelihood",
    "parzen_over_folds",
    "precision_recall",
    "psnr",
    "sharpness",
    "ssim",
    "stacked_mode_coverage",
    "two_sample_accuracy",
]
