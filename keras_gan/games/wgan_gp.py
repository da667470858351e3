"""WGAN-GP: Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville 2017, "Improved Training of Wasserstein GANs",
arXiv:1704.00028."""

import keras

from keras_gan import losses, penalties
from keras_gan.optimizers import Adam
from keras_gan.step import checks
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class WGANGP(AdversarialModel):
    """min_G max_f E[f(x)] - E[f(G(z))] - lambda E[(||grad f(x~)||_2 - 1)^2] (eq. 3).

    x~ lies on a straight line between a real and a generated sample, in a place drawn for each pair. penalty_weight:
    lambda, 10 for images (0.1 for the paper's toy worlds). discriminator_steps: n_critic. The critic must judge samples
    one by one: batch normalisation in it is refused (section 4, "No critic batch normalization").
    """

    terms = ("d_wasserstein", "d_gradient_penalty", "g_wasserstein")
    logits = False

    def __init__(self, generator, discriminator, *, penalty_weight=10.0, discriminator_steps=5, **kwargs):
        if penalty_weight <= 0.0:
            raise ValueError(f"penalty_weight must be positive; got {penalty_weight}.")
        super().__init__(generator, discriminator, discriminator_steps=discriminator_steps, **kwargs)
        self.penalty_weight = penalty_weight
        checks.check_samples_apart(self)

    def discriminator_terms(self, real, fake, turn):
        penalty = penalties.gradient_penalty(turn.critic, real, fake, turn.uniform(real))
        return {
            "d_wasserstein": losses.wasserstein_discriminator(*turn.both(real, fake)),
            "d_gradient_penalty": self.penalty_weight * penalty,
        }

    def generator_terms(self, real, fake, turn):
        return {"g_wasserstein": losses.wasserstein_generator(turn.critic(fake))}

    def default_optimizers(self):
        """Algorithm 1: Adam, learning rate 0.0001, beta_1 0, beta_2 0.9."""
        return tuple(Adam(1e-4, beta_1=0.0, beta_2=0.9) for _ in range(2))

    def get_config(self):
        return {**super().get_config(), "penalty_weight": self.penalty_weight}
