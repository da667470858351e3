"""Salimans et al. 2016, "Improved Techniques for Training GANs": MNIST digits with minibatch discrimination, and each
technique alone on eight Gaussians, from one fragile game without any of them."""

import keras
from keras import layers

from keras_gan import ImprovedGAN
from keras_gan.architectures import dcgan
from keras_gan.layers import MinibatchDiscrimination, ReferenceBatch, VirtualBatchNormalization, WithoutReference
from keras_gan.optimizers import Adam
from zoo import convolutional
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper("Improved Techniques for Training GANs", "Salimans et al.", 2016, "1606.03498")


def digits(minibatch_kernels=100, **options):
    """The small convolutional pair; D compares the samples of a minibatch before its logit."""
    discriminator = dcgan.discriminator(
        convolutional.IMAGE, width=convolutional.WIDTH, minibatch_kernels=minibatch_kernels
    )
    return ImprovedGAN(convolutional.generator(), discriminator, average_decay=0.999, **options)


def dcgan_adam():
    """Radford et al. 2015: Adam, learning rate 0.0002, beta_1 0.5, for both."""
    return tuple(Adam(2e-4, beta_1=0.5) for _ in range(2))


register(
    Variant(
        "improved.mnist",
        "Convolutional pair with minibatch discrimination and one-sided label smoothing.",
        PAPER,
        build=lambda: digits(real_target=0.9),
        dataset="mnist",
        image_shape=convolutional.IMAGE,
        batch_size=64,
        epochs=8,
        optimizers=dcgan_adam,
        deviations=(
            convolutional.SMALL,
            "The plain game: the paper's MNIST nets for minibatch discrimination learn from labels too.",
            "Minibatch discrimination of 3,136 features without weight normalisation and data-dependent scales.",
            convolutional.averaged(0.999),
        ),
    )
)

REFERENCE = 100  # rows of the reference batch on the ring, as many as in a minibatch


def plane_generator(normalisation=None):
    """z [n, 2] -> points [n, 2]; normalisation: None, "batch" or "virtual"."""
    z = keras.Input((2,), name="z")
    x = ReferenceBatch(REFERENCE)(z) if normalisation == "virtual" else z
    for _ in range(3):
        x = layers.Dense(128)(x)
        if normalisation == "batch":
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        elif normalisation == "virtual":
            x = VirtualBatchNormalization(REFERENCE)(x)
        x = layers.ReLU()(x)
    x = layers.Dense(2)(x)
    return keras.Model(z, WithoutReference(REFERENCE)(x) if normalisation == "virtual" else x, name="generator")


def plane_discriminator(minibatch_kernels=0):
    """Points [n, 2] -> logits [n, 1]."""
    x = points = keras.Input((2,), name="points")
    for number in range(3):
        x = layers.Dense(128, "relu", name=f"hidden_{number}")(x)
    if minibatch_kernels:
        x = MinibatchDiscrimination(minibatch_kernels, dimensions=3, name="minibatch_discrimination")(x)
    return keras.Model(points, layers.Dense(1, name="logits")(x), name="discriminator")


def fragile_adam():
    """A generator ten times as fast as D, which loses modes without help."""
    return tuple(Adam(rate, beta_1=0.5) for rate in (1e-3, 1e-4))


RING = {  # name: what it adds to the plain game, ImprovedGAN's options, and those of its networks
    "plain": ("nothing", {}, None, 0),
    "matching": ("feature matching of D's last hidden layer", {"feature_layer": "hidden_2"}, None, 0),
    "minibatch": ("minibatch discrimination, 16 kernels of 3 dimensions", {}, None, 16),
    "history": ("historical averaging of weight 0.01", {"history_weight": 0.01}, None, 0),
    "smoothing": ("real target 0.9", {"real_target": 0.9}, None, 0),
    "batch_norm": ("batch normalisation in G", {}, "batch", 0),
    "virtual_norm": ("virtual batch normalisation in G", {}, "virtual", 0),
}


def plane(name):
    """The game of a row of RING."""
    _, options, normalisation, kernels = RING[name]
    return ImprovedGAN(plane_generator(normalisation), plane_discriminator(kernels), **options)


for name, (added, *_) in RING.items():
    register(
        Variant(
            f"improved_{name}.ring",
            f"Eight Gaussians on a ring, a fragile game; added: {added}.",
            PAPER,
            build=lambda name=name: plane(name),
            dataset="ring",
            image_shape=None,
            batch_size=100,
            epochs=2,
            optimizers=fragile_adam,
            deviations=("The paper has no ring: it is LSGAN's.",),
            tags=("toy",),
        )
    )
