"""WGAN: Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN", arXiv:1701.07875, algorithm 1.

Deviation: weights are clipped after each update of the critic, as algorithm 1 has it; the authors' code clips before.
"""

import keras
import tensorflow as tf

from keras_gan import losses
from keras_gan.optimizers import torch_rmsprop
from keras_gan.step.adversarial import AdversarialModel

LONG_TURN = 100  # minibatches of the critic
FIRST_MOVES, EVERY = 25, 500  # of G, before which the turn is long


@keras.saving.register_keras_serializable("keras_gan")
class WGAN(AdversarialModel):
    """min_G max_f E[f(x)] - E[f(G(z))] over critics f whose weights lie in [-clip, clip] (eq. 3).

    discriminator_steps: n_critic. long_turns: as in the authors' code, the critic has 100 minibatches to itself before
    each of G's first 25 moves and before every 500th, so that G starts from a critic near its optimum; False: always
    n_critic. The estimate of the distance between data and samples, -d_wasserstein up to a constant, falls as samples
    become better (figure 3). `fit` also shows how often G moved.
    """

    terms = ("d_wasserstein", "g_wasserstein")
    measures = ("g_moves",)
    logits = False

    def __init__(self, generator, discriminator, *, clip=0.01, discriminator_steps=5, long_turns=True, **kwargs):
        if clip <= 0.0:
            raise ValueError(f"clip must be positive; got {clip}.")
        super().__init__(generator, discriminator, discriminator_steps=discriminator_steps, **kwargs)
        self.clip = clip
        self.long_turns = long_turns
        counter = {"trainable": False, "aggregation": "only_first_replica"}
        self.generator_moves = self.add_weight((), "zeros", "int64", name="generator_moves", **counter)
        self.waited = self.add_weight((), "zeros", "int64", name="waited", **counter)  # steps since G's last move

    def discriminator_terms(self, real, fake, turn):
        return {"d_wasserstein": losses.wasserstein_discriminator(*turn.both(real, fake))}

    def generator_terms(self, real, fake, turn):
        return {"g_wasserstein": losses.wasserstein_generator(turn.critic(fake))}

    def moves(self, player):
        if player is self.discriminator or not self.long_turns:
            return True
        moves = self.generator_moves.value
        minibatches = (self.waited.value + 1) * self.discriminator_steps
        return (minibatches >= LONG_TURN) | (moves >= FIRST_MOVES) & (moves % EVERY != 0)

    def balance(self, values, training):
        moved = tf.cast(self.moves(self.generator), tf.int64)
        if training:
            self.generator_moves.assign_add(moved)
            self.waited.assign((self.waited.value + 1) * (1 - moved))
        return {"g_moves": tf.cast(moved, tf.float32)}

    def constrain(self):
        """w <- clip(w, -c, c) for every weight of the critic."""
        for weight in self.discriminator.trainable_variables:
            weight.assign(tf.clip_by_value(weight.value, -self.clip, self.clip))

    def default_optimizers(self):
        """Algorithm 1: RMSProp, learning rate 0.00005 (torch's decay 0.99; momentum makes the critic unstable)."""
        return tuple(torch_rmsprop(5e-5) for _ in range(2))

    def get_config(self):
        return {**super().get_config(), "clip": self.clip, "long_turns": self.long_turns}
