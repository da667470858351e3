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

REFERENCE = 100  # rows of the reference batch of virtual batch normalisation; the ring's minibatches are as large


def digits(minibatch_kernels=100, virtual=False, **options):
    """The small convolutional pair; D compares the samples of a minibatch before its logit. virtual: G has virtual
    batch normalisation instead of batch normalisation."""
    discriminator = dcgan.discriminator(
        convolutional.IMAGE, width=convolutional.WIDTH, minibatch_kernels=minibatch_kernels
    )
    generator = virtually_normalised(convolutional.generator()) if virtual else convolutional.generator()
    return ImprovedGAN(generator, discriminator, average_decay=0.999, **options)


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


def virtually_normalised(generator, reference=REFERENCE):
    """The same network with virtual batch normalisation where it has batch normalisation (section 3.5); new weights."""

    def virtual(layer):
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma = layer.gamma_initializer.clone()
            return VirtualBatchNormalization(reference, layer.epsilon, gamma, name=layer.name)
        return type(layer).from_config(layer.get_config())

    def call(layer, *inputs, **options):  # which for batch normalisation are a mask
        return layer(*inputs) if isinstance(layer, VirtualBatchNormalization) else layer(*inputs, **options)

    network = keras.models.clone_model(generator, clone_function=virtual, call_function=call)
    z = keras.Input(generator.input_shape[1:], name="z")
    samples = WithoutReference(reference)(network(ReferenceBatch(reference)(z)))
    return keras.Model(z, samples, name="generator")


def plane_generator(normalised=False):
    """z [n, 2] -> points [n, 2]; normalised: with batch normalisation."""
    x = z = keras.Input((2,), name="z")
    for _ in range(3):
        x = layers.Dense(128)(x)
        if normalised:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        x = layers.ReLU()(x)
    return keras.Model(z, layers.Dense(2)(x), name="generator")


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


RING = {  # name: what it adds to the plain game, ImprovedGAN's options, its generator, D's minibatch kernels
    "plain": ("nothing", {}, plane_generator, 0),
    "matching": ("feature matching of D's last hidden layer", {"feature_layer": "hidden_2"}, plane_generator, 0),
    "minibatch": ("minibatch discrimination, 16 kernels of 3 dimensions", {}, plane_generator, 16),
    "history": ("historical averaging of weight 0.01", {"history_weight": 0.01}, plane_generator, 0),
    "smoothing": ("real target 0.9", {"real_target": 0.9}, plane_generator, 0),
    "batch_norm": ("batch normalisation in G", {}, lambda: plane_generator(normalised=True), 0),
    "virtual_norm": (
        "virtual batch normalisation in G", {}, lambda: virtually_normalised(plane_generator(normalised=True)), 0,
    ),
}  # fmt: skip


def plane(name):
    """The game of a row of RING."""
    _, options, generator, kernels = RING[name]
    return ImprovedGAN(generator(), plane_discriminator(kernels), **options)


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
