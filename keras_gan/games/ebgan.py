"""EBGAN: Zhao, Mathieu and LeCun 2017, "Energy-based Generative Adversarial Network", arXiv:1609.03126."""

import keras
import tensorflow as tf

from keras_gan import losses, penalties
from keras_gan.optimizers import Adam
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class EBGAN(AdversarialModel):
    """min_D D(x) + max(0, m - D(G(z))),  min_G D(G(z)) + w f_PT (eq. 1, 2 and 4), D(x) = ||Dec(Enc(x)) - x||_2.

    discriminator: an auto-encoder, images -> [reconstruction [n, h, w, c], code [n, units]]. margin: m, in the units of
    the energy. pulling_away_weight: w, 0.1 in the paper, 0 for EBGAN without it; the term is in G's objective only. At
    the equilibrium D is a constant in [0, m] on all samples (theorem 2), not 1/2.
    """

    terms = ("d_energy", "g_energy", "g_pulling_away")
    logits = False

    def __init__(self, generator, discriminator, *, margin=10.0, pulling_away_weight=0.0, **kwargs):
        if margin <= 0.0 or pulling_away_weight < 0.0:
            raise ValueError(
                f"margin must be positive and pulling_away_weight not negative; got {margin} and {pulling_away_weight}."
            )
        if len(discriminator.outputs) != 2:
            raise ValueError(
                "EBGAN's discriminator is an auto-encoder with two outputs, the reconstruction and the code; this one "
                f"has {len(discriminator.outputs)}: see keras_gan.networks.ebgan."
            )
        if not pulling_away_weight:
            self.terms = self.terms[:2]
        super().__init__(generator, discriminator, **kwargs)
        self.margin = margin
        self.pulling_away_weight = pulling_away_weight

    def discriminate(self, x, condition, training):
        """The energy of x, float32 [n, 1]."""
        reconstruction, _ = super().discriminate(x, condition, training)
        return energy(x, reconstruction)

    def discriminator_terms(self, real, fake, turn):
        return {"d_energy": losses.energy_discriminator(*turn.both(real, fake), self.margin)}

    def generator_terms(self, real, fake, turn):
        fake = turn.augmented(fake)
        reconstruction, code = turn.outputs(fake)
        named = {"g_energy": losses.energy_generator(energy(fake, reconstruction))}
        if self.pulling_away_weight:
            named["g_pulling_away"] = self.pulling_away_weight * penalties.pulling_away(code)
        return named

    def default_optimizers(self):
        """Section 4.1: Adam, learning rate 0.001, for both."""
        return tuple(Adam(1e-3) for _ in range(2))

    def get_config(self):
        return {
            **super().get_config(),
            "margin": self.margin,
            "pulling_away_weight": self.pulling_away_weight,
        }


def energy(x, reconstruction):
    """||Dec(Enc(x)) - x||_2 of each row, float32 [n, 1]."""
    error = tf.reshape(tf.cast(reconstruction, tf.float32) - tf.cast(x, tf.float32), [tf.shape(x)[0], -1])
    # The slope of a root is infinite at 0.
    return tf.sqrt(tf.reduce_sum(tf.square(error), axis=1, keepdims=True) + 1e-12)
