"""The ladder network as a discriminator: Rasmus et al. 2015, "Semi-Supervised Learning with Ladder Networks",
arXiv:1507.02672, algorithm 1; Zhao et al. 2017, "Energy-based Generative Adversarial Network", appendix D."""

import keras
import numpy as np
from keras import layers
from keras.initializers import RandomNormal

from keras_gan.layers.ladder import Combinator, DenoisingCost, Shift, Standardisation


def discriminator(image_shape, classes=10, hidden=(1000, 500, 250, 250, 250), noise=0.3):
    """Images [n, *image_shape] -> {"logits": [n, classes] of the clean encoder, "noisy_logits": of the noisy one,
    "reconstruction": the decoder's images, "costs": float32 [n, layers], the DenoisingCost of each layer but the
    lowest, from the first hidden one to the top}.

    noise: standard deviation of the Gaussian noise on the pixels, in [0, 1], and on each layer's normalised units, in
    training alone. Only the clean encoder keeps moving statistics, for "logits" outside of training; all else is of the
    batch, so that labelled images, others and fakes are to go through in calls of their own.
    """
    if noise < 0.0 or not hidden or min(hidden) < 1:
        raise ValueError(f"noise must not be negative and hidden widths at least 1; got {noise} and {hidden}.")
    images = keras.Input(image_shape, name="images")
    pixels = layers.Flatten()(layers.Rescaling(0.5, 0.5)(images))
    widths = [int(np.prod(image_shape)), *hidden, classes]
    top = len(widths) - 1
    kernels = {n: _dense(widths[n - 1], widths[n], f"w{n}") for n in range(1, top + 1)}
    shifts = {n: Shift(gain=n == top, name=f"shift{n}") for n in range(1, top + 1)}
    clean, h = {}, pixels
    for n in range(1, top + 1):
        clean[n] = kernels[n](h)
        logits = shifts[n](Standardisation(moving=True, name=f"clean{n}")(clean[n]))
        h = layers.ReLU()(logits) if n < top else logits
    noisy = {0: _noisy(pixels, noise, 0)}
    h = noisy[0]
    for n in range(1, top + 1):
        noisy[n] = _noisy(Standardisation(name=f"noisy{n}")(kernels[n](h)), noise, n)
        noisy_logits = shifts[n](noisy[n])
        h = layers.ReLU()(noisy_logits) if n < top else layers.Softmax()(noisy_logits)
    u, costs = Standardisation(name=f"down{top}")(h), {}
    for n in range(top, 0, -1):
        estimate = Combinator(name=f"combinator{n}")([noisy[n], u])
        costs[n] = DenoisingCost(name=f"cost{n}", dtype="float32")([estimate, clean[n]])
        u = Standardisation(name=f"down{n - 1}")(_dense(widths[n], widths[n - 1], f"v{n}")(estimate))
    estimate = Combinator(name="combinator0")([noisy[0], u])
    back = layers.Reshape(image_shape)(layers.Rescaling(2.0, -1.0, dtype="float32")(estimate))
    outputs = {
        "logits": _named(logits, "logits"),
        "noisy_logits": _named(noisy_logits, "noisy_logits"),
        "reconstruction": _named(back, "reconstruction"),
        "costs": layers.Concatenate(name="costs", dtype="float32")([costs[n] for n in range(1, top + 1)]),
    }
    return keras.Model(images, outputs, name="discriminator")


def generator(image_shape, latent_dim=100, hidden=(250, 250, 250, 500, 1000)):
    """z [n, latent_dim] -> images in [-1, 1]: the encoder's widths in reverse, batch normalisation and ReLU after each
    layer but the last, which ends in tanh. The paper does not say which generator the ladder plays against."""
    x = z = keras.Input((latent_dim,), name="z")
    for units in hidden:
        x = layers.Dense(units, use_bias=False, kernel_initializer=RandomNormal(0, 0.02))(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
    x = layers.Dense(int(np.prod(image_shape)), kernel_initializer=RandomNormal(0, 0.02), name="pixels")(x)
    images = layers.Reshape(image_shape, dtype="float32", name="images")(layers.Activation("tanh", dtype="float32")(x))
    return keras.Model(z, images, name="generator")


def _dense(before, units, name):
    """A matrix of N(0, 1) / sqrt(inputs), without a bias: the code's."""
    return layers.Dense(units, use_bias=False, kernel_initializer=RandomNormal(0.0, before**-0.5), name=name)


def _noisy(x, noise, number):
    return layers.GaussianNoise(noise, name=f"noise{number}")(x) if noise else x


def _named(x, name):
    return layers.Activation("linear", dtype="float32", name=name)(x)
