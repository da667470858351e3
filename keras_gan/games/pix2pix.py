"""pix2pix: Isola, Zhu, Zhou and Efros 2017, "Image-to-Image Translation with Conditional Adversarial Networks",
arXiv:1611.07004."""

import keras

from keras_gan import losses
from keras_gan.optimizers import Adam
from keras_gan.sampling import palettes, translation
from keras_gan.sampling.latents import Uniform
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class Pix2Pix(AdversarialModel):
    """min_G max_D E[log D(x, y)] + E[log(1 - D(x, G(x, z)))] + lambda E[||y - G(x, z)||_1] (eq. 4): images y that are
    made from an input x; `fit` takes pairs (x, y).

    generator: [z, input] -> images, as networks.pix2pix.unet; z ~ U[0, 1) decides its dropout. discriminator: [images,
    input] -> logits, of one or of each patch; of images alone it is the paper's "GAN + L1". l1_weight: lambda, 100; 0
    leaves L1 out. adversarial_weight: 1, or 0 for L1 alone, of which D then learns nothing. palette: {name: "#rrggbb"}
    of inputs that are label maps: translate() then takes these colours alone, and fit() looks at the first batch.

    D's objective is halved (section 3.3), and G maximises log D instead of minimising log(1 - D).
    """

    terms = ("d_real_fake", "g_fool", "g_l1")
    from_input = True
    needs_partners = True

    def __init__(
        self, generator, discriminator, *, l1_weight=100.0, adversarial_weight=1.0, palette=None, latent=None, **kwargs
    ):
        if min(l1_weight, adversarial_weight) < 0.0 or not max(l1_weight, adversarial_weight) > 0.0:
            raise ValueError(
                f"l1_weight={l1_weight} and adversarial_weight={adversarial_weight} must be at least 0, and one above."
            )
        self.shows_condition = len(getattr(discriminator, "inputs", ())) > 1
        super().__init__(generator, discriminator, latent=latent or Uniform(0.0, 1.0), **kwargs)
        self.l1_weight = l1_weight
        self.adversarial_weight = adversarial_weight
        self.palette = None if palette is None else palettes.checked(palette)
        if self.palette:
            palettes.check_channels(self.input_image_shape)

    def discriminator_terms(self, real, fake, turn):
        return {"d_real_fake": 0.5 * losses.minimax_discriminator(*turn.both(real, fake))}

    def generator_terms(self, real, fake, turn):
        return {
            "g_fool": self.adversarial_weight * losses.non_saturating_generator(turn.critic(fake)),
            "g_l1": self.l1_weight * losses.absolute_difference(fake, real),
        }

    def moves(self, player):
        return player is self.generator or self.adversarial_weight > 0.0

    @property
    def input_image_shape(self):
        """(h, w, c) of an input."""
        return tuple(self.generator.inputs[1].shape[1:])

    def translate(self, images, seed=0, average=True):
        """Images made from inputs, float32 [n, h, w, c] in [-1, 1]. images: inputs [n, h, w, c'], uint8 or floats in
        [-1, 1]; row i is a function of its input and of the seed, seed + i, which decides what dropout drops (to 1e-5
        where the number of rows differs).

        Raises ValueError for images of another size, or in colours that the palette does not have.
        """
        inputs = translation.checked(images, self.input_image_shape, self.palette)
        return self.sample(len(inputs), seed, inputs, average)

    def default_optimizers(self):
        """Section 3.3: Adam, learning rate 0.0002, beta_1 0.5, beta_2 0.999."""
        return tuple(Adam(2e-4, beta_1=0.5) for _ in range(2))

    def get_config(self):
        return {
            **super().get_config(),
            "l1_weight": self.l1_weight,
            "adversarial_weight": self.adversarial_weight,
            "palette": self.palette,
        }
