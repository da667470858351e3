"""WGAN: Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN", arXiv:1701.07875, algorithm 1.

Deviation: weights are clipped after each update of the critic, as algorithm 1 has it; the authors' code clips before.
"""

import keras
import tensorflow as tf
from keras.optimizers import RMSprop

from keras_gan import losses
from keras_gan.models.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class WGAN(AdversarialModel):
    """min_G max_f E[f(x)] - E[f(G(z))] over critics f whose weights lie in [-clip, clip] (eq. 3).

    discriminator_steps: n_critic. The sum -d_wasserstein is the critic's estimate of the distance between data and
    samples, up to a constant: it falls as samples become better (figure 3).
    """

    terms = ("d_wasserstein", "g_wasserstein")
    logits = False

    def __init__(self, generator, discriminator, *, clip=0.01, discriminator_steps=5, **kwargs):
        if clip <= 0.0:
            raise ValueError(f"clip must be positive; got {clip}.")
        super().__init__(generator, discriminator, discriminator_steps=discriminator_steps, **kwargs)
        self.clip = clip

    def discriminator_terms(self, real, fake, critic):
        return {"d_wasserstein": losses.wasserstein_discriminator(*critic.both(real, fake))}

    def generator_terms(self, real, fake, critic):
        return {"g_wasserstein": losses.wasserstein_generator(critic(fake))}

    def constrain(self):
        """w <- clip(w, -c, c) for every weight of the critic."""
        for weight in self.discriminator.trainable_variables:
            weight.assign(tf.clip_by_value(weight.value, -self.clip, self.clip))

    def default_optimizers(self):
        """Algorithm 1: RMSProp, learning rate 0.00005 (torch's decay 0.99; momentum makes the critic unstable)."""
        return tuple(RMSprop(5e-5, rho=0.99, epsilon=1e-8) for _ in range(2))

    def get_config(self):
        return {**super().get_config(), "clip": self.clip}
