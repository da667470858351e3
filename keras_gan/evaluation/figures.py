"""What each figure means, and how far the same measurement may come out on another machine."""

from typing import NamedTuple


class Figure(NamedTuple):
    """meaning: one line for tables. absolute, relative: half the width of a recorded band. of_real: whether the figure
    depends on real data.

    Seeds make a measurement repeatable, and rounding, which differs between processors and numbers of threads, moves
    a sample's byte or neighbour here and there: bands are some times that, and well below what tells models apart.
    """

    meaning: str
    absolute: float
    relative: float = 0.0
    of_real: bool = True

    def band(self, value):
        """(low, high) around a value."""
        reach = self.absolute + self.relative * abs(value)
        return value - reach, value + reach


FIGURES = {
    "fid": Figure("Frechet distance between the features of samples and real images (0: equal)", 0.002, 0.01),
    "kid": Figure("kernel distance between the features, unbiased (0: equal)", 0.0002, 0.02),
    "precision": Figure("share of samples within the real images' features, k = 3", 0.003),
    "recall": Figure("share of real images within the samples' features, k = 3", 0.003),
    "density": Figure("how many real neighbourhoods hold a sample, k = 5 (1: as real images)", 0.005, 0.005),
    "coverage": Figure("share of real neighbourhoods that hold a sample, k = 5", 0.003),
    "inception_score": Figure(
        "inception score by the encoder's probabilities (at most the number of classes)", 0.01, of_real=False
    ),
    "modified_inception_score": Figure(
        "EBGAN's I' by the encoder's probabilities, nats (0: all samples look alike)", 0.02, 0.01, of_real=False
    ),
    "classes": Figure("classes among the samples", 0.0, of_real=False),
    "class_entropy": Figure("entropy of the samples' classes, nats (uniform over ten: 2.303)", 0.002, of_real=False),
    "label_agreement": Figure(
        "share of samples in which the encoder sees the label that was asked for", 0.002, of_real=False
    ),
    "attribute_kl": Figure(
        "KL divergence of what samples show from what the data show, mean over attributes, nats", 0.002, 0.02
    ),
    "attribute_pair_kl": Figure("the same over pairs of attributes, nats", 0.005, 0.02),
    "missing_values": Figure("values of attributes that the data show and no sample does", 0.0),
    "missing_pairs": Figure("pairs of such values that the data show and no sample does", 0.0, 0.02),
    "novelty": Figure("share of samples whose combination of attributes no training image has", 0.005),
    "real_novelty": Figure("the same share of held-out real images", 0.0001),
    "l1": Figure("mean absolute difference from the target, of pixels in [0, 1]", 0.0002, 0.01),
    "ssim": Figure("structural similarity to the target (1: equal)", 0.001),
    "lightness_intersection": Figure("how far the histograms of CIELAB's L agree (1: equal)", 0.002),
    "a_intersection": Figure("the same of a, green to red", 0.002),
    "b_intersection": Figure("the same of b, blue to yellow", 0.002),
    "errors": Figure("labelled real images that the discriminator classifies wrongly", 3.0, 0.02),
    "parzen": Figure("Parzen-window log-likelihood of the real images, nats (protocol of 2014)", 0.1, 0.001),
    "parzen_sigma": Figure("the window's width, chosen on validation images", 0.001),
    "mean": Figure("mean of the samples", 0.002, of_real=False),
    "standard_deviation": Figure("standard deviation of the samples", 0.002, of_real=False),
    "data_mean": Figure("mean of as many points of the data", 0.0001),
    "data_standard_deviation": Figure("standard deviation of as many points of the data", 0.0001),
    "discriminator_deviation": Figure("mean distance of D(x) from 1/2 over the data", 0.002),
    "modes": Figure("modes of the data that samples reach (toy worlds: within three standard deviations)", 0.0, 0.002),
    "high_quality": Figure("share of samples within three standard deviations of a mode", 0.002),
    "mode_kl": Figure("KL divergence of the samples' modes from equally frequent ones, nats", 0.001, 0.01),
    "two_sample_accuracy": Figure("nearest-neighbour classifier that tells samples from data (0.5: chance)", 0.01),
}


def explained(score):
    """What a Score is, and what its +- is, in one line."""
    interval = f"; +-: {score.interval}" if score.interval else ""
    return FIGURES[score.protocol.metric].meaning + interval
