"""Zheng 2016, layumi/2016_GAN_Matlab: D is a classifier of two classes, fake and real, in the two games of that code.

GDnet: G climbs D's loss, and who moves follows D's error. GDnetMatching (GDnet_2, GDnet_3, GDnet_info): G brings the
features of its samples to those of real ones.

Deviations: in the code the momentum of the player that rests goes on gathering gradients; here it rests, too. There the
error of a batch decides who moves in it, here who moves in the next. There odd batches move D and even ones G, which is
one step of Algorithm 1: here both see the step's real images.
"""

import keras
import tensorflow as tf

from keras_gan import losses, penalties
from keras_gan.step import replicas
from keras_gan.step.adversarial import AdversarialModel

MOMENTUM = 0.9


@keras.saving.register_keras_serializable("keras_gan")
class GDnet(AdversarialModel):
    """min_G max_D 1/2 E[log p_real(x)] + 1/2 E[log p_fake(G(z))], p the softmax of D's two logits.

    switch: (low, high), errors of D on the batch of both classes. D begins; after an error below low G moves instead,
    until one above high. None: both move in every step. `fit` also shows the error, and how often G moved.
    """

    terms = ("d_real_fake", "g_climb")
    measures = ("d_error", "g_moves")
    mixes_samples = False  # batch normalisation, too, is to see one batch, half of it real
    shows_condition = False

    def __init__(self, generator, discriminator, *, switch=(0.2, 0.6), **kwargs):
        if switch is not None and not 0.0 < switch[0] < switch[1] < 1.0:
            raise ValueError(f"switch must be two errors of D, 0 < low < high < 1, or None; got {switch}.")
        super().__init__(generator, discriminator, **kwargs)
        self.switch = switch and tuple(switch)
        self.generator_moves = self.add_weight(
            (), "zeros", "bool", trainable=False, aggregation="only_first_replica", name="generator_moves"
        )

    def discriminate(self, x, condition, training):
        return losses.two_way_logit(super().discriminate(x, condition, training))

    def discriminator_terms(self, real, fake, turn):
        real, fake = judged(turn, real, fake)
        return {"d_real_fake": losses.two_way_discriminator(real, fake), "d_error": error(real, fake)}

    def generator_terms(self, real, fake, turn):
        _, fake = judged(turn, real, fake)
        return {"g_climb": losses.two_way_generator(fake)}

    def moves(self, player):
        if self.switch is None:
            return True
        moves = self.generator_moves.value
        return moves if player is self.generator else tf.logical_not(moves)

    def balance(self, values, training):
        moved = tf.cast(self.generator_moves.value, tf.float32)
        if self.switch is None:
            return {"g_moves": tf.ones_like(moved)}
        (wrong,) = replicas.mean([values["d_error"]])
        if training:
            low, high = self.switch
            self.generator_moves.assign(tf.where(self.generator_moves.value, wrong <= high, wrong < low))
        return {"g_moves": moved}

    def default_optimizers(self):
        """The code's first twenty epochs: SGD, learning rate 0.1, momentum 0.9, for both."""
        return tuple(keras.optimizers.SGD(0.1, MOMENTUM) for _ in range(2))

    def get_config(self):
        return {**super().get_config(), "switch": self.switch}


@keras.saving.register_keras_serializable("keras_gan")
class GDnetMatching(AdversarialModel):
    """min_D w CE(real or fake) [+ v CE(y)],  min_G paired_features [+ v CE(y)] (keras_gan.penalties).

    G is not rewarded for deceiving D: it brings f(G(z_i)) to f(x_i) for those fakes that D rejects. discriminator:
    gives {"real_fake": logits [n, 2], "features": f [n, units]} and, for a game with `classes`, "digit", logits
    [n, classes] of the class y of real and fake alike, whose cross entropy CE both players lower; the i-th pair is of
    one class. discriminator_weight: w. class_weight: v. `fit` also shows the error of D.
    """

    terms = ("d_real_fake", "d_digit", "g_match", "g_digit")
    measures = ("d_error",)
    shows_condition = False

    def __init__(self, generator, discriminator, *, discriminator_weight=0.1, class_weight=0.1, **kwargs):
        if min(discriminator_weight, class_weight) <= 0.0:
            raise ValueError(f"Weights must be positive; got {discriminator_weight} and {class_weight}.")
        wanted = {"real_fake", "features"} | ({"digit"} if kwargs.get("classes") else set())
        if not isinstance(discriminator.output, dict) or set(discriminator.output) != wanted:
            raise ValueError(f"The discriminator must give {sorted(wanted)}: see keras_gan.networks.gdnet.")
        if not kwargs.get("classes"):
            self.terms = tuple(name for name in self.terms if not name.endswith("digit"))
        super().__init__(generator, discriminator, **kwargs)
        self.discriminator_weight = discriminator_weight
        self.class_weight = class_weight

    def discriminate(self, x, condition, training):
        return losses.two_way_logit(super().discriminate(x, condition, training)["real_fake"])

    def discriminator_terms(self, real, fake, turn):
        real, fake = judged(turn, real, fake)
        named = {
            "d_real_fake": self.discriminator_weight
            * losses.two_way_discriminator(real["real_fake"], fake["real_fake"]),
            "d_error": error(real["real_fake"], fake["real_fake"]),
        }
        if self.classes:
            told = [losses.classification(half["digit"], turn.condition) for half in (real, fake)]
            named["d_digit"] = self.class_weight * 0.5 * tf.add_n(told)
        return named

    def generator_terms(self, real, fake, turn):
        real, fake = judged(turn, real, fake)
        rejected = losses.two_way_logit(fake["real_fake"])[:, 0] < 0.0
        named = {"g_match": penalties.paired_features(fake["features"], real["features"], rejected)}
        if self.classes:
            named["g_digit"] = self.class_weight * 0.5 * losses.classification(fake["digit"], turn.condition)
        return named

    def default_optimizers(self):
        """The code's for GDnet_3 and GDnet_info: SGD, learning rate 0.003, momentum 0.9, for both."""
        return tuple(keras.optimizers.SGD(0.003, MOMENTUM) for _ in range(2))

    def get_config(self):
        return {
            **super().get_config(),
            "discriminator_weight": self.discriminator_weight,
            "class_weight": self.class_weight,
        }


def judged(turn, real, fake):
    """What D gives for the two halves of one batch, as the code has it: n real images and n fakes."""
    n = tf.shape(real)[0]
    outputs = turn.outputs(tf.concat([turn.augmented(real), turn.augmented(fake)], 0))
    return tf.nest.map_structure(lambda rows: rows[:n], outputs), tf.nest.map_structure(lambda rows: rows[n:], outputs)


def error(real, fake):
    """The share of the batch that D puts into the wrong class; real, fake: two logits of each row."""
    wrong = losses.two_way_logit(real) <= 0.0, losses.two_way_logit(fake) > 0.0
    return 0.5 * tf.add_n([losses.mean(half) for half in wrong])
