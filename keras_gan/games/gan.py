"""GAN: Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville and Bengio 2014, "Generative Adversarial
Nets", arXiv:1406.2661.

Deviations: the authors' code steps both players at once from the same samples; here, as in the paper's Algorithm 1,
D moves first and G answers with fresh z. That code halves D's cost; here D's learning rate is halved.
"""

import keras

from keras_gan import losses
from keras_gan.optimizers import DividedLearningRate, RisingMomentumSGD
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class GAN(AdversarialModel):
    """min_G max_D E[log D(x)] + E[log(1 - D(G(z)))] (eq. 1).

    objective: "non_saturating" (G maximises log D(G(z)), section 3) or "minimax". real_target: below 1, one-sided label
    smoothing. With `classes` it is the conditional game E[log D(x | y)] + E[log(1 - D(G(z | y)))] (Mirza and Osindero
    2014, eq. 2).
    """

    terms = ("d_real_fake", "g_fool")

    def __init__(self, generator, discriminator, *, objective="non_saturating", real_target=1.0, **kwargs):
        if objective not in ("non_saturating", "minimax"):
            raise ValueError(f"objective must be 'non_saturating' or 'minimax'; got {objective!r}.")
        if not 0.0 < real_target <= 1.0:
            raise ValueError(f"real_target must lie in (0, 1]; got {real_target}.")
        super().__init__(generator, discriminator, **kwargs)
        self.objective = objective
        self.real_target = real_target

    def discriminator_terms(self, real, fake, turn):
        return {"d_real_fake": losses.minimax_discriminator(*turn.both(real, fake), self.real_target)}

    def generator_terms(self, real, fake, turn):
        fool = losses.minimax_generator if self.objective == "minimax" else losses.non_saturating_generator
        return {"g_fool": fool(turn.critic(fake))}

    def default_optimizers(self):
        """The paper's: SGD, learning rate 0.1 divided by 1.000004 a step, momentum 0.5 to 0.7 in 250 MNIST epochs."""
        rates = DividedLearningRate(0.1), DividedLearningRate(0.1 / 2)
        return tuple(RisingMomentumSGD(rate, 0.5, 0.7, rising_steps=250 * 500) for rate in rates)

    def get_config(self):
        return {**super().get_config(), "objective": self.objective, "real_target": self.real_target}
