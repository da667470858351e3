"""R3GAN: Huang, Gokaslan, Kuleshov and Tompkin 2024, "The GAN is dead; long live the GAN! A Modern GAN Baseline",
arXiv:2501.05441, and the authors' code brownvc/R3GAN."""

import keras

from keras_gan import losses, penalties
from keras_gan.optimizers import Adam
from keras_gan.step import checks
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class R3GAN(AdversarialModel):
    """min_D E[sp(-(D(x) - D(G(z))))] + R1 + R2,  min_G E[sp(-(D(G(z)) - D(x)))] (eq. 2 and 7).

    Real and fake are judged in pairs, so that each fake is held against a real sample of its own and no mode can be
    dropped for free. R1 = gamma/2 E[||grad D(x)||^2] and R2, the same on fakes, are paid in every step: the pairing
    alone does not converge (section 2). D must judge samples one by one.

    gamma: a number, or a keras.optimizers.schedules.LearningRateSchedule of G's updates, as the authors' code lowers it
    along a cosine to a tenth. Raises ValueError for one that is not positive.
    """

    terms = ("d_relativistic", "d_r1", "d_r2", "g_relativistic")
    logits = False

    def __init__(self, generator, discriminator, *, gamma=1.0, **kwargs):
        if isinstance(gamma, dict):  # of a file
            gamma = keras.saving.deserialize_keras_object(gamma)
        if not callable(gamma) and gamma <= 0.0:
            raise ValueError(f"gamma must be positive; got {gamma}.")
        super().__init__(generator, discriminator, **kwargs)
        self.gamma = gamma
        checks.check_samples_apart(self)

    def discriminator_terms(self, real, fake, turn):
        gamma = self.gamma(self.steps.value) if callable(self.gamma) else self.gamma
        return {
            "d_relativistic": losses.relativistic_discriminator(*turn.both(real, fake)),
            "d_r1": gamma * penalties.zero_centred(turn.critic, real),
            "d_r2": gamma * penalties.zero_centred(turn.critic, fake),
        }

    def generator_terms(self, real, fake, turn):
        real, fake = turn.both(real, fake)
        return {"g_relativistic": losses.relativistic_generator(fake, real)}

    def default_optimizers(self):
        """The authors' code: Adam, learning rate 0.0002, beta_1 0, beta_2 0.9 (which they raise to 0.99)."""
        return tuple(Adam(2e-4, beta_1=0.0, beta_2=0.9) for _ in range(2))

    def get_config(self):
        gamma = keras.saving.serialize_keras_object(self.gamma) if callable(self.gamma) else self.gamma
        return {**super().get_config(), "gamma": gamma}
