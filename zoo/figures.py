"""The figures that a variant's card reports, computed from the trained model."""

from keras_gan import data, plots
from keras_gan.data.toys import TOYS
from keras_gan.metrics import parzen_log_likelihood

SAMPLES = 10_000


def parzen_mnist(model, variant):
    """The protocol of Goodfellow et al. 2014: 10,000 samples, sigma from the first 1,000 of the 10,000 validation
    images (the last of the training set), all 10,000 test images."""
    samples = model.sample(SAMPLES, seed=0, label=_labels(model, SAMPLES))
    validation = data.images_of(data.read("mnist", split="train[50000:51000]"))
    test = data.images_of(data.read("mnist", split="test"))
    parzen = parzen_log_likelihood(samples, validation, test)
    return {
        "parzen_log_likelihood": parzen.mean,
        "parzen_standard_error": parzen.standard_error,
        "parzen_sigma": parzen.sigma,
    }


def gaussian(model, variant):
    """Mean and standard deviation reached, and the mean of |D - 1/2| over the data."""
    return plots.gaussian_figures(model, TOYS["gaussian1d"])


def _labels(model, n):
    """Every class in turn for a conditional model."""
    return None if model.classes is None else [i % model.classes for i in range(n)]
