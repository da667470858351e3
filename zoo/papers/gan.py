"""Goodfellow et al. 2014, "Generative Adversarial Nets": the nets for MNIST, TFD and CIFAR-10 of the authors' code, and
the one-dimensional demonstration of figure 1."""

import keras_gan
from keras_gan import networks, sampling
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("Generative Adversarial Nets", "Goodfellow et al.", 2014, "1406.2661")
MNIST_IMAGE = (28, 28, 1)


def paper_sgd(rate, rising_steps):
    """Both optimisers of the YAML files; D's rate is halved, because the authors' code halves D's cost."""
    rates = [keras_gan.optimizers.DividedLearningRate(one) for one in (rate, rate / 2)]
    return tuple(keras_gan.optimizers.RisingMomentumSGD(one, 0.5, 0.7, rising_steps) for one in rates)


def unit_variance():
    """The distribution of z."""
    return sampling.latents.Uniform(-(3.0**0.5), 3.0**0.5)


register(
    Variant(
        "gan.mnist",
        "Fully connected pair: ReLU and sigmoid generator, maxout and dropout discriminator.",
        PAPER,
        build=lambda: keras_gan.GAN(
            networks.gan.generator(MNIST_IMAGE),
            networks.gan.discriminator(MNIST_IMAGE),
            latent=unit_variance(),
            average_decay=0.99999,
            average_power=1.0,
        ),
        dataset="mnist",
        split="train[:50000]",
        image_shape=MNIST_IMAGE,
        batch_size=100,
        epochs=400,
        average_alone=True,
        optimizers=lambda steps: paper_sgd(0.1, steps * 50 // 400),
        prepare=lambda model, images: networks.gan.set_output_bias(model.generator, images),
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
    generator = networks.gan.generator(
        FACE,
        hidden=(*front, ("relu", 8000), ("sigmoid", 8000)),
        output_initializer=keras_gan.initializers.Sparse(100),
        sigmoid_bias=-2.0,
        maximum_norm=COLUMN_NORM,
    )
    return keras_gan.GAN(generator, networks.gan.discriminator(FACE, ((1200, 5), (1200, 5)), maximum_norm=COLUMN_NORM))


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
            optimizers=lambda steps, epochs=epochs: paper_sgd(0.05, steps * 250 // epochs),
            prepare=lambda model, images: networks.gan.set_output_bias(model.generator, images),
            first_stage="gan.tfd_pretrain" if front else None,
            take_over=(lambda model, first: networks.gan.put_in_front(model.generator, first.generator))
            if front
            else None,
            measured=False,
            tags=("own data", "large"),
        )
    )


def photographs():
    """The fully connected CIFAR-10 pair."""
    from keras.initializers import RandomUniform

    hidden, wide = (("relu", 8000), ("sigmoid", 8000)), RandomUniform(-0.5, 0.5)
    generator = networks.gan.generator(PHOTO, hidden=hidden, output="linear", output_initializer=wide)
    contrast = keras_gan.layers.ContrastNormalisation(55.0)
    return keras_gan.GAN(generator, networks.gan.discriminator(PHOTO, ((1600, 5), (1600, 5)), preprocessing=contrast))


CONTRAST = "D normalises the contrast itself and G's linear output is halved, so that images are in [-1, 1] outside."

register(
    Variant(
        "gan.cifar10",
        "The fully connected nets for CIFAR-10 (figure 2c).",
        PAPER,
        build=photographs,
        dataset="cifar10",
        split="train[:40000]",
        image_shape=PHOTO,
        batch_size=100,
        epochs=250,
        optimizers=lambda steps: paper_sgd(0.025, steps),
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
        build=lambda: keras_gan.GAN(networks.gan_conv.generator(PHOTO), networks.gan_conv.discriminator(PHOTO)),
        dataset="cifar10",
        split="train[:40000]",
        image_shape=PHOTO,
        batch_size=128,
        epochs=250,
        optimizers=lambda steps: paper_sgd(0.004, steps),
        measured=False,
        tags=("large",),
        deviations=(CONTRAST,),
    )
)


def falling_adam(steps):
    """Adam whose rate falls to 0 along a cosine, so that the players come to rest."""
    from keras.optimizers.schedules import CosineDecay

    rate = CosineDecay(1e-3, steps)
    return tuple(keras_gan.optimizers.Adam(rate, beta_1=0.5) for _ in range(2))


register(
    Variant(
        "gan.gaussian1d",
        "The one-dimensional demonstration: a generator learns N(-1, 1), and D comes to 1/2 everywhere.",
        PAPER,
        build=lambda: keras_gan.GAN(
            networks.points.generator(1, 1, (("softplus", 16),), "lecun_normal"),
            networks.points.discriminator(1, (("tanh", 32), ("tanh", 32)), "lecun_normal"),
            latent=sampling.latents.Stratified(-5.0, 5.0),
            average_decay=0.999,
        ),
        dataset="gaussian1d",
        image_shape=None,
        batch_size=200,
        epochs=20,
        optimizers=falling_adam,
        deviations=("Wider nets and Adam, where Jang's demonstration has 1-6-5-1, tanh outputs and SGD.",),
        tags=("toy",),
    )
)
