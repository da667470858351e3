"""One player's turn: its real samples, their condition and its noise, and D as a function of x alone within it."""

import tensorflow as tf

from keras_gan.sampling import latents
from keras_gan.step import conditions, replicas

UNIFORM = 2**20  # the stream of Turn.uniform in a turn's noise; no replica has this number
AUGMENTATION = UNIFORM + 1  # that of Turn.augmented


class Turn:
    """What a turn knows.

    game: the AdversarialModel. real: float32 [n, ...]. condition: what G and D are told beside z and x: None, a tensor
    [n, ...] (a label, attributes, an image), or a dict or tuple of such. seed: int32 [2], of all noise of the turn.
    training: dropout and batch statistics. z: [n, latent_dim], drawn from the seed unless given. fake: what `generate`
    made last.
    """

    def __init__(self, game, real, condition, seed, training=True, z=None):
        self.game = game
        self.real = real
        self.condition = condition
        self.seed = seed
        self.training = training
        self.z = z
        self.fake = None
        self.seen = {}  # {reference of a tensor: its number}

    def generate(self):
        """G(z | y), as many as there are `real`; layers with noise of their own are reseeded for the turn."""
        game = self.game
        if self.training:
            replicas.reseed([game.generator, game.discriminator], self.seed)
        z = self.z
        if z is None:
            z = replicas.minibatch(game.latent, tf.shape(self.real)[0], game.latent_dim, self.seed)
        fake = game.generate(z, self.condition, self.training)
        self.fake = tf.cast(fake, self.real.dtype)  # a generator in half precision may end in it
        return self.fake

    @property
    def shown(self):
        """The condition as D takes it: None for games whose D is asked for it instead."""
        return self.condition if self.game.shows_condition else None

    def critic(self, x):
        """D(x | y): the score of each row."""
        return self.game.discriminate(self.augmented(x), self.shown, self.training)

    def both(self, real, fake):
        """D(real | y), D(fake | y): in one pass where D treats samples one by one (a larger matrix product is a faster
        one), in two where it normalises or compares within the batch, which must not mix real and fake (DCGAN)."""
        if self.game.mixes_samples:
            return self.critic(real), self.critic(fake)
        both = tf.concat([self.augmented(real), self.augmented(fake)], 0)
        return tf.split(self.game.discriminate(both, conditions.twice(self.shown), self.training), 2)

    def augmented(self, x):
        """x as D sees it while it trains: real and fake are each transformed by a draw of their own.

        The draw belongs to the tensor and not to the call. A penalty that asks for the score of x again gets the slope
        of that very score with respect to x, through the transformation, as in the code of R3GAN (Huang et al. 2024).
        """
        augmentation = self.game.augmentation
        if augmentation is None or not self.training:
            return x
        seed = replicas.fold(self.seed, AUGMENTATION, self.seen.setdefault(x.ref(), len(self.seen)))
        u = replicas.minibatch(latents.Uniform(0.0, 1.0), tf.shape(x)[0], augmentation.numbers, seed)
        return augmentation(x, u)

    def outputs(self, x):
        """Whatever D's network gives for x, where that is more than a score; x as `augmented` gives it."""
        return self.game.discriminator(conditions.inputs(x, self.shown), training=self.training)

    def uniform(self, x):
        """One number of U[0, 1) for each row of x, shape [n, 1, ..., 1]; x stands for the rows of all replicas."""
        seed = replicas.fold(self.seed, UNIFORM)
        numbers = replicas.minibatch(latents.Uniform(0.0, 1.0), tf.shape(x)[0], 1, seed)
        return tf.reshape(numbers, [-1] + [1] * (x.shape.rank - 1))
