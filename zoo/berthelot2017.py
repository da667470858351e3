"""Berthelot, Schumm and Metz 2017, "BEGAN: Boundary Equilibrium Generative Adversarial Networks"."""

from keras_gan import BEGAN, latents
from keras_gan.architectures import autoencoder
from zoo import convolutional
from zoo.registry import register
from zoo.variant import Paper, Variant

PAPER = Paper(
    "BEGAN: Boundary Equilibrium Generative Adversarial Networks", "Berthelot, Schumm and Metz", 2017, "1703.10717"
)

register(
    Variant(
        "began.mnist",
        "Two auto-encoder-like nets in an equilibrium that a control variable k holds.",
        PAPER,
        build=lambda: BEGAN(
            autoencoder.decoder(convolutional.IMAGE, latent_dim=64, width=16),
            autoencoder.discriminator(convolutional.IMAGE, code_units=64, width=16),
            latent=latents.Uniform(-1.0, 1.0),
            gamma=0.7,
            average_decay=0.999,
        ),
        dataset="mnist",
        image_shape=convolutional.IMAGE,
        batch_size=16,
        epochs=3,
        deviations=("Width n = 16 where faces of 64 x 64 pixels have 64 or 128.", convolutional.averaged(0.999)),
    )
)
