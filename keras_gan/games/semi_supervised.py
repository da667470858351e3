"""Semi-supervised learning by a GAN: Salimans, Goodfellow, Zaremba, Cheung, Radford and Chen 2016, "Improved Techniques
for Training GANs", arXiv:1606.03498, section 5, and the authors' code openai/improved-gan, mnist_svhn_cifar10.

Deviations: G matches the real features of the step's own samples, for which the code draws others.
"""

import keras
import tensorflow as tf

from keras_gan import losses
from keras_gan.optimizers import AdamUnderRoot
from keras_gan.step import replicas
from keras_gan.step.half_labelled import HalfLabelled, error


@keras.saving.register_keras_serializable("keras_gan")
class SemiSupervisedGAN(HalfLabelled):
    """D has K logits l, one for each class and none for fakes, whose own is fixed at 0: p(y|x, real) = softmax(l) and
    D(x) = Z / (Z + 1), Z = sum_k e^l_k, so that log Z = logsumexp(l) is the logit of D(x).

        min_D  L_supervised + w L_unsupervised,   min_G  mean_u (E f_u(x) - E f_u(G(z)))^2
        L_supervised = -E_(x,y) log p(y|x, real),   L_unsupervised = -1/2 E log D(x) - 1/2 E log(1 - D(G(z)))

    discriminator: samples -> logits [n, K]. feature_layer: the name of D's layer whose output is f (section 3.1), the
    mean being over its units. unlabelled_weight: w >= 0, 1 in the code. Feature means are over the samples of all
    replicas. `fit` also shows D's error on the labelled samples, by the network as it is trained.
    """

    terms = ("d_labelled", "d_unlabelled", "g_match")
    measures = ("d_error",)

    def __init__(self, generator, discriminator, *, feature_layer="features", unlabelled_weight=1.0, **kwargs):
        names = [layer.name for layer in discriminator.layers]
        if feature_layer not in names:
            raise ValueError(f"The discriminator has no layer {feature_layer!r}; it has {', '.join(names)}.")
        if unlabelled_weight < 0.0:
            raise ValueError(f"unlabelled_weight must be 0 or more; got {unlabelled_weight}.")
        if len(discriminator.outputs) != 1 or len(discriminator.outputs[0].shape) != 2:
            raise ValueError("The discriminator must give logits [n, classes]: see keras_gan.networks.semi_supervised.")
        super().__init__(generator, discriminator, **kwargs)
        self.feature_layer = feature_layer
        self.unlabelled_weight = unlabelled_weight
        self.features = keras.Model(discriminator.input, discriminator.get_layer(feature_layer).output)

    def class_logits(self, outputs):
        return outputs

    def discriminate(self, x, condition, training):
        """log Z(x), [n, 1]."""
        logits = super().discriminate(x, condition, training)
        return tf.reduce_logsumexp(tf.cast(logits, tf.float32), axis=1, keepdims=True)

    def discriminator_terms(self, real, fake, turn):
        images, label = turn.condition
        logits = turn.outputs(turn.augmented(images))
        real, fake = turn.both(real, fake)
        return {
            "d_labelled": losses.classification(logits, label),
            "d_unlabelled": self.unlabelled_weight * 0.5 * losses.minimax_discriminator(real, fake),
            "d_error": error(logits, label),
        }

    def generator_terms(self, real, fake, turn):
        means = [mean(self.features(turn.augmented(x), training=turn.training)) for x in (real, fake)]
        real, fake = replicas.mean(means)
        return {"g_match": tf.reduce_mean(tf.square(real - fake))}

    def default_optimizers(self):
        """train_mnist_feature_matching.py: Adam, learning rate 0.003, beta_1 0.5, epsilon 1e-8 under the root."""
        return tuple(AdamUnderRoot(3e-3, beta_1=0.5, epsilon=1e-8) for _ in range(2))

    def get_config(self):
        return {
            **super().get_config(),
            "feature_layer": self.feature_layer,
            "unlabelled_weight": self.unlabelled_weight,
        }


def mean(features):
    """E f over the rows of [n, ...], float32."""
    return tf.reduce_mean(tf.cast(features, tf.float32), axis=0)
