"""BEGAN: Berthelot, Schumm and Metz 2017, "BEGAN: Boundary Equilibrium Generative Adversarial Networks",
arXiv:1703.10717.

Deviation: in the paper and in the code carpedm20/BEGAN-tensorflow both players step at once; here D moves first, and G
answers with fresh z, so that k follows from G's loss after D's update.
"""

import keras
import tensorflow as tf

from keras_gan import losses
from keras_gan.optimizers import Adam
from keras_gan.step import replicas
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class BEGAN(AdversarialModel):
    """min_D L(x) - k L(G(z)),  min_G L(G(z)),  k <- clip(k + lambda (gamma L(x) - L(G(z))), 0, 1) (section 3.4).

    L(v) = mean |D(v) - v|, D an auto-encoder of images. gamma in (0, 1]: E[L(G(z))] / E[L(x)] at the equilibrium, the
    diversity ratio: lower means better and fewer kinds of samples. lambda_k: the rate of k, which starts at 0. `fit`
    also shows L(x), k and the measure of convergence M = L(x) + |gamma L(x) - L(G(z))| (section 3.4.1), which falls.
    """

    terms = ("d_equilibrium", "g_fake")
    measures = ("d_real", "k", "M")
    logits = False

    def __init__(self, generator, discriminator, *, gamma=0.5, lambda_k=0.001, **kwargs):
        if not 0.0 < gamma <= 1.0 or lambda_k <= 0.0:
            raise ValueError(f"gamma must lie in (0, 1] and lambda_k be positive; got {gamma} and {lambda_k}.")
        super().__init__(generator, discriminator, **kwargs)
        if tuple(discriminator.outputs[0].shape) != tuple(discriminator.inputs[0].shape):
            raise ValueError(
                f"BEGAN's discriminator gives its images back; this one makes {discriminator.outputs[0].shape[1:]} of "
                f"{discriminator.inputs[0].shape[1:]}: see keras_gan.networks.began."
            )
        self.gamma = gamma
        self.lambda_k = lambda_k
        self.k = self.add_weight((), "zeros", "float32", trainable=False, aggregation="only_first_replica", name="k")

    def discriminate(self, x, condition, training):
        """L of each row of x, float32 [n, 1]."""
        error = tf.abs(tf.cast(super().discriminate(x, condition, training), tf.float32) - tf.cast(x, tf.float32))
        return tf.reduce_mean(tf.reshape(error, [tf.shape(x)[0], -1]), axis=1, keepdims=True)

    def discriminator_terms(self, real, fake, turn):
        real, fake = turn.both(real, fake)
        objective = losses.equilibrium_discriminator(real, fake, self.k.value)
        return {"d_equilibrium": objective, "d_real": losses.mean(real)}

    def generator_terms(self, real, fake, turn):
        return {"g_fake": losses.equilibrium_generator(turn.critic(fake))}

    def balance(self, values, training):
        real, fake = replicas.mean([values["d_real"], values["g_fake"]])
        surplus = self.gamma * real - fake
        if training:
            self.k.assign(tf.clip_by_value(self.k.value + self.lambda_k * surplus, 0.0, 1.0))
        return {"k": self.k.value, "M": real + tf.abs(surplus)}

    def default_optimizers(self):
        """Section 4.1: Adam, learning rate 0.0001, for both."""
        return tuple(Adam(1e-4) for _ in range(2))

    def get_config(self):
        return {**super().get_config(), "gamma": self.gamma, "lambda_k": self.lambda_k}
