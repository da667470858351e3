"""What a player pays beside its objective: penalties on D's gradient, on samples that are too much alike, on features
that are not those of real samples, and on parameters that move.

A gradient penalty takes `critic`, a function x -> scores, and differentiates it inside the tape of the turn, so that
the gradient of the penalty is a second derivative. Scores of patches [n, h, w, 1] are summed for each sample. A critic
that normalises over its batch has no gradient of one sample: such penalties go with critics that do not.
"""

import tensorflow as tf
from tensorflow import reduce_mean as mean


def squared_slopes(critic, x):
    """||grad_x f(x)||^2 for each row of x, float32 [n]."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = tf.reduce_sum(tf.cast(critic(x), tf.float32))
    slopes = tf.cast(tape.gradient(scores, x), tf.float32)
    return tf.reduce_sum(tf.square(slopes), axis=list(range(1, x.shape.rank)))


def gradient_penalty(critic, real, fake, epsilon, target=1.0):
    """E[(||grad f(x~)||_2 - target)^2], x~ = epsilon x + (1 - epsilon) G(z) (Gulrajani et al. 2017, "Improved Training
    of Wasserstein GANs", eq. 3 and algorithm 1). epsilon: U[0, 1), one number for each row, shape [n, 1, ..., 1]."""
    squares = squared_slopes(critic, epsilon * real + (1.0 - epsilon) * fake)
    norms = tf.sqrt(squares + 1e-12)  # the slope of a root is infinite at 0, where a new critic may well be
    return mean(tf.square(norms - target))


def zero_centred(critic, x):
    """1/2 E[||grad f(x)||^2]: times gamma it is R1 on real samples and R2 on fakes (Mescheder et al. 2018, "Which
    Training Methods for GANs do actually Converge?", eq. 9 and 10)."""
    return 0.5 * mean(squared_slopes(critic, x))


def pulling_away(codes):
    """1 / (N (N - 1)) sum_i sum_{j != i} (S_i . S_j / (|S_i| |S_j|))^2 (Zhao et al. 2017, "Energy-based Generative
    Adversarial Network", section 2.4): the mean squared cosine between the codes [n, ...] of a minibatch of fakes,
    in [0, 1]. It keeps samples from having the same code."""
    codes = tf.cast(tf.reshape(codes, [tf.shape(codes)[0], -1]), tf.float32)
    unit = tf.math.l2_normalize(codes, axis=1, epsilon=1e-12)
    n = tf.cast(tf.shape(codes)[0], tf.float32)
    cosines = tf.matmul(unit, unit, transpose_b=True)
    others = tf.reduce_sum(tf.square(cosines)) - tf.reduce_sum(tf.square(tf.linalg.diag_part(cosines)))
    return others / (n * (n - 1.0))


def paired_features(fake, real, rejected):
    """1/(2n) sum_i r_i sum_u h(f_u(G(z_i)) - f_u(x_i)), h(d) = d^2 for |d| <= 1/2, |d| - 1/4 beyond: the squared
    distance between the features f, [n, u], of the i-th fake and the i-th real sample, with a slope h' = 2 d that is
    clipped to [-1, 1]; r_i = 1 where D rejects the fake, `rejected` [n], else 0 (layumi/2016_GAN_Matlab,
    Feature_Match_Loss).

    The slope is the code's: clipped, then divided by the 2n = 128 rows of its batch, 64 fake and 64 real. That file
    also divides the value that it prints, but not the slope, by 100. The pairs are drawn at random: what minimises it
    lies between the mean and the median of the features of x, a blurred target; Salimans et al. 2016 match means.
    """
    distance = tf.abs(tf.cast(fake, tf.float32) - tf.cast(real, tf.float32))
    costs = tf.where(distance <= 0.5, tf.square(distance), distance - 0.25)
    of_rejected = tf.cast(rejected, tf.float32) * tf.reduce_sum(costs, axis=1)
    return 0.5 * mean(of_rejected)


def feature_matching(real, fake):
    """||E f(x) - E f(G(z))||_2^2, in place of fooling D (Salimans et al. 2016, "Improved Techniques for Training GANs",
    section 3.1): the squared distance, summed over units, between the mean features of the real and of the fake
    samples of a minibatch. real, fake: features [n, ...]; the authors' MNIST code takes the mean over units."""
    means = [tf.reduce_mean(tf.cast(features, tf.float32), axis=0) for features in (real, fake)]
    return tf.reduce_sum(tf.square(means[0] - means[1]))


def historical_averaging(values, means):
    """||theta - 1/t sum_{i=1..t} theta[i]||^2 (Salimans et al. 2016, section 3.3): theta are a player's parameters, a
    list `values`, and the sum is the list of their `means` over the past. The past is constant: the gradient is
    2 (theta - mean)."""
    return tf.add_n(
        [tf.reduce_sum(tf.square(value - tf.stop_gradient(mean))) for value, mean in zip(values, means, strict=True)]
    )
