"""Salimans et al. 2016, "Improved Techniques for Training GANs": MNIST digits with minibatch discrimination, and each
technique alone on eight Gaussians, from one fragile game without any of them."""

import keras_gan
from keras_gan import networks
from zoo.papers import _convolutional
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("Improved Techniques for Training GANs", "Salimans et al.", 2016, "1606.03498")


def digits(minibatch_kernels=100, virtual=False, **options):
    """The small convolutional pair; D compares the samples of a minibatch before its logit. virtual: G has virtual
    batch normalisation instead of batch normalisation."""
    generator = _convolutional.generator()
    if virtual:
        generator = networks.improved.virtually_normalised(generator)
    discriminator = _convolutional.discriminator(minibatch_kernels=minibatch_kernels)
    return keras_gan.ImprovedGAN(generator, discriminator, average_decay=0.999, **options)


register(
    Variant(
        "improved.mnist",
        "Convolutional pair with minibatch discrimination and one-sided label smoothing.",
        PAPER,
        build=lambda: digits(real_target=0.9),
        dataset="mnist",
        image_shape=_convolutional.IMAGE,
        batch_size=64,
        epochs=8,
        optimizers=_convolutional.falling_adam,
        deviations=(
            _convolutional.SMALL,
            _convolutional.DENSE,
            "Learning rate 0.001, falling linearly to 0 over the second half, because the run is short.",
            "The plain game: the paper's MNIST nets for minibatch discrimination learn from labels too.",
            "Minibatch discrimination of 128 features without weight normalisation and data-dependent scales.",
            _convolutional.averaged(0.999),
        ),
    )
)


def fragile_adam(steps):
    """A generator ten times as fast as D, which loses modes without help."""
    return tuple(keras_gan.optimizers.Adam(rate, beta_1=0.5) for rate in (1e-3, 1e-4))


RING = {  # name: what it adds to the plain game, ImprovedGAN's options, G's normalisation, D's minibatch kernels
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
    generator = networks.improved.plane_generator(normalised=normalisation is not None)
    if normalisation == "virtual":
        generator = networks.improved.virtually_normalised(generator)
    return keras_gan.ImprovedGAN(generator, networks.improved.plane_discriminator(kernels), **options)


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
