"""The doctor's patients: trainings that are broken on purpose, each in its own way, and healthy ones."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

import zoo
from keras_gan import GAN, data
from keras_gan.data.toys import Gaussian1D, Ring
from keras_gan.networks import dcgan, gan
from keras_gan.optimizers import Adam
from keras_gan.sampling import latents

DIGITS, LARGE_DIGITS = (8, 8, 1), (28, 28, 1)
POINTS = 20_000


@dataclass(frozen=True)
class Run:
    """A training: `model()` compiled, on `training()`, with `held_out()` for the doctor."""

    what: str
    model: Callable
    training: Callable  # -> samples
    held_out: Callable
    steps: int
    verdict: str | None = None  # what the doctor must say; None for a healthy run
    batch_size: int = 64


def digits(image_shape=DIGITS, n=None):
    return lambda: data.images_of(data.read("digits", image_shape=image_shape), n)


def test_digits(image_shape=DIGITS):
    return lambda: data.images_of(data.read("digits", image_shape=image_shape, split="test"))


def world(toy, seed):
    return lambda: toy.sample(POINTS, seed)


def game(generator, discriminator, generator_optimizer, discriminator_optimizer, **options):
    model = GAN(generator, discriminator, **options)
    model.compile(generator_optimizer, discriminator_optimizer)
    return model


def adam(rate=2e-4):
    return Adam(rate, beta_1=0.5)


def convolutional(generator_rate=2e-4, discriminator_rate=2e-4, shape=DIGITS, kernel=5, **options):
    """The nets of dcgan.digits."""
    nets = dcgan.generator(shape, width=32, kernel=kernel), dcgan.discriminator(shape, width=32)
    return game(*nets, adam(generator_rate), adam(discriminator_rate), **options)


def convolutional_sgd(rate, momentum):
    """The same nets with momentum instead of Adam."""
    nets = dcgan.generator(DIGITS, width=32), dcgan.discriminator(DIGITS, width=32)
    return game(*nets, sgd(rate, momentum), sgd(rate, momentum))


def dense(generator_optimizer, discriminator_optimizer, hidden=128):
    """A small fully connected pair for 8 x 8 digits; D without the dropout of 2014."""
    generator = gan.generator(DIGITS, latent_dim=32, hidden=(("relu", hidden), ("relu", hidden)))
    images = keras.Input(DIGITS)
    x = layers.Flatten()(images)
    for _ in range(2):
        x = layers.LeakyReLU(0.2)(layers.Dense(hidden)(x))
    discriminator = keras.Model(images, layers.Dense(1)(x))
    return game(generator, discriminator, generator_optimizer, discriminator_optimizer)


def normalised():
    """A fully connected pair that keeps the digits' modes: batch normalisation in G, dropout in D."""
    z, images = keras.Input((32,)), keras.Input(DIGITS)
    x, y = z, layers.Flatten()(images)
    for units in (128, 256):
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(layers.Dense(units)(x)))
    generator = keras.Model(z, layers.Reshape(DIGITS)(layers.Dense(64, "tanh")(x)))
    for units in (256, 128):
        y = layers.Dropout(0.3)(layers.LeakyReLU(0.2)(layers.Dense(units)(y)))
    return game(generator, keras.Model(images, layers.Dense(1)(y)), adam(5e-4), adam(5e-4))


def plane(discriminator_rate, generator_rate, hidden=128, latent_dim=2):
    """A pair of ReLU nets for points in the plane."""

    def net(inputs, outputs):
        x = start = keras.Input((inputs,))
        for _ in range(3):
            x = layers.Dense(hidden, "relu")(x)
        return keras.Model(start, layers.Dense(outputs)(x))

    return game(net(latent_dim, 2), net(2, 1), adam(generator_rate), adam(discriminator_rate))


def first_plan():
    """The first try of layumi/2016_GAN_Matlab: noise in the shape of an image through 3 x 3, 1 x 1 and 3 x 3
    convolutions with ReLU after two of them. D is a digit classifier; its two outputs make the logit."""
    z = keras.Input((32 * 32,))
    x = layers.Reshape((32, 32, 1))(z)
    x = layers.Conv2D(16, 3, activation="relu", kernel_initializer="he_normal")(x)
    x = layers.Conv2D(16, 1, activation="relu", kernel_initializer="he_normal")(x)
    x = layers.Conv2D(1, 3, kernel_initializer="he_normal")(x)
    generator = keras.Model(z, layers.Rescaling(2.0, -1.0)(x))
    images = keras.Input(LARGE_DIGITS)
    y = layers.Rescaling(0.5, 0.5)(images)
    for maps in (20, 50):
        y = layers.MaxPooling2D()(layers.Conv2D(maps, 5, kernel_initializer="he_normal")(y))
    y = layers.Dense(500, "relu", kernel_initializer="he_normal")(layers.Flatten()(y))
    y = layers.Dense(2)(y)
    discriminator = keras.Model(images, y[:, 1:] - y[:, :1])
    optimizers = [keras.optimizers.SGD(1e-3, momentum=0.9, weight_decay=5e-4) for _ in range(2)]
    return game(generator, discriminator, *optimizers, latent=latents.Uniform(-1.0, 1.0))


def dirac():
    """Mescheder et al. 2018, section 2: D(x) = psi x, G moves one point; here with a little width around it."""
    z, x = keras.Input((1,)), keras.Input((1,))
    shift = layers.Dense(1, kernel_initializer="zeros", bias_initializer="ones")(layers.Rescaling(0.0)(z))
    generator = keras.Model(z, layers.Add()([shift, layers.Rescaling(0.1)(z)]))
    discriminator = keras.Model(x, layers.Dense(1, use_bias=False, kernel_initializer="ones")(x))
    return game(generator, discriminator, keras.optimizers.SGD(0.05), keras.optimizers.SGD(0.05))


def burning():
    """dcgan.digits whose last layer starts a thousand times too large, so that tanh is at its ends."""
    model = convolutional(2e-5)
    kernel = model.generator.get_layer("pixels").kernel
    kernel.assign(1000.0 * kernel)
    return model


def recipe(name, total_steps):
    """total_steps: the length of the recipe's whole training, which its schedules take."""
    return lambda: zoo.build(name, total_steps)


def sgd(rate, momentum=0.0):
    return keras.optimizers.SGD(rate, momentum)


RING = world(Ring(), 1), world(Ring(), 2)
SMALL_DIGITS = digits(), test_digits()

BROKEN = {
    "first plan": Run(
        "image-shaped noise, convolutional G, two-way D (layumi/2016_GAN_Matlab, first try)",
        first_plan, digits(LARGE_DIGITS), test_digits(LARGE_DIGITS), 160, "constant_output",
    ),
    "strong D": Run(
        "minimax with a D whose learning rate is 100 times G's",
        lambda: convolutional(1e-5, 1e-3, objective="minimax"), *SMALL_DIGITS, 200, "discriminator_too_strong",
    ),
    "to NaN": Run(
        "SGD with learning rate 1e6",
        lambda: dense(sgd(1e6, 0.9), sgd(1e6, 0.9)), *SMALL_DIGITS, 100, "not_finite",
    ),
    "exploding": Run(
        "SGD with learning rate 0.5 and momentum 0.9",
        lambda: convolutional_sgd(0.5, 0.9), *SMALL_DIGITS, 100, "exploding",
    ),
    "64 digits": Run(
        "a training set of 64 digits",
        convolutional, digits(n=64), test_digits(), 1000, "discriminator_overfits",
    ),
    "collapsed ring": Run(
        "a fast G against a slow D on eight Gaussians",
        lambda: plane(1e-4, 1e-3), *RING, 1500, "few_modes", 256,
    ),
    "collapsed digits": Run(
        "a fast dense G against a slow D",
        lambda: dense(adam(5e-3), adam(1e-4)), *SMALL_DIGITS, 1000, "few_modes",
    ),
    "one image": Run(
        "300 copies of one digit",
        convolutional, lambda: np.repeat(digits(n=1)(), 300, axis=0), test_digits(), 60, "constant_data",
    ),
    "frozen": Run("learning rate 0", lambda: convolutional(0.0, 0.0), *SMALL_DIGITS, 60, "frozen"),
    "Dirac": Run(
        "a linear D against a G of one number, plain gradient steps",
        dirac, world(Gaussian1D(0.0, 0.1), 1), world(Gaussian1D(0.0, 0.1), 2), 2000, "orbiting",
    ),
    "burning": Run("G's last layer a thousand times too large", burning, *SMALL_DIGITS, 200, "saturated_output"),
    "kernel 3": Run(
        "transposed convolutions of kernel 3 and stride 2, hardly trained",
        lambda: convolutional(1e-5, 1e-5, LARGE_DIGITS, kernel=3), digits(LARGE_DIGITS), test_digits(LARGE_DIGITS),
        40, "checker_artefacts",
    ),
}  # fmt: skip

HEALTHY = {
    "dcgan.digits": Run(
        "the zoo's recipe, 40 of its 120 epochs", recipe("dcgan.digits", 3600), *SMALL_DIGITS, 1200, None, 50,
    ),
    "gan.gaussian1d": Run(
        "the zoo's recipe", recipe("gan.gaussian1d", 10_000), world(Gaussian1D(), 1), world(Gaussian1D(), 2), 10_000,
        None, 200,
    ),
    "dense digits": Run("a fully connected pair, batch normalisation in G", normalised, *SMALL_DIGITS, 1500),
    "ring": Run("eight Gaussians, all kept", lambda: plane(1e-3, 1e-3), *RING, 3000, None, 256),
    "dcgan, 28 pixels": Run(
        "dcgan on enlarged digits", lambda: convolutional(shape=LARGE_DIGITS), digits(LARGE_DIGITS),
        test_digits(LARGE_DIGITS), 200,
    ),
}  # fmt: skip
