"""LSGAN: Mao et al. 2017, "Least Squares Generative Adversarial Networks", arXiv:1611.04076."""

import keras

from keras_gan import losses
from keras_gan.optimizers import Adam
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class LSGAN(AdversarialModel):
    """min_D 1/2 E[(D(x) - b)^2] + 1/2 E[(D(G(z)) - a)^2],  min_G 1/2 E[(D(G(z)) - c)^2] (eq. 2).

    a, b, c: targets of fake samples, of real ones, and of G. The paper's choices are (0, 1, 1) (eq. 9, its experiments)
    and (-1, 1, 0), with which the game minimises the Pearson chi-squared divergence (eq. 8). A sample on the right side
    of the boundary but far from the data still has a slope, where the sigmoid cross entropy has none (figure 1).
    """

    terms = ("d_least_squares", "g_least_squares")
    logits = False

    def __init__(self, generator, discriminator, *, a=0.0, b=1.0, c=1.0, **kwargs):
        if a == b or a == c:
            raise ValueError(f"G's and D's real target must differ from the fake target a; got a={a}, b={b}, c={c}.")
        super().__init__(generator, discriminator, **kwargs)
        self.a, self.b, self.c = a, b, c

    def discriminator_terms(self, real, fake, turn):
        return {"d_least_squares": losses.least_squares_discriminator(*turn.both(real, fake), self.a, self.b)}

    def generator_terms(self, real, fake, turn):
        return {"g_least_squares": losses.least_squares_generator(turn.critic(fake), self.c)}

    def default_optimizers(self):
        """The authors' code for LSUN: Adam, learning rate 0.001, beta_1 0.5."""
        return tuple(Adam(1e-3, beta_1=0.5) for _ in range(2))

    def get_config(self):
        return {**super().get_config(), "a": self.a, "b": self.b, "c": self.c}
