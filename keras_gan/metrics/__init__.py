"""Figures of merit, in NumPy and TensorFlow only."""

from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.inception import InceptionScore, inception_score, modified_inception_score
from keras_gan.metrics.kernel import KernelDistance, kernel_distance
from keras_gan.metrics.manifold import DensityCoverage, PrecisionRecall, density_coverage, precision_recall
from keras_gan.metrics.memorisation import Memorisation, duplicate_rate, memorisation
from keras_gan.metrics.modes import ModeCoverage, WorldCoverage, mode_coverage, stacked_mode_coverage
from keras_gan.metrics.moments import Moments
from keras_gan.metrics.neighbours import TwoSampleAccuracy, nearest_neighbour_error, two_sample_accuracy
from keras_gan.metrics.parzen import ParzenWindow, parzen_log_likelihood
from keras_gan.metrics.reconstruction import psnr, sharpness, ssim

__all__ = [
    "DensityCoverage",
    "InceptionScore",
    "KernelDistance",
    "Memorisation",
    "ModeCoverage",
    "Moments",
    "ParzenWindow",
    "PrecisionRecall",
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
    "precision_recall",
    "psnr",
    "sharpness",
    "ssim",
    "stacked_mode_coverage",
    "two_sample_accuracy",
]
