"""Goodfellow et al. 2014, "Generative Adversarial Nets": the MNIST net and the one-dimensional demonstration."""

import keras
from keras import layers
from keras.initializers import RandomNormal

from keras_gan import GAN, latents
from keras_gan.architectures import mlp
from keras_gan.optimizers import DividedLearningRate, RisingMomentumSGD
from zoo import figures
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Generative Adversarial Nets", "Goodfellow et al.", 2014, "1406.2661")
MNIST_IMAGE = (28, 28, 1)
UNIT_VARIANCE = latents.Uniform(-(3.0**0.5), 3.0**0.5)


def paper_sgd(rate, epochs_of_rise, steps_per_epoch):
    """Both optimisers of the YAML files; D's rate is halved, because the authors' code halves D's cost."""
    rises = epochs_of_rise * steps_per_epoch
    return tuple(RisingMomentumSGD(DividedLearningRate(r), 0.5, 0.7, rising_steps=rises) for r in (rate, rate / 2))


register(
    Variant(
        "gan.mnist",
        "Fully connected pair: ReLU and sigmoid generator, maxout and dropout discriminator.",
        PAPER,
        build=lambda: GAN(
            mlp.generator(MNIST_IMAGE), mlp.discriminator(MNIST_IMAGE), latent=UNIT_VARIANCE, average_decay=0.9995
        ),
        dataset="mnist",
        split="train[:50000]",
        image_shape=MNIST_IMAGE,
        batch_size=100,
        epochs=250,
        optimizers=lambda: paper_sgd(0.1, epochs_of_rise=50, steps_per_epoch=500),
        prepare=lambda model, images: mlp.set_output_bias(model.generator, images),
        figures=figures.parzen_mnist,
        deviations=(
            "Momentum rises from 0.5 to 0.7 over 50 epochs instead of 250, because the run is shorter.",
            "Samples come from the exponential moving average of the generator (decay 0.9995 per step).",
        ),
    )
)


def _small_mlp(name, activation, features, output):
    """1 - hidden - hidden - 1 with weights N(0, 1) / sqrt(fan in): the scale of the demonstrations' nets."""
    x = inputs = keras.Input((1,), name=features)
    for units in (16, 16):
        x = layers.Dense(units, activation, kernel_initializer="lecun_normal")(x)
    return keras.Model(inputs, layers.Dense(1, kernel_initializer=RandomNormal(0.0, 0.1), name=output)(x), name=name)


register(
    Variant(
        "gan.gaussian1d",
        "The one-dimensional demonstration: a generator learns N(-1, 1), and D becomes 1/2 everywhere.",
        PAPER,
        build=lambda: GAN(
            _small_mlp("generator", "tanh", "z", "points"),
            _small_mlp("discriminator", "tanh", "points", "logits"),
            latent=latents.Stratified(-5.0, 5.0),
            average_decay=0.999,
        ),
        dataset="gaussian1d",
        image_shape=(1,),
        batch_size=200,
        epochs=20,
        optimizers=lambda: tuple(keras.optimizers.Adam(rate, beta_1=0.5) for rate in (1e-3, 2e-3)),
        figures=figures.gaussian,
        deviations=(
            "Nets 1-16-16-1 with linear outputs and Adam, where Jang's demonstration has 1-6-5-1, tanh outputs and SGD.",
        ),
        tags=("toy",),
    )
)
