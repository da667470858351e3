"""The small convolutional MNIST pair that the cards of later games share, so that their figures compare games."""

from keras_gan import networks

IMAGE = (28, 28, 1)
WIDTH = 32  # maps next to the pixels: half of dcgan.mnist's, a quarter of its work
SMALL = "DCGAN's nets with 32 maps next to the pixels, so that a CPU trains them in minutes."


def averaged(decay):
    """The sentence of a card on the average."""
    return f"Samples come from the exponential moving average of the generator (decay {decay} per step)."


def generator(latent_dim=100):
    """DCGAN's, with batch normalisation."""
    return networks.dcgan.generator(IMAGE, latent_dim, width=WIDTH)


def discriminator(normalised, levels=None):
    """DCGAN's; without batch normalisation for games with a gradient penalty. levels: its convolutions, by default
    two."""
    return networks.dcgan.discriminator(IMAGE, width=WIDTH, normalised=normalised, levels=levels)
