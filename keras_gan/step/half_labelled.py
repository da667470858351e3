"""Games that learn from a few labels and many samples without: what they have in common."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.fast import internals
from keras_gan.step.adversarial import AdversarialModel

ROWS = 500  # that are classified at once


class HalfLabelled(AdversarialModel):
    """D also tells classes apart, of which few samples are labelled; G knows of none.

    A batch of `fit` is (samples, (labelled samples, int labels)), as keras_gan.data.load(..., labelled=100) gives; in
    (samples, labels) all are labelled. A turn's `real` are the samples, its `condition` the labelled ones with labels.

    discriminator_decay: decay of the exponential moving average of D's weights, by which `classify` then judges, or
    None. attribute: of data with attributes, the one that the classes are of. A game says with `class_logits` what D's
    network tells of classes.
    """

    half_labelled = True
    shows_condition = False  # the labelled samples are D's lesson, and no input of either network

    def __init__(self, generator, discriminator, *, discriminator_decay=None, attribute=None, **kwargs):
        if discriminator_decay is not None and not 0.0 <= discriminator_decay < 1.0:
            raise ValueError(f"discriminator_decay must lie in [0, 1), or be None; got {discriminator_decay}.")
        super().__init__(generator, discriminator, **kwargs)
        self.discriminator_decay = discriminator_decay
        self.attribute = attribute
        self.average_discriminator = None
        if discriminator_decay is not None:
            self.average_discriminator = keras.models.clone_model(discriminator)
            self.average_discriminator.name = "average_discriminator"
            self.average_discriminator.set_weights(discriminator.get_weights())
            self.average_discriminator.trainable = False

    def class_logits(self, outputs):
        """[n, labels], of whatever D's network gives."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its discriminator tells of classes.")

    @property
    def labels(self):
        """How many classes D tells apart."""
        return self.class_logits(self.discriminator.output).shape[-1]

    def generate(self, z, condition, training):
        return self.generator(z, training=training)

    def constrain(self):
        """The average of D's weights, as that of G's: decay = min(discriminator_decay, (t + 1) / (t + 10))."""
        if self.average_discriminator is None:
            return
        t = tf.cast(self.steps.value, tf.float32)
        decay = tf.minimum(self.discriminator_decay, (t + 1.0) / (t + 10.0))
        for average, variable in zip(self.average_discriminator.weights, self.discriminator.weights, strict=True):
            average.assign_add((1.0 - decay) * (variable.value - average.value))

    def classify(self, x):
        """The class of each row, int32 [n], by D at rest, or by its average where it has one. x: float32 [n, ...] in
        the range of the data, or uint8 images."""
        judge = self.discriminator if self.average_discriminator is None else self.average_discriminator
        if "judge" not in self.__dict__:  # past Keras, which would track it
            self.__dict__["judge"] = tf.function(
                lambda rows: tf.argmax(self.class_logits(judge(rows, training=False)), axis=1, output_type=tf.int32),
                input_signature=[tf.TensorSpec([None, *judge.input_shape[1:]], tf.float32)],
                autograph=False,
            )
        x = np.asarray(x)
        if x.dtype == np.uint8:
            x = x.astype(np.float32) / 127.5 - 1.0
        parts = [self.__dict__["judge"](x[row : row + ROWS].astype(np.float32)) for row in range(0, len(x), ROWS)]
        return np.concatenate([part.numpy() for part in parts]) if parts else np.zeros(0, np.int32)

    def get_config(self):
        return {
            **super().get_config(),
            "discriminator_decay": self.discriminator_decay,
            "attribute": self.attribute,
        }


def error(logits, label):
    """Share of rows whose likeliest class is not `label`, float32."""
    wrong = tf.argmax(logits, axis=1, output_type=label.dtype) != label
    return tf.reduce_mean(tf.cast(wrong, tf.float32))


def only_where(wanted, term, fake):
    """term(), or 0, without the work where `wanted`, a scalar boolean tensor, does not hold. The 0 depends on the
    fakes, so that a generator whose turn it is has gradients, of 0."""
    if internals.is_stateless():  # what layers assign within a branch could not be read outside of it
        return tf.where(wanted, term(), 0.0)
    return tf.cond(wanted, term, lambda: 0.0 * tf.reduce_sum(tf.cast(fake, tf.float32)))
