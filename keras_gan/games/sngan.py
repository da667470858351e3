"""SNGAN: Miyato, Kataoka, Koyama and Yoshida 2018, "Spectral Normalization for Generative Adversarial Networks",
arXiv:1802.05957, with the hinge objective. The normalisation is part of the network (networks/sngan.py), as is
the projection of labels (Miyato and Koyama 2018, "cGANs with Projection Discriminator", arXiv:1802.05637)."""

import keras

from keras_gan import losses
from keras_gan.optimizers import Adam
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class HingeGAN(AdversarialModel):
    """min_D E[max(0, 1 - f(x))] + E[max(0, 1 + f(G(z)))],  min_G -E[f(G(z))] (eq. 16 and 17).

    D does not gain from scores beyond 1 and -1, so that it spends itself on the samples near the boundary.
    """

    terms = ("d_hinge", "g_hinge")
    logits = False

    def discriminator_terms(self, real, fake, turn):
        return {"d_hinge": losses.hinge_discriminator(*turn.both(real, fake))}

    def generator_terms(self, real, fake, turn):
        return {"g_hinge": losses.hinge_generator(turn.critic(fake))}

    def default_optimizers(self):
        """Table 1, setting C: Adam, learning rate 0.0002, beta_1 0.5, beta_2 0.999, for n_dis = 1."""
        return tuple(Adam(2e-4, beta_1=0.5, beta_2=0.999) for _ in range(2))
