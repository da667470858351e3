"""CycleGAN: Zhu, Park, Isola and Efros 2017, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
Networks", arXiv:1703.10593."""

import keras
import tensorflow as tf

from keras_gan import losses
from keras_gan.optimizers import Adam
from keras_gan.sampling import translation
from keras_gan.sampling.sampler import bounded, in_batches
from keras_gan.step import conditions, pool
from keras_gan.step.adversarial import AdversarialModel


@keras.saving.register_keras_serializable("keras_gan")
class CycleGAN(AdversarialModel):
    """Two translators, G: a -> b and F: b -> a, learn from images without partners; `fit` takes batches (a, b).

    L_GAN(G, D_b) + L_GAN(F, D_a) + lambda (E[||F(G(a)) - a||_1] + E[||G(F(b)) - b||_1]) (eq. 3), by least squares
    (section 4), and lambda times `identity_weight` (E[||F(a) - a||_1] + E[||G(b) - b||_1]) (section 5.2), which keeps
    colours. generator, discriminator: as networks.cyclegan makes them, both pairs of networks in one. cycle_weight:
    lambda, 10; 0 for GAN alone. adversarial_weight: 1; 0 for the cycle alone. pool_size: D is shown one of the last so
    many fakes instead of a new one in half of the cases (section 4), here of pairs of fakes, where the authors' code
    has a pool for each domain; 0 for new ones only.
    """

    terms = ("d_least_squares", "g_least_squares", "g_cycle", "g_identity")
    logits = False
    from_input = True
    shows_condition = False

    def __init__(
        self,
        generator,
        discriminator,
        *,
        cycle_weight=10.0,
        identity_weight=0.5,
        adversarial_weight=1.0,
        pool_size=50,
        **kwargs,
    ):
        if min(cycle_weight, identity_weight, adversarial_weight) < 0.0 or not cycle_weight + adversarial_weight:
            raise ValueError(
                f"cycle_weight={cycle_weight}, identity_weight={identity_weight} and adversarial_weight="
                f"{adversarial_weight} must be at least 0, and the first or the last above."
            )
        super().__init__(generator, discriminator, **kwargs)
        self.cycle_weight = cycle_weight
        self.identity_weight = identity_weight
        self.adversarial_weight = adversarial_weight
        self.pool_size = pool_size
        self.pool = pool.Pool(self, pool_size, generator.outputs[0].shape[1:]) if pool_size else None

    def told(self, data):
        """The pair (a, b) side by side, which is also what G is given."""
        b, a = super().told(data)
        if a is None:
            raise ValueError("A CycleGAN learns from batches (a, b): give images of both domains.")
        if b.shape[1:] != a.shape[1:]:
            raise ValueError(
                f"Images of both domains have one shape; got {tuple(a.shape[1:])} and {tuple(b.shape[1:])}."
            )
        if None not in (a.shape[0], b.shape[0]) and a.shape[0] != b.shape[0]:
            raise ValueError(
                f"A batch holds as many images of either domain; got {a.shape[0]} and {b.shape[0]}. Sets of unlike "
                "length are one data set: keras_gan.data.load('horses/ <-> zebras/')."
            )
        both = tf.concat([tf.cast(conditions.in_range(images), tf.float32) for images in (a, b)], axis=-1)
        return both, both

    def discriminator_terms(self, real, fake, turn):
        if self.pool is not None and turn.training:
            fake = self.pool.exchange(fake, turn.seed)
        # The mean over both judges, times two: half of the sum of their objectives, as in the authors' code.
        return {"d_least_squares": 2.0 * losses.least_squares_discriminator(*turn.both(real, fake))}

    def generator_terms(self, real, fake, turn):
        a, b = tf.split(real, 2, axis=-1)
        swapped = tf.concat([b, a], axis=-1)
        # In one pass: gradients of more than two would be summed in the order in which they come.
        made = self.generate(tf.zeros([2 * tf.shape(real)[0], 1]), (tf.concat([fake, swapped], 0),), turn.training)
        there_and_back, unchanged = tf.split(made, 2)  # (F(G(a)), G(F(b))) and (F(a), G(b))
        return {  # sums over both ways, that is two means over both
            "g_least_squares": self.adversarial_weight * 4.0 * losses.least_squares_generator(turn.critic(fake)),
            "g_cycle": self.cycle_weight * 2.0 * losses.absolute_difference(there_and_back, real),
            "g_identity": self.cycle_weight * self.identity_weight * 2.0 * losses.absolute_difference(unchanged, real),
        }

    def moves(self, player):
        return player is self.generator or self.adversarial_weight > 0.0

    @property
    def image_shape(self):
        """(h, w, c) of an image of either domain."""
        height, width, channels = self.generator.outputs[0].shape[1:]
        return height, width, channels // 2

    @property
    def input_image_shape(self):
        """(h, w, c) of an input, the same."""
        return self.image_shape

    def translate(self, images, to="b", average=True):
        """Images of one domain in the other, float32 [n, h, w, c] in [-1, 1]: a to b by G, or b to a by F (to="a").

        images: [n, h, w, c], uint8 or floats in [-1, 1]. Raises ValueError for images of another size, and for a domain
        that is neither "a" nor "b".
        """
        if to not in ("a", "b"):
            raise ValueError(f'to is "a" or "b", not {to!r}.')
        given = translation.checked(images, self.input_image_shape)
        kept = self.__dict__.setdefault("translators", {})  # past Keras, which would track them; each is traced once
        if (to, average) not in kept:
            network = (self.sampler if average else self.generator).get_layer(f"to_{to}")
            spec = tf.TensorSpec([None, *self.input_image_shape], tf.float32)
            run = tf.function(lambda batch: bounded(network(batch, training=False)), [spec], autograph=False)
            kept[to, average] = run.get_concrete_function()
        return in_batches(kept[to, average], [given], padded=False)

    def default_optimizers(self):
        """Section 4: Adam, learning rate 0.0002, beta_1 0.5."""
        return tuple(Adam(2e-4, beta_1=0.5) for _ in range(2))

    def get_config(self):
        return {
            **super().get_config(),
            "cycle_weight": self.cycle_weight,
            "identity_weight": self.identity_weight,
            "adversarial_weight": self.adversarial_weight,
            "pool_size": self.pool_size,
        }
