"""Improved GAN: Salimans, Goodfellow, Zaremba, Cheung, Radford and Chen 2016, "Improved Techniques for Training GANs",
arXiv:1606.03498, section 3. Minibatch discrimination and virtual batch normalisation are
layers (keras_gan.layers).

Deviations: a time i of the historical average is one step, so that k discriminator turns count once. Means over a
minibatch (feature matching, minibatch discrimination) are those of one replica's: on r replicas, each player minimises
the mean of r terms of n / r samples, which for feature matching is larger than one term of n samples by the variance
of smaller means. The historical average is one for all replicas.
"""

import keras

from keras_gan import losses, penalties
from keras_gan.optimizers import Adam
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class ImprovedGAN(AdversarialModel):
    """min_D -E[t log D(x) + (1 - t) log(1 - D(x))] - E[log(1 - D(G(z)))] + w ||theta_D - mean theta_D||^2,
    min_G -E[log D(G(z))] + w ||theta_G - mean theta_G||^2, or with feature matching
    min_G ||E f(x) - E f(G(z))||^2 + w ||theta_G - mean theta_G||^2.

    feature_layer: the name of D's layer whose output is f, or None (section 3.1). history_weight: w >= 0; the mean is
    over the parameters at the beginning of all steps, this one's included (section 3.3); with 0 it is not kept.
    real_target: t in (0, 1], below 1 one-sided label smoothing, 0.9 in the paper (section 3.4).
    """

    def __init__(self, generator, discriminator, *, feature_layer=None, history_weight=0.0, real_target=1.0, **kwargs):
        names = [layer.name for layer in discriminator.layers]
        if feature_layer is not None and feature_layer not in names:
            raise ValueError(f"The discriminator has no layer {feature_layer!r}; it has {', '.join(names)}.")
        if history_weight < 0.0:
            raise ValueError(f"history_weight must be 0 or more; got {history_weight}.")
        if not 0.0 < real_target <= 1.0:
            raise ValueError(f"real_target must lie in (0, 1]; got {real_target}.")
        history = ("d_history", "g_history") if history_weight else ()
        self.terms = ("d_real_fake", "g_match" if feature_layer else "g_fool", *history)
        super().__init__(generator, discriminator, **kwargs)
        self.feature_layer = feature_layer
        self.history_weight = history_weight
        self.real_target = real_target
        self.features = None
        if feature_layer is not None:
            self.features = keras.Model(discriminator.input, discriminator.get_layer(feature_layer).output)
        self.times = None
        self.past = {"discriminator": [], "generator": []}
        if history_weight:
            self.times = self.remembered("times", ())
            for name in self.past:
                kept = getattr(self, name).trainable_variables
                self.past[name] = [self.remembered(f"{name}_mean_{i}", v.shape) for i, v in enumerate(kept)]

    def remembered(self, name, shape):
        """A weight that files keep, so that a restart is exact."""
        return self.add_weight(shape, "zeros", trainable=False, aggregation="only_first_replica", name=name)

    def discriminator_terms(self, real, fake, turn):
        objective = losses.minimax_discriminator(*turn.both(real, fake), self.real_target)
        return {"d_real_fake": objective} | self.away_from_history("discriminator")

    def generator_terms(self, real, fake, turn):
        if self.feature_layer is None:
            objective = {"g_fool": losses.non_saturating_generator(turn.critic(fake))}
        else:
            features = [self.features_of(x, turn) for x in (real, fake)]
            objective = {"g_match": penalties.feature_matching(*features)}
        return objective | self.away_from_history("generator")

    def features_of(self, x, turn):
        """f(x | y), of what D sees in this turn."""
        x = turn.augmented(x)
        return self.features(x if turn.shown is None else [x, turn.shown], training=turn.training)

    def away_from_history(self, player):
        """{d_history or g_history: w ||theta - mean theta||^2}, nothing for w = 0."""
        if not self.history_weight:
            return {}
        values = [value.value for value in getattr(self, player).trainable_variables]
        penalty = penalties.historical_averaging(values, [mean.value for mean in self.past[player]])
        return {f"{player[0]}_history": self.history_weight * penalty}

    def begin(self):
        """mean_t = mean_(t-1) + (theta[t] - mean_(t-1)) / t, t = 1 in the first step."""
        if self.history_weight:
            self.times.assign_add(1.0)
            for player, means in self.past.items():
                for mean, value in zip(means, getattr(self, player).trainable_variables, strict=True):
                    mean.assign_add((value.value - mean.value) / self.times.value)

    def default_optimizers(self):
        """The authors' scripts with minibatch discrimination: Adam, learning rate 0.0003, beta_1 0.5, for both."""
        return tuple(Adam(3e-4, beta_1=0.5) for _ in range(2))

    def get_config(self):
        return {
            **super().get_config(),
            "feature_layer": self.feature_layer,
            "history_weight": self.history_weight,
            "real_target": self.real_target,
        }
