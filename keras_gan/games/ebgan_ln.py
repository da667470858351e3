"""EBGAN with a ladder network for D: Zhao, Mathieu and LeCun 2017, "Energy-based Generative Adversarial Network",
arXiv:1609.03126, section 4.2 and appendix D, for learning from few labels. With a margin of 0 it is the bare ladder
network: Rasmus, Valpola, Honkala, Berglund and Raiko 2015, "Semi-Supervised Learning with Ladder Networks",
arXiv:1507.02672, and the authors' code CuriousAI/ladder.

Deviations: the paper weighs the reconstruction of real samples, and does not say whether fakes have the same weight;
here they have, so that the margin is in the units of the energy. Where the code ends with a pass over all data for the
statistics of the clean encoder, a moving average of the last few hundred steps is taken.
"""

import keras
import tensorflow as tf

from keras_gan import losses
from keras_gan.optimizers import Adam
from keras_gan.step.half_labelled import HalfLabelled, error, only_where


@keras.saving.register_keras_serializable("keras_gan")
class EBGANLN(HalfLabelled):
    """min_D  -E_(x,y) log p(y|x~) + w (E D(x) + E max(0, m - D(G(z)))),   min_G  E D(G(z)),

    D(x) = ||Dec(Enc(x~)) - x||_2^2 over pixels in [0, 1], x~ the ladder's noisy way up, whose softmax is p. The fakes
    are contrastive samples: energy is pushed up on them, to the margin m and no further. m falls to 0, since at the
    equilibrium of a fixed m D is flat (theorem 2); from then on G rests, and D learns from data alone.

    discriminator: samples -> the dictionary of keras_gan.networks.ladder. margin: m >= 0, or a
    keras.optimizers.schedules.LearningRateSchedule of the steps; with the number 0 there are no fakes at all.
    reconstruction_weight: w, 1000/784 in the paper. layer_weights: of the denoising costs of the layers above the
    pixels, from below; () is the paper's and Rasmus's "bottom" model, and (10, 0.1, 0.1, 0.1, 0.1, 0.1) the full one of
    Rasmus et al. for 100 labels. `fit` also shows m, and D's error on the noisy labelled samples.
    """

    terms = ("d_labelled", "d_reconstruction", "d_contrast", "d_denoising", "g_energy")
    measures = ("margin", "d_error")
    logits = False

    def __init__(
        self, generator, discriminator, *, margin=16.0, reconstruction_weight=1000 / 784, layer_weights=(), **kwargs
    ):
        if isinstance(margin, dict):  # of a file
            margin = keras.saving.deserialize_keras_object(margin)
        if (not callable(margin) and margin < 0.0) or reconstruction_weight < 0.0 or min(layer_weights, default=0) < 0:
            raise ValueError(
                f"margin and all weights must be 0 or more; got {margin}, {reconstruction_weight} and {layer_weights}."
            )
        wanted = {"logits", "noisy_logits", "reconstruction", "costs"}
        if not isinstance(discriminator.output, dict) or set(discriminator.output) != wanted:
            raise ValueError(f"The discriminator must give {sorted(wanted)}: see keras_gan.networks.ladder.")
        if layer_weights and len(layer_weights) != discriminator.output["costs"].shape[-1]:
            raise ValueError(
                f"layer_weights must be one for each of the {discriminator.output['costs'].shape[-1]} layers above the "
                f"pixels, or (); got {len(layer_weights)}."
            )
        if not layer_weights:
            self.terms = tuple(name for name in self.terms if name != "d_denoising")
        super().__init__(generator, discriminator, **kwargs)
        # The noisy way alone: only samples that are real and many may move the statistics of the clean encoder.
        self.noisy = keras.Model(
            discriminator.input, {name: discriminator.output[name] for name in ("noisy_logits", "reconstruction")}
        )
        self.margin = margin
        self.reconstruction_weight = reconstruction_weight
        self.layer_weights = tuple(layer_weights)

    def class_logits(self, outputs):
        return outputs["logits"]

    def margin_now(self):
        """m in this step, float32."""
        return tf.cast(self.margin(self.steps.value) if callable(self.margin) else self.margin, tf.float32)

    def discriminate(self, x, condition, training):
        """The energy of x, float32 [n, 1]."""
        return energy(x, self.noisy(x, training=training)["reconstruction"])

    def discriminator_terms(self, real, fake, turn):
        images, label = turn.condition
        logits = self.noisy(turn.augmented(images), training=turn.training)["noisy_logits"]
        real = turn.augmented(real)
        seen = turn.outputs(real)
        m, w = self.margin_now(), self.reconstruction_weight
        named = {
            "d_labelled": losses.classification(logits, label),
            "d_reconstruction": w * losses.mean(energy(real, seen["reconstruction"])),
            "d_contrast": w * self.while_contrastive(m, fake, lambda: losses.mean(tf.nn.relu(m - turn.critic(fake)))),
            "margin": m,
            "d_error": error(logits, label),
        }
        if self.layer_weights:
            named["d_denoising"] = tf.reduce_sum(tf.reduce_mean(seen["costs"], axis=0) * self.layer_weights)
        return named

    def generator_terms(self, real, fake, turn):
        m = self.margin_now()
        return {"g_energy": self.while_contrastive(m, fake, lambda: losses.energy_generator(turn.critic(fake)))}

    def while_contrastive(self, m, fake, term):
        """term(), or 0 without the work where m is 0."""
        if not callable(self.margin):
            return term() if self.margin else tf.zeros(())
        return only_where(m > 0.0, term, fake)

    def moves(self, player):
        if player is self.discriminator:
            return True
        return self.margin_now() > 0.0 if callable(self.margin) else self.margin > 0.0

    def default_optimizers(self):
        """Appendix D: Adam with beta_1 0.5, learning rates 0.00025 for G and 0.0005 for D."""
        return tuple(Adam(rate, beta_1=0.5) for rate in (2.5e-4, 5e-4))

    def get_config(self):
        margin = keras.saving.serialize_keras_object(self.margin) if callable(self.margin) else self.margin
        return {
            **super().get_config(),
            "margin": margin,
            "reconstruction_weight": self.reconstruction_weight,
            "layer_weights": list(self.layer_weights),
        }


def energy(x, reconstruction):
    """||Dec(Enc(x)) - x||_2^2 of each row over pixels in [0, 1], float32 [n, 1]; both in [-1, 1]. Not its root, as in
    EBGAN's other experiments (appendix D)."""
    difference = 0.5 * (tf.cast(reconstruction, tf.float32) - tf.cast(x, tf.float32))
    return tf.reduce_sum(tf.square(tf.reshape(difference, [tf.shape(x)[0], -1])), axis=1, keepdims=True)
