"""Scores of a classifier's probabilities on the samples: the Inception score and EBGAN's variant of it."""

from typing import NamedTuple

import numpy as np
from scipy.special import rel_entr

from keras_gan.metrics import checks

# The least p(y|x) whose logarithm is taken: where a float32 softmax ends, and reaches 0 a little below.
TINY = float(np.finfo(np.float32).tiny)


class InceptionScore(NamedTuple):
    """mean +- standard_deviation over the splits, each in [1, classes]."""

    mean: float
    standard_deviation: float


def inception_score(probabilities, splits=10):
    """exp(E_x KL(p(y|x) || p(y))), on each of `splits` consecutive parts (Salimans et al. 2016, "Improved Techniques
    for Training GANs", section 4).

    probabilities: p(y|x) of the samples [n, classes], rows that sum to 1. p(y) is their mean over the part. Higher is
    better: 1 where all samples look alike to the classifier, the number of classes where each is certain and all
    classes are equally many. Samples sorted by class must be shuffled first, or each part sees few classes. The
    paper: 50,000 samples, 10 splits. The standard deviation is divided by the number of splits, as in its code.

    Raises ValueError for rows that are no probabilities, and for fewer samples than splits.
    """
    probabilities = checks.probabilities(probabilities)
    checks.count(splits=splits)
    n = len(probabilities)
    if n < splits:
        raise ValueError(f"splits={splits} exceeds the {n} samples.")
    scores = []
    for part in range(splits):
        p = probabilities[part * n // splits : (part + 1) * n // splits]
        scores.append(np.exp(rel_entr(p, p.mean(axis=0)).sum(axis=1).mean()))
    return InceptionScore(float(np.mean(scores)), float(np.std(scores)))


def modified_inception_score(probabilities):
    """I' = E_x KL(p(y) || p(y|x)), in nats, >= 0 and without a bound (Zhao, Mathieu and LeCun 2017, "Energy-based
    Generative Adversarial Networks", section 4.1): the arguments are swapped and there is no exponential.

    probabilities: p(y|x) of the samples [n, classes]. Higher is better: 0 where all samples look alike to the
    classifier. It grows with the classifier's certainty, so that only scores of one classifier compare; p(y|x) below
    1.2e-38 counts as that, which bounds a term by 88 nats. (The paper prints a square on the divergence, which its
    text does not mention; here there is none.)

    Raises ValueError for rows that are no probabilities.
    """
    probabilities = checks.probabilities(probabilities)
    return float(rel_entr(probabilities.mean(axis=0), np.maximum(probabilities, TINY)).sum(axis=1).mean())
