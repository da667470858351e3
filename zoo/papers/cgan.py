"""Mirza and Osindero 2014, "Conditional Generative Adversarial Nets": the fully connected pair for MNIST."""

import keras_gan
from keras_gan import networks, sampling
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("Conditional Generative Adversarial Nets", "Mirza and Osindero", 2014, "1411.1784")
MNIST_IMAGE = (28, 28, 1)


def paper_sgd(steps):
    """Section 4.1: learning rate 0.1, divided by 1.00004 an update down to 1e-6; momentum 0.5, rising to 0.7."""
    rates = [keras_gan.optimizers.DividedLearningRate(rate, 1.00004) for rate in (0.1, 0.05)]
    return tuple(keras_gan.optimizers.RisingMomentumSGD(rate, 0.5, 0.7, steps * 50 // 60) for rate in rates)


register(
    Variant(
        "cgan.mnist",
        "Fully connected pair that makes the digit it is asked for: the label has a layer of its own in both players.",
        PAPER,
        build=lambda: keras_gan.GAN(
            networks.cgan.generator(MNIST_IMAGE, classes=10),
            networks.cgan.discriminator(MNIST_IMAGE, classes=10),
            latent=sampling.latents.Uniform(-(3.0**0.5), 3.0**0.5),
            average_decay=0.99999,
            average_power=2.0,
            classes=10,
        ),
        dataset="mnist",
        split="train[:50000]",
        image_shape=MNIST_IMAGE,
        batch_size=100,
        epochs=60,
        optimizers=paper_sgd,
        prepare=lambda model, images: networks.gan.set_output_bias(model.generator, images),
        conditional=True,
        deviations=(
            "Batch normalisation in G instead of dropout, with which samples were ten images (recall 0, 35 epochs).",
            "z has unit variance and D's input dropout 0.2, as in the nets of 2014: else D wins for good.",
            "Momentum rises over 50 epochs; the paper does not say over how many.",
            "Samples come from an average of G's weights over all steps, each in proportion to its number squared.",
            "D's learning rate is halved, as in the authors' earlier code.",
        ),
    )
)
