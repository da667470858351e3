"""Objectives of both players, side by side: the skeleton is the same, only the formula differs.

Each pair is `x_discriminator(real, fake)` and `x_generator(fake)`. `real` and `fake` are the discriminator's logits
a with D = sigmoid(a): float tensors of any shape ([n, 1], or patches [n, h, w, 1]), unbounded. Each returns a scalar
that its player minimises: the mean over all entries, in nats.

Least squares, Wasserstein, hinge and energy objectives call the same scores f(x): there is no sigmoid, and no nats.

log D(x) is written with softplus, sp(a) = log(1 + e^a): -log D = sp(-a) and -log(1 - D) = sp(a) are exact and their
slopes stay finite for any logit, where log(sigmoid(a) + epsilon) would be neither.
"""

import tensorflow as tf


def mean(x):
    """In float32: the sum of float16 entries overflows at 65,504."""
    return tf.reduce_mean(tf.cast(x, tf.float32))


def softplus(logits):
    """In float32, as `mean`."""
    return tf.nn.softplus(tf.cast(logits, tf.float32))


def absolute_difference(images, wanted):
    """E[||images - wanted||_1], the mean over all pixels and channels (Isola et al. 2017, eq. 3)."""
    return mean(tf.abs(tf.cast(images, tf.float32) - tf.cast(wanted, tf.float32)))


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


def least_squares_discriminator(real, fake, a=0.0, b=1.0):
    """1/2 E[(D(x) - b)^2] + 1/2 E[(D(G(z)) - a)^2] (Mao et al. 2017, "Least Squares Generative Adversarial Networks",
    eq. 2): b is the target of real samples, a of fake ones."""
    return 0.5 * mean(tf.square(tf.cast(real, tf.float32) - b)) + 0.5 * mean(tf.square(tf.cast(fake, tf.float32) - a))


def least_squares_generator(fake, c=1.0):
    """1/2 E[(D(G(z)) - c)^2] (Mao et al. 2017, eq. 2). With b - c = 1 and b - a = 2 it is the Pearson chi-squared
    divergence between p_data + p_g and 2 p_g (section 3.2); c = b makes samples as real as possible."""
    return 0.5 * mean(tf.square(tf.cast(fake, tf.float32) - c))


def wasserstein_discriminator(real, fake):
    """E[f(G(z))] - E[f(x)] (Arjovsky et al. 2017, "Wasserstein GAN", eq. 3): minus the critic's estimate of the
    distance, up to its Lipschitz constant."""
    return mean(fake) - mean(real)


def wasserstein_generator(fake):
    """-E[f(G(z))] (Arjovsky et al. 2017, algorithm 1)."""
    return -mean(fake)


def hinge_discriminator(real, fake):
    """E[max(0, 1 - f(x))] + E[max(0, 1 + f(G(z)))] (Lim and Ye 2017; Miyato et al. 2018, "Spectral Normalization for
    Generative Adversarial Networks", eq. 16)."""
    return mean(tf.nn.relu(1.0 - tf.cast(real, tf.float32))) + mean(tf.nn.relu(1.0 + tf.cast(fake, tf.float32)))


def hinge_generator(fake):
    """-E[f(G(z))] (Miyato et al. 2018, eq. 17)."""
    return -mean(fake)


def relativistic_discriminator(real, fake):
    """E[sp(-(f(x) - f(G(z))))], x and G(z) in pairs (Jolicoeur-Martineau 2019; Huang et al. 2024, "The GAN is dead;
    long live the GAN!", eq. 2): D is asked which of the two is real. `real` and `fake` have one shape."""
    return mean(softplus(tf.cast(fake, tf.float32) - tf.cast(real, tf.float32)))


def relativistic_generator(fake, real):
    """E[sp(-(f(G(z)) - f(x)))]: the same question with the answer that G wants. G needs f(x) too."""
    return mean(softplus(tf.cast(real, tf.float32) - tf.cast(fake, tf.float32)))


def energy_discriminator(real, fake, margin=10.0):
    """E[D(x)] + E[max(0, m - D(G(z)))], where D >= 0 is an energy, low on data (Zhao et al. 2017, "Energy-based
    Generative Adversarial Network", eq. 1)."""
    return mean(real) + mean(tf.nn.relu(margin - tf.cast(fake, tf.float32)))


def energy_generator(fake):
    """E[D(G(z))] (Zhao et al. 2017, eq. 2)."""
    return mean(fake)


def equilibrium_discriminator(real, fake, k):
    """E[L(x)] - k E[L(G(z))], L(v) >= 0 the reconstruction error of D, an auto-encoder (Berthelot et al. 2017, "BEGAN:
    Boundary Equilibrium Generative Adversarial Networks", section 3.4). k in [0, 1] is the game's control variable."""
    return mean(real) - k * mean(fake)


def equilibrium_generator(fake):
    """E[L(G(z))] (Berthelot et al. 2017, section 3.4)."""
    return mean(fake)


# D as a classifier of two classes, which ends in two logits l = (l_fake, l_real), [n, 2], and a softmax p.


def two_way_logit(logits):
    """a = l_real - l_fake, [n, 1]: p_real = e^l_real / (e^l_fake + e^l_real) = 1 / (1 + e^-a) = sigmoid(a), so that the
    softmax of two classes is the D of all other games, with one of its two logits to spare."""
    return logits[:, 1:] - logits[:, :1]


def two_way_discriminator(real, fake):
    """-1/2 E[log p_real(x)] - 1/2 E[log p_fake(G(z))]: the cross entropy of a batch, half of which is real, as a
    classifier's loss averages it over the rows (layumi/2016_GAN_Matlab: softmaxlog, classes 1 = fake, 2 = real).

    real, fake: two logits of each row, [n, 2]. With a = l_real - l_fake, -log p_real = sp(-a) and -log p_fake = sp(a):
    half of `minimax_discriminator`.
    """
    return 0.5 * minimax_discriminator(two_way_logit(real), two_way_logit(fake))


def two_way_generator(fake):
    """1/2 E[log p_fake(G(z))], half of `minimax_generator`: G climbs the loss of D's own batch (the code turns the sign
    of the gradient round where it enters G)."""
    return 0.5 * minimax_generator(two_way_logit(fake))


def classification(logits, label):
    """-E[log p_y], p the softmax of the logits [n, classes], y the label, whole numbers [n]; in nats."""
    logits = tf.cast(logits, tf.float32)
    return mean(tf.nn.sparse_softmax_cross_entropy_with_logits(label, logits))
