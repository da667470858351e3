"""Zheng 2016, layumi/2016_GAN_Matlab: four generators of MNIST digits in MatConvNet, and the plan before them.

The first plan collapses, and is kept because it does: it is the doctor's teaching case.
"""

import keras_gan
from keras_gan import networks, sampling
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("2016_GAN_Matlab", "Zheng", 2016, address="github.com/layumi/2016_GAN_Matlab")
MNIST_IMAGE = (28, 28, 1)
MEAN_KEPT = "The code takes the mean pixel off real images, not off fakes; here neither has it taken off."
STEPS = "An odd and an even batch of the code are one step here, so that its epochs count double."


def sgd(rate):
    """Momentum 0.9 for both; the weight decay of 5e-4 is a regulariser of the networks."""
    from keras.optimizers import SGD

    return tuple(SGD(rate, 0.9) for _ in range(2))


register(
    Variant(
        "gdnet_first.mnist",
        "The first plan, which collapses to one image: noise in the shape of an image, and convolutions.",
        PAPER,
        build=lambda: keras_gan.GDnet(
            networks.gdnet.first_generator(),
            networks.gdnet.first_discriminator(),
            latent=sampling.latents.Uniform(-1.0, 1.0),
            switch=None,
        ),
        dataset="mnist",
        image_shape=MNIST_IMAGE,
        batch_size=64,
        epochs=1,
        optimizers=lambda steps: sgd(1e-3),
        measured=False,
        tags=("teaching",),
        deviations=(
            "The plan names no numbers of maps and no learning rate: GDnet's 64 and 32, and 0.001.",
            "It has a ReLU after the first two convolutions; the third is from the code's first version.",
        ),
    )
)

register(
    Variant(
        "gdnet.mnist",
        "GDnet: noise in the shape of an image, and the player moves that D's error calls for; strokes, and no digits.",
        PAPER,
        build=lambda: keras_gan.GDnet(
            networks.gdnet.noise_generator(),
            networks.gdnet.convolutional_discriminator(),
            latent=sampling.latents.Uniform(0.0, 1.0),
            switch=(0.1, 0.2),
        ),
        dataset="mnist",
        image_shape=MNIST_IMAGE,
        batch_size=64,
        epochs=4,
        optimizers=lambda steps: sgd(0.1),
        tags=("no digits",),  # FID 46, class entropy 1.08 after its 4 epochs
        deviations=(
            "The turn changes below an error of 0.1 and above 0.2; with the code's 0.2 and 0.6 it stays with G, whose "
            "pixels see 5 x 5 numbers of noise and never deceive D that far (error 0.25 after 300 steps).",
            "The code trains 20 epochs with a learning rate of 0.1 and 5 with 0.01.",
            MEAN_KEPT,
        ),
    )
)

register(
    Variant(
        "gdnet2.mnist",
        "GDnet_2: transposed convolutions from a vector make the digit 2 by matching pixels of real ones.",
        PAPER,
        build=lambda: keras_gan.GDnetMatching(
            networks.gdnet.transposed_generator(),
            networks.gdnet.pixel_discriminator(),
            latent=sampling.latents.Uniform(-0.5, 0.5),
        ),
        dataset="mnist[2]",
        image_shape=MNIST_IMAGE,
        batch_size=64,
        epochs=20,
        optimizers=lambda steps: sgd(3e-4),
        tags=("no room",),
        measured=False,  # a tenth of MNIST's test digits are no protocol
        deviations=(STEPS, "The code goes on for 10 epochs with a learning rate of 0.0001."),
    )
)

register(
    Variant(
        "gdnet3.mnist",
        "GDnet_3: a fully connected pair makes the digit 2 by matching D's first layer.",
        PAPER,
        build=lambda: keras_gan.GDnetMatching(
            networks.gdnet.dense_generator(),
            networks.gdnet.dense_discriminator(),
            latent=sampling.latents.Uniform(-0.5, 0.5),
        ),
        dataset="mnist[2]",
        image_shape=MNIST_IMAGE,
        batch_size=64,
        epochs=100,
        optimizers=lambda steps: sgd(3e-3),
        tags=("no room",),
        measured=False,  # a tenth of MNIST's test digits are no protocol
        deviations=(STEPS, "Ten times the code's 20 epochs."),
    )
)

register(
    Variant(
        "gdnet_info.mnist",
        "GDnet_info: a one-hot code joins z, and a second head of D tells the digit that it asks for; z has no effect.",
        PAPER,
        build=lambda: keras_gan.GDnetMatching(
            networks.gdnet.dense_generator(64, classes=10),
            networks.gdnet.dense_discriminator(classes=10),
            latent=sampling.latents.Uniform(0.0, 1.0),
            classes=10,
        ),
        dataset="mnist",
        image_shape=MNIST_IMAGE,
        batch_size=64,
        epochs=10,
        optimizers=lambda steps: sgd(3e-3),
        conditional=True,
        deviations=(STEPS,),
    )
)
