"""Objectives of both players, side by side: the skeleton is the same, only the formula differs.

Each pair is `x_discriminator(real, fake)` and `x_generator(fake)`. `real` and `fake` are the discriminator's logits
a with D = sigmoid(a): float tensors of any shape ([n, 1], or patches [n, h, w, 1]), unbounded. Each returns a scalar
that its player minimises: the mean over all entries, in nats.

log D(x) is written with softplus, sp(a) = log(1 + e^a): -log D = sp(-a) and -log(1 - D) = sp(a) are exact and their
slopes stay finite for any logit, where log(sigmoid(a) + epsilon) would be neither.
"""

import tensorflow as tf
from tensorflow import reduce_mean as mean


def softplus(logits):
    """In float32: the mean of float16 entries overflows at a sum of 65,504."""
    return tf.nn.softplus(tf.cast(logits, tf.float32))


def minimax_discriminator(real, fake, real_target=1.0):
    """-E[t log D(x) + (1 - t) log(1 - D(x))] - E[log(1 - D(G(z)))], t = 1 in the paper.

    Goodfellow et al. 2014, "Generative Adversarial Nets", eq. 1. `real_target` t < 1 is one-sided label smoothing
    (Salimans et al. 2016, "Improved Techniques for Training GANs", section 3.4: t = 0.9); the fake target stays 0,
    because D* = t p_data / (p_data + p_g) keeps its numerator free of p_g.
    """
    return mean(real_target * softplus(-real) + (1.0 - real_target) * softplus(real)) + mean(softplus(fake))


def minimax_generator(fake):
    """E[log(1 - D(G(z)))] (Goodfellow et al. 2014, eq. 1). Its slope in the logit, -D, vanishes where D rejects."""
    return -mean(softplus(fake))


# D plays the same game in both; only what G minimises changes (Goodfellow et al. 2014, section 3, last paragraph).
non_saturating_discriminator = minimax_discriminator


def non_saturating_generator(fake):
    """-E[log D(G(z))] (Goodfellow et al. 2014, section 3). Its slope in the logit, -(1 - D), is steepest there."""
    return mean(softplus(-fake))
