"""Goodfellow et al. 2014, "Generative Adversarial Nets": the nets for MNIST, TFD and CIFAR-10 of the authors' code, and
the one-dimensional demonstration of figure 1."""

import keras
from keras.initializers import RandomUniform

from keras_gan import GAN, latents
from keras_gan.architectures import maxout_conv, mlp, points
from keras_gan.initializers import Sparse
from keras_gan.layers import ContrastNormalisation
from keras_gan.optimizers import Adam, DividedLearningRate, RisingMomentumSGD
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Generative Adversarial Nets", "Goodfellow et al.", 2014, "1406.2661")
MNIST_IMAGE = (28, 28, 1)
WIDE = RandomUniform(-0.5, 0.5)
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
            mlp.generator(MNIST_IMAGE),
            mlp.discriminator(MNIST_IMAGE),
            latent=UNIT_VARIANCE,
            average_decay=0.99999,
            average_power=1.0,
        ),
        dataset="mnist",
        split="train[:50000]",
        image_shape=MNIST_IMAGE,
        batch_size=100,
        epochs=400,
        optimizers=lambda: paper_sgd(0.1, epochs_of_rise=50, steps_per_epoch=500),
        prepare=lambda model, images: mlp.set_output_bias(model.generator, images),
        deviations=(
            "Momentum rises from 0.5 to 0.7 over 50 epochs instead of 250, chosen for shorter runs than this one.",
            "Samples come from an average of G's weights over all steps, each in proportion to its number.",
        ),
    )
)


FACE, PHOTO = (48, 48, 1), (32, 32, 3)
COLUMN_NORM = 1.9365  # the YAML's max_col_norm


def faces(*front):
    """The TFD pair; `front` are the layers that the second stage puts before the first stage's generator."""
    generator = mlp.generator(
        FACE,
        hidden=(*front, ("relu", 8000), ("sigmoid", 8000)),
        output_initializer=Sparse(100),
        sigmoid_bias=-2.0,
        maximum_norm=COLUMN_NORM,
    )
    return GAN(generator, mlp.discriminator(FACE, ((1200, 5), (1200, 5)), maximum_norm=COLUMN_NORM))


for name, stage, epochs, front in (
    ("gan.tfd_pretrain", "the first stage", 50, ()),
    (
        "gan.tfd",
        "the second stage, two layers before the first one's generator",
        22,
        (("relu", 8000), ("sigmoid", 100)),
    ),
):
    register(
        Variant(
            name,
            f"The nets for the Toronto Face Database: {stage}. The data are not public: bring your own.",
            PAPER,
            build=lambda front=front: faces(*front),
            dataset="tfd",
            image_shape=FACE,
            batch_size=100,
            epochs=epochs,
            optimizers=lambda: paper_sgd(0.05, epochs_of_rise=250, steps_per_epoch=1000),
            prepare=lambda model, images: mlp.set_output_bias(model.generator, images),
            first_stage="gan.tfd_pretrain" if front else None,
            take_over=(lambda model, first: mlp.put_in_front(model.generator, first.generator)) if front else None,
            measured=False,
            tags=("own data", "large"),
        )
    )

CONTRAST = "D normalises the contrast itself and G's linear output is halved, so that images are in [-1, 1] outside."

register(
    Variant(
        "gan.cifar10",
        "The fully connected nets for CIFAR-10 (figure 2c).",
        PAPER,
        build=lambda: GAN(
            mlp.generator(PHOTO, hidden=(("relu", 8000), ("sigmoid", 8000)), output="linear", output_initializer=WIDE),
            mlp.discriminator(PHOTO, ((1600, 5), (1600, 5)), preprocessing=ContrastNormalisation(55.0)),
        ),
        dataset="cifar10",
        split="train[:40000]",
        image_shape=PHOTO,
        batch_size=100,
        epochs=250,
        optimizers=lambda: paper_sgd(0.025, epochs_of_rise=250, steps_per_epoch=400),
        measured=False,
        tags=("large",),
        deviations=(CONTRAST,),
    )
)

register(
    Variant(
        "gan_conv.cifar10",
        "The convolutional nets for CIFAR-10 (figure 2d).",
        PAPER,
        build=lambda: GAN(maxout_conv.generator(PHOTO), maxout_conv.discriminator(PHOTO)),
        dataset="cifar10",
        split="train[:40000]",
        image_shape=PHOTO,
        batch_size=128,
        epochs=250,
        optimizers=lambda: paper_sgd(0.004, epochs_of_rise=250, steps_per_epoch=312),
        measured=False,
        tags=("large",),
        deviations=(CONTRAST,),
    )
)


def falling_adam(steps):
    """Adam whose rate falls to 0 along a cosine, so that the players come to rest."""
    rate = keras.optimizers.schedules.CosineDecay(1e-3, steps)
    return tuple(Adam(rate, beta_1=0.5) for _ in range(2))


register(
    Variant(
        "gan.gaussian1d",
        "The one-dimensional demonstration: a generator learns N(-1, 1), and D comes to 1/2 everywhere.",
        PAPER,
        build=lambda: GAN(
            points.generator(1, 1, (("softplus", 16),), "lecun_normal"),
            points.discriminator(1, (("tanh", 32), ("tanh", 32)), "lecun_normal"),
            latent=latents.Stratified(-5.0, 5.0),
            average_decay=0.999,
        ),
        dataset="gaussian1d",
        image_shape=None,
        batch_size=200,
        epochs=20,
        optimizers=lambda: falling_adam(20 * 500),
        deviations=("Wider nets and Adam, where Jang's demonstration has 1-6-5-1, tanh outputs and SGD.",),
        tags=("toy",),
    )
)
