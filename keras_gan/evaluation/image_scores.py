"""All figures of a set of images against a Reference, each with its protocol: the one place that computes them."""

from dataclasses import replace

import numpy as np

from keras_gan.data.attributes import Attributes
from keras_gan.evaluation.attribute_scores import score_asked, score_attributes, score_novelty
from keras_gan.evaluation.encoders import encoder as find
from keras_gan.evaluation.encoders import in_range
from keras_gan.evaluation.figures import FIGURES
from keras_gan.evaluation.protocol import Protocol, Score
from keras_gan.files.images import to_uint8
from keras_gan.metrics.distances import nearest
from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.inception import inception_score, modified_inception_score
from keras_gan.metrics.kernel import kernel_distance
from keras_gan.metrics.manifold import density_coverage, precision_recall
from keras_gan.metrics.parzen import parzen_log_likelihood, parzen_over_folds

LEAST = 20  # samples; below, most figures say nothing
RESAMPLES = 10
RESAMPLED_FEATURES = 512  # of more, a bootstrap would take minutes
STANDARD_ERROR = "standard error"


def score_images(samples, reference, encoder=None, labels=None, origin="", progress=lambda stage: None):
    """The Scores of samples [n, h, w, c], uint8 or floats in [-1, 1], in the order in which a table shows them.

    reference: a Reference of images of the samples' shape. encoder: what evaluation.encoders.encoder takes; the
    reference's own unless given, and none, with fewer figures, where it has none. labels: the classes that were asked
    for, [n], or Attributes. origin: which samples these are ("seeds 0 to 9999"). progress is called with each stage's
    name.

    Floats are rounded to the 256 levels of a PNG before anything is measured. Raises ValueError for fewer than 20
    samples, for images that are not finite, out of range or not of the reference's size, and for an unsuitable encoder.
    """
    samples = to_uint8(samples)
    if samples.shape[1:] != reference.images.shape[1:]:
        raise ValueError(f"The samples {samples.shape} and the real images {reference.images.shape} differ in size.")
    if len(samples) < LEAST:
        raise ValueError(f"At least {LEAST} samples are needed to measure anything; there are {len(samples)}.")
    if all(one is None for one in (encoder, reference.encoder, reference.training, reference.folds)):
        raise ValueError(
            f"No encoder is known for {reference.name}; give one (--encoder): mnistcnn, facecnn, inception or a file."
        )
    book = Book(Protocol("", len(samples), len(reference.images), reference.name), origin)
    if (encoder or reference.encoder) is not None:
        encoder = find(encoder or reference.encoder)
        book.use(encoder, samples.shape[1:])
        progress(f"features by {encoder.name}")
        real, fake = encoder.encode(reference.images)[0], encoder.encode(samples)
        score_features(book, real, fake[0], progress)
        if encoder.classes:
            interval = "standard deviation over 10 splits"
            score = inception_score(fake[1])
            book.add("inception_score", score.mean, score.standard_deviation, interval, splits=10)
            parts = [modified_inception_score(part) for part in np.array_split(fake[1], 10)]
            book.add("modified_inception_score", np.mean(parts), np.std(parts), interval, splits=10)
        if encoder.values and reference.attributes and encoder.values == reference.attributes[0].values:
            progress("attributes")
            seen = encoder.named(fake[1])
            score_attributes(book, seen, reference.attributes[0])
            score_novelty(book, seen, *reference.attributes)
            if isinstance(labels, Attributes):
                score_asked(book, seen, labels)
        if encoder.classes and encoder.classes == reference.classes:
            score_classes(book, fake[1].argmax(axis=1), labels)
        book.use(None, samples.shape[1:])
    elif reference.training is not None:
        progress("nearest training images")
        score_classes(
            book,
            nearest_labels(samples, reference.training),
            labels,
            by=f"nearest image of {reference.training.name} train",
        )
    if reference.validation is not None:
        progress("Parzen windows")
        window = parzen_log_likelihood(*(in_range(x) for x in (samples, reference.validation, reference.images)))
        settings = {"validation": len(reference.validation)}
        book.add("parzen", window.mean, window.standard_error, STANDARD_ERROR, **settings)
        book.add("parzen_sigma", window.sigma, **settings)
    if reference.folds is not None:
        progress("Parzen windows of each fold")
        score_folds(book, in_range(samples), reference.folds)
    return book.scores


class Book:
    """The scores so far, and the protocol that they share."""

    def __init__(self, protocol, origin):
        self.protocol, self.origin, self.scores = protocol, origin, []

    def use(self, encoder, shape):
        """What comes next is measured on this encoder's features; None: on the images themselves."""
        resizer = "none" if encoder is None else encoder.resizer(shape)
        self.protocol = replace(self.protocol, encoder=None if encoder is None else str(encoder), resizer=resizer)

    def add(self, metric, value, plus_minus=None, interval=None, *, detail=None, **settings):
        """A score with the band of its metric."""
        settings = ", ".join(f"{name}={setting}" for name, setting in settings.items())
        protocol, figure = replace(self.protocol, metric=metric, settings=settings), FIGURES[metric]
        if not figure.of_real:
            protocol = replace(protocol, n_real=None, real=None)
        band = tuple(map(float, figure.band(value)))
        plus_minus = None if plus_minus is None else float(plus_minus)
        self.scores.append(Score(float(value), protocol, plus_minus, interval, band, self.origin, detail=detail))

    def share(self, metric, value, n, **settings):
        """A share of n cases, taken as independent, with its binomial standard error sqrt(p (1 - p) / n)."""
        self.add(metric, value, np.sqrt(value * (1 - value) / n), STANDARD_ERROR, **settings)


def score_features(book, real, fake, progress):
    """Distances between two sets of features, [n, d] and [m, d]."""
    progress("Frechet distance")
    spread = frechet_spread(real, fake) if real.shape[1] <= RESAMPLED_FEATURES else None
    interval = spread and f"standard deviation over {RESAMPLES} bootstraps"
    book.add("fid", frechet_distance(real, fake), spread, interval)
    progress("kernel distance")
    size = min(1000, len(real), len(fake))
    kernel = kernel_distance(real, fake, subsets=100, subset_size=size, seed=0)
    settings = {"subsets": 100, "subset_size": size, "seed": 0}
    book.add("kid", kernel.mean, kernel.standard_deviation, "standard deviation over 100 subsets", **settings)
    progress("precision and recall")
    precision, recall = precision_recall(real, fake, k=3)
    book.share("precision", precision, len(fake), k=3)
    book.share("recall", recall, len(real), k=3)
    progress("density and coverage")
    density, coverage = density_coverage(real, fake, k=5)
    book.add("density", density, k=5)
    book.share("coverage", coverage, len(real), k=5)


def frechet_spread(real, fake):
    """Standard deviation of the Frechet distance when both sets are drawn anew from themselves, with replacement."""
    random = np.random.default_rng(0)
    draws = [[x[random.integers(len(x), size=len(x))] for x in (real, fake)] for _ in range(RESAMPLES)]
    return float(np.std([frechet_distance(*draw) for draw in draws], ddof=1))


def score_classes(book, predicted, labels, by="encoder"):
    """How samples [n] spread over the classes, and whether they are of those asked for.

    The entropy's standard error is sqrt((sum p log^2 p - H^2) / n), of first order in the counts.
    """
    n = len(predicted)
    share = np.bincount(predicted) / n
    share = share[share > 0]
    logarithm = np.log(share)
    entropy = 0.0 - (share * logarithm).sum()  # not -0.0 of one class
    book.add("classes", len(share), by=by)
    error = np.sqrt(max((share * logarithm**2).sum() - entropy**2, 0.0) / n)
    book.add("class_entropy", entropy, error, STANDARD_ERROR, by=by)
    if labels is not None:
        book.share("label_agreement", np.mean(predicted == np.asarray(labels)), n, by=by)


def score_folds(book, samples, folds):
    """The Parzen log-likelihood by a database's own folds, each with its sigma; +- is over the folds."""
    window = parzen_over_folds(samples, [[in_range(part) for part in fold] for fold in folds])
    book.protocol = replace(book.protocol, n_real=sum(len(test) for _, test in folds))
    book.add("parzen", window.mean, window.standard_error, f"{STANDARD_ERROR} over the folds", folds=len(folds))


def nearest_labels(images, training):
    """The label of each image's nearest training image (L2 in pixels)."""
    rows, _ = nearest(*(in_range(x).reshape(len(x), -1) for x in (images, training.values)))
    return training.labels[rows]
