"""The figures that a variant's card reports, computed from the trained model: {name: number}."""

import numpy as np

from keras_gan import data, plots
from keras_gan.data.toys import TOYS
from keras_gan.metrics import parzen_log_likelihood

SAMPLES = 10_000


def gaussian(model, variant):
    """Mean and standard deviation reached, and the mean of |D - 1/2| over the data."""
    return plots.gaussian_figures(model, TOYS["gaussian1d"])


def parzen_mnist(model, variant):
    """The protocol of Goodfellow et al. 2014: 10,000 samples, sigma from the first 1,000 of the 10,000 validation
    images (the last of the training set), all 10,000 test images."""
    samples = model.sample(SAMPLES, seed=0, label=classes_in_turn(model, SAMPLES))
    validation = data.images_of(data.read("mnist", split="train[50000:51000]"))
    test = data.images_of(data.read("mnist", split="test"))
    parzen = parzen_log_likelihood(samples, validation, test)
    return {
        "parzen_log_likelihood": parzen.mean,
        "parzen_standard_error": parzen.standard_error,
        "parzen_sigma": parzen.sigma,
    }


def class_coverage(model, variant, n=1000):
    """How many classes n samples fall into, each counted as its nearest training image (L2 in pixels) is labelled, and
    the entropy of that histogram in nats (ten equal classes: 2.303)."""
    predicted = nearest_labels(model.sample(n, seed=0, label=classes_in_turn(model, n)), variant)
    share = np.bincount(predicted) / n
    share = share[share > 0]
    return {"classes_covered": len(share), "class_entropy": float(-(share * np.log(share)).sum())}


def digits_28(model, variant):
    """Class coverage and the Parzen window of 2014 together."""
    return class_coverage(model, variant) | parzen_mnist(model, variant)


def conditional_digits_28(model, variant, n=1000):
    """As digits_28, with the share of samples whose nearest training image has the label that was asked for."""
    asked = classes_in_turn(model, n)
    right = np.mean(nearest_labels(model.sample(n, seed=0, label=asked), variant) == asked)
    return {"label_agreement": float(right)} | digits_28(model, variant)


def nearest_labels(images, variant):
    """The label of each image's nearest training image."""
    source = data.read(variant.dataset, image_shape=variant.image_shape, split=variant.split)
    nearest, _ = plots.nearest_neighbours(images, data.images_of(source))
    return source.labels[nearest]


def classes_in_turn(model, n):
    """0, 1, ..., classes - 1 repeated, for a conditional model; None for another."""
    return None if model.classes is None else np.arange(n) % model.classes
