"""R1: Mescheder, Geiger and Nowozin 2018, "Which Training Methods for GANs do actually Converge?", arXiv:1801.04406.

Deviation: the authors' code multiplies the mean squared norm by its `reg_param` 10 without the half of the paper's
formula; here gamma is that of the formula, so that their 10 is gamma = 20.
"""

import keras

from keras_gan import losses, penalties
from keras_gan.optimizers import torch_rmsprop
from keras_gan.step import checks
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class R1GAN(AdversarialModel):
    """The non-saturating game of Goodfellow et al. 2014 with R1 = gamma/2 E[||grad D(x)||^2] on real samples (eq. 9).

    The penalty makes D flat on the data at the equilibrium, and the game locally convergent where it would circle
    (theorem 4.1). D must judge samples one by one.
    """

    terms = ("d_real_fake", "d_r1", "g_fool")

    def __init__(self, generator, discriminator, *, gamma=20.0, **kwargs):
        if gamma <= 0.0:
            raise ValueError(f"gamma must be positive; got {gamma}.")
        super().__init__(generator, discriminator, **kwargs)
        self.gamma = gamma
        checks.check_samples_apart(self)

    def discriminator_terms(self, real, fake, turn):
        return {
            "d_real_fake": losses.non_saturating_discriminator(*turn.both(real, fake)),
            "d_r1": self.gamma * penalties.zero_centred(turn.critic, real),
        }

    def generator_terms(self, real, fake, turn):
        return {"g_fool": losses.non_saturating_generator(turn.critic(fake))}

    def default_optimizers(self):
        """The authors' code: RMSProp, learning rate 0.0001, alpha 0.99."""
        return tuple(torch_rmsprop(1e-4) for _ in range(2))

    def get_config(self):
        return {**super().get_config(), "gamma": self.gamma}
