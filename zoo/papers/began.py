"""Berthelot, Schumm and Metz 2017, "BEGAN: Boundary Equilibrium Generative Adversarial Networks"."""

import keras_gan
from keras_gan import networks, sampling
from zoo.papers import _convolutional
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper(
    "BEGAN: Boundary Equilibrium Generative Adversarial Networks", "Berthelot, Schumm and Metz", 2017, "1703.10717"
)

EPOCHS = 12


def rates(steps):
    """G's and D's Adam. D raises its loss where G's density, times k, exceeds the data's: ones, sevens and nines, which
    are the easiest to encode, may be 1 / k times too frequent. The faster G is against D, the higher k: 0.25 with equal
    rates, 0.6 with G's twenty times D's, over 0.9 with eighty times. D may learn its code for three epochs first."""
    from keras.optimizers.schedules import PiecewiseConstantDecay

    generator = PiecewiseConstantDecay([steps * 7 // 8], [1e-3, 2e-4])
    discriminator = PiecewiseConstantDecay([steps * 3 // EPOCHS, steps * 7 // 8], [5e-5, 1.25e-5, 2.5e-6])
    return keras_gan.optimizers.Adam(generator, beta_1=0.5), keras_gan.optimizers.Adam(discriminator, beta_1=0.5)


register(
    Variant(
        "began.mnist",
        "A generator and an auto-encoder in an equilibrium that a control variable k holds.",
        PAPER,
        build=lambda: keras_gan.BEGAN(
            networks.dcgan.generator(
                _convolutional.IMAGE, 64, width=_convolutional.WIDTH, kernel=_convolutional.KERNEL
            ),
            networks.began.discriminator(_convolutional.IMAGE, code_units=16, width=16),
            latent=sampling.latents.Uniform(-1.0, 1.0),
            gamma=1.0,
            lambda_k=0.05,
            average_decay=0.999,
        ),
        dataset="mnist",
        image_shape=_convolutional.IMAGE,
        batch_size=16,
        epochs=EPOCHS,
        optimizers=rates,
        deviations=(
            "Width n = 16 and a code of 16 numbers where faces of 64 x 64 pixels have 64 or 128, and 64.",
            "The generator is DCGAN's, with batch normalisation, 32 maps next to the pixels and kernels of 4 x 4; at "
            "these rates, one that is built like the decoder made one image, and so did one with a dense layer "
            "behind z.",
            "gamma = 1 where faces have 0.3 to 0.7: less lets G keep to easily encoded digits, ones above all.",
            "Learning rates instead of 0.0001 for both: 0.001 for G, and 0.00005 for D, a quarter of it after three "
            "epochs; a fifth of both in the last eighth. beta_1 = 0.5.",
            "lambda_k = 0.05 instead of 0.001, because the run is short.",
            _convolutional.averaged(0.999),
        ),
    )
)
