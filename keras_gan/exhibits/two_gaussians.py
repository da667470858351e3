"""A discriminator and a Wasserstein critic on two Gaussians that hardly meet: Arjovsky, Chintala and Bottou 2017,
"Wasserstein GAN", arXiv:1701.07875, figure 2."""

import keras
import numpy as np
import tensorflow as tf
from scipy.special import expit
from scipy.stats import norm

from keras_gan import losses, penalties
from keras_gan.networks import points
from keras_gan.optimizers import Adam
from keras_gan.plots.canvas import BLUE, GREEN, GREY, INK, WARM, figure, quiet

MEAN, DEVIATION = 2.0, 0.5  # the two Gaussians: N(-2, 1/4) is the data, N(2, 1/4) what a generator would make
STEPS, BATCH = 800, 256


def critics_of_two_gaussians(seed=0):
    """D of a GAN and the critic of a WGAN, both trained to the end on two Gaussians that hardly meet: N(-2, 1/4), the
    data, and N(2, 1/4), the samples (figure 2 of Arjovsky et al.).

    Above: the densities, D(x), and f(x), which goes down in a straight line from the data to the samples. Below: the
    slope that either offers to a sample at x: |d log(1 - D(x)) / dx| and |f'(x)|. Where the samples are, D gives next
    to none.

    Trains for seconds, with `losses.minimax_discriminator`, and with `losses.wasserstein_discriminator` and the
    gradient penalty (weight lambda = 10) in place of the paper's clipping: the slope then has a unit, and its best
    value is 1 + W / (2 lambda) = 1.2, W = 4 the distance of the two. Returns a Figure.
    """
    x, logits, scores = trained_critics(seed)
    drawn = figure(7, 5.4)
    above, below = drawn.subplots(2, 1, sharex=True, height_ratios=(2.2, 1))
    for mean, colour, label in ((-MEAN, INK, r"$p_\mathrm{data}$"), (MEAN, GREEN, "$p_g$")):
        density = norm.pdf(x, mean, DEVIATION)
        above.fill_between(x, density, color=colour, alpha=0.18, linewidth=0, label=label)
    above.plot(x, expit(logits), color=BLUE, linestyle="--", linewidth=2, label="$D(x)$ of the GAN")
    right = above.twinx()
    right.plot(x, scores - scores.mean(), color=WARM[0], linewidth=2, label="$f(x)$ of the WGAN (right)")
    quiet(above).set_ylim(0, 1.1)
    right.spines[["top", "left", "bottom"]].set_visible(False)
    right.spines["right"].set_color(GREY)
    right.tick_params(colors=GREY, labelcolor=INK, labelsize=9, length=3)
    quiet(below).plot(x, expit(logits) * np.abs(np.gradient(logits, x)), color=BLUE, linestyle="--", linewidth=2)
    below.plot(x, np.abs(np.gradient(scores, x)), color=WARM[0], linewidth=2)
    below.set_ylabel("slope for G", color=INK)
    below.set_xlabel("$x$", color=INK)
    handles = above.get_legend_handles_labels()[0] + right.get_legend_handles_labels()[0]
    drawn.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=9, labelcolor=INK)
    return drawn


def trained_critics(seed=0):
    """x [n], the GAN's logits and the WGAN's scores there, float64 [n] each."""
    random = np.random.default_rng(seed)
    real, fake = (tf.constant(random.normal(mean, DEVIATION, (STEPS, BATCH, 1)), tf.float32) for mean in (-MEAN, MEAN))
    epsilon = tf.constant(random.random((STEPS, BATCH, 1)), tf.float32)

    def regular(critic, real, fake, epsilon):
        return losses.minimax_discriminator(critic(real), critic(fake))

    def wasserstein(critic, real, fake, epsilon):
        penalty = 10.0 * penalties.gradient_penalty(critic, real, fake, epsilon)
        return losses.wasserstein_discriminator(critic(real), critic(fake)) + penalty

    x = np.linspace(-2 * MEAN, 2 * MEAN, 401)
    answers = []
    for objective in (regular, wasserstein):
        initializer = keras.initializers.GlorotUniform(seed)
        critic = points.discriminator(1, (("tanh", 64), ("tanh", 64)), initializer)
        optimizer = Adam(keras.optimizers.schedules.CosineDecay(5e-3, STEPS))
        optimizer.build(critic.trainable_variables)

        @tf.function
        def train(critic=critic, optimizer=optimizer, objective=objective):
            for step in tf.range(STEPS):
                with tf.GradientTape() as tape:
                    value = objective(critic, real[step], fake[step], epsilon[step])
                optimizer.apply(tape.gradient(value, critic.trainable_variables), critic.trainable_variables)

        train()
        answers.append(np.ravel(critic(tf.constant(x[:, None], tf.float32))).astype(float))
    return x, *answers
