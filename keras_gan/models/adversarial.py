"""The adversarial step, once for all games: Goodfellow et al. 2014, Algorithm 1, as a `keras.Model` for `fit`.

A game derives from AdversarialModel and states what each player minimises as named terms. Everything else is here:
the order of the turns, noise, gradients, replicas, loss scaling, averaging, logging.
"""

from functools import partial

import keras
import tensorflow as tf

from keras_gan import distribution, latents
from keras_gan.models.compiling import Compiling
from keras_gan.models.feeding import Feeding
from keras_gan.models.sampling import Sampling

UNIFORM = 2**20  # the stream of Critic.uniform in a turn's noise; no replica has this number
AUGMENTATION = UNIFORM + 1  # that of Critic.augmented


class Critic:
    """D as a function of x alone: the condition y, the mode and the seed of noise are those of the turn."""

    def __init__(self, game, condition, training, seed):
        self.game = game
        self.condition = condition
        self.told = condition if game.tells_discriminator else None
        self.training = training
        self.seed = seed
        self.seen = {}  # {reference of a tensor: its number}

    def __call__(self, x):
        """D(x | y)."""
        return self.game.discriminate(self.augmented(x), self.told, self.training)

    def both(self, real, fake):
        """D(real | y), D(fake | y): in one pass where D treats samples one by one (a larger matrix product is a faster
        one), in two where it normalises or compares within the batch, which must not mix real and fake (DCGAN)."""
        if self.game.mixes_samples:
            return self(real), self(fake)
        told = None if self.told is None else tf.concat([self.told, self.told], 0)
        both = tf.concat([self.augmented(real), self.augmented(fake)], 0)
        return tf.split(self.game.discriminate(both, told, self.training), 2)

    def augmented(self, x):
        """x as D sees it while it trains: real and fake are each transformed by a draw of their own.

        The draw belongs to the tensor and not to the call. A penalty that asks for the score of x again gets the slope
        of that very score with respect to x, through the transformation, as in the code of R3GAN (Huang et al. 2024).
        """
        if self.game.augmentation is None or not self.training:
            return x
        number = self.seen.setdefault(x.ref(), len(self.seen))
        seed = distribution.fold(self.seed, AUGMENTATION, number)
        numbers = self.game.augmentation.numbers
        return self.game.augmentation(
            x, self.game.minibatch_of(latents.Uniform(0.0, 1.0), tf.shape(x)[0], numbers, seed)
        )

    def outputs(self, x):
        """Whatever D's network gives for x, where that is more than a score; x as `augmented` gives it."""
        return self.game.discriminator(x if self.told is None else [x, self.told], training=self.training)

    def uniform(self, x):
        """One number of U[0, 1) for each row of x, shape [n, 1, ..., 1]; x stands for the rows of all replicas."""
        seed = distribution.fold(self.seed, UNIFORM)
        numbers = self.game.minibatch_of(latents.Uniform(0.0, 1.0), tf.shape(x)[0], 1, seed)
        return tf.reshape(numbers, [-1] + [1] * (x.shape.rank - 1))


class AdversarialModel(Sampling, Feeding, Compiling, keras.Model):
    """Two players, one step.

    generator: keras.Model, z [n, latent_dim] -> images [n, h, w, c] in [-1, 1] or points [n, d]; with `classes`,
        [z, label] -> the same. discriminator: keras.Model, images (and label) -> scores [n, ...].
    latent: the distribution of z (keras_gan.latents). discriminator_steps: k of Algorithm 1; the batch that `fit`
        gives holds k minibatches. average_decay: decay of the exponential moving average of G's weights, or None;
        average_power: until that decay is reached, step t weighs t^power in it, so that it covers the last
        1 / (power + 1) of the run. augmentation: what D sees is transformed at random while it trains, by a
        keras_gan.augmentation.DiffAugment, or None. classes: number of labels of a conditional game, or None. seed: all
        noise of the training is a function of it, of the step, and of the replica.

    Batch statistics (batch normalisation and whatever else mixes samples) are those of one replica's minibatch.
    """

    terms = ()  # names of what the players minimise, d_* and g_*, in the order in which they are shown
    measures = ()  # names of what is only shown, beside the terms
    logits = True  # whether D = sigmoid(score) is a probability
    tells_discriminator = True  # whether D of a conditional game takes the label, too, or is asked for it

    def __init__(
        self,
        generator,
        discriminator,
        *,
        latent=None,
        discriminator_steps=1,
        average_decay=None,
        average_power=8.0,
        augmentation=None,
        classes=None,
        seed=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.latent = latent or latents.Normal()
        self.discriminator_steps = discriminator_steps
        self.average_decay = average_decay
        self.average_power = average_power
        self.augmentation = augmentation
        self.classes = classes
        self.seed = seed
        self.check_players()
        self.average_generator = None
        if average_decay is not None:
            self.average_generator = keras.models.clone_model(generator)
            self.average_generator.set_weights(generator.get_weights())
            self.average_generator.trainable = False
        self.steps = self.add_weight(
            (), "zeros", "int64", trainable=False, aggregation="only_first_replica", name="steps"
        )
        self.trackers = {name: keras.metrics.Mean(name=name) for name in (*self.terms, *self.measures)}
        self.built = True

    # What a game states: two methods, and hooks for games that need them.

    def discriminator_terms(self, real, fake, critic):
        """{name: scalar}; the sum of the terms is what D minimises, and measures among them are only shown.

        `critic(x)` scores x, `critic.both(real, fake)` both."""
        raise NotImplementedError(f"{type(self).__name__} does not state what its discriminator minimises")

    def generator_terms(self, real, fake, critic):
        """{name: scalar}; the sum of the terms is what G minimises."""
        raise NotImplementedError(f"{type(self).__name__} does not state what its generator minimises")

    def generate(self, z, condition, training):
        """G(z | y)."""
        return self.generator(z if condition is None else [z, condition], training=training)

    def discriminate(self, x, condition, training):
        """D(x | y), with dropout and batch statistics when training."""
        return self.discriminator(x if condition is None else [x, condition], training=training)

    def moves(self, player):
        """Whether `player` moves in its turn: True, or a scalar boolean tensor on which all replicas agree. One that
        rests keeps its weights and its optimiser's state; the turn's terms are computed and shown all the same."""
        return True

    def constrain(self):
        """Called after each update of D (weight clipping goes here)."""

    def balance(self, values, training):
        """Called after both turns with the values of all terms; -> {measure: scalar}. BEGAN moves its k here."""
        return {}

    # The step.

    def train_step(self, data):
        """k discriminator turns, each on fresh data and fresh z, then one generator turn (Algorithm 1)."""
        for turn, (real, condition) in enumerate(self.minibatches(*self.unpack(data))):
            critic = Critic(self, condition, training=True, seed=self.seed_of(turn))
            fake = self.fakes(real, condition, critic.seed)
            values = self.minimize(
                self.discriminator, self.discriminator_optimizer, self.discriminator_terms, real, fake, critic
            )
            self.constrain()
        critic = Critic(self, condition, training=True, seed=self.seed_of(self.discriminator_steps))
        fake = partial(self.fakes, real, condition, critic.seed)
        values |= self.minimize(self.generator, self.generator_optimizer, self.generator_terms, real, fake, critic)
        self.track(self.balance(values, training=True))
        self.agree()
        self.average()
        self.steps.assign_add(1)
        return self.results()

    def seed_of(self, turn):
        """The seed of all noise of this turn of this step."""
        return distribution.fold(tf.constant([self.seed, 0]), self.steps.value, turn)

    def fakes(self, real, condition, seed):
        """G(z) for a turn, as many as there are `real`; layers with noise of their own are reseeded for the turn."""
        self.reseed(seed)
        fake = self.generate(self.minibatch_of_latents(tf.shape(real)[0], seed), condition, training=True)
        return tf.cast(fake, real.dtype)  # a generator in half precision may end in it

    def minimize(self, player, optimizer, terms, real, fake, critic):
        """One update of `player` by the gradient of the sum of its terms; -> the terms.

        The only tape, the only division by the number of replicas (whose gradients are summed), the only loss scaling
        and the only update. `fake` is a tensor, or a function where the gradient goes through G.
        """
        with tf.GradientTape() as tape:
            named = terms(real, fake() if callable(fake) else fake, critic)
            minimised = [value for name, value in named.items() if name in self.terms]
            objective = tf.add_n([*minimised, *player.losses])  # losses: what layers add, such as weight decay
            objective = optimizer.scale_loss(objective / distribution.replicas())
        variables = player.trainable_variables
        moves = self.moves(player)
        kept = [] if moves is True else [(v, tf.identity(v.value)) for v in (*variables, *optimizer.variables)]
        optimizer.apply(tape.gradient(objective, variables), variables)
        for variable, before in kept:  # not tf.cond: within it replicas could not exchange their gradients
            variable.assign(tf.where(moves, variable.value, before))
        self.track(named)
        return named

    def track(self, named):
        """Add values to the means that `fit` shows."""
        for name, value in named.items():
            self.trackers[name].update_state(value)

    def test_step(self, data):
        """The players' terms on held-out data, without an update; z from a stream of its own."""
        real, condition = self.unpack(data)
        # The trackers start from zero in every evaluation: their count numbers its batches.
        batch = tf.cast(next(iter(self.trackers.values())).count, tf.int32)
        critic = Critic(self, condition, training=False, seed=distribution.fold(tf.constant([self.seed, 1]), batch))
        fake = self.generate(self.minibatch_of_latents(tf.shape(real)[0], critic.seed), condition, training=False)
        values = self.discriminator_terms(real, fake, critic) | self.generator_terms(real, fake, critic)
        self.track(values | self.balance(values, training=False))
        return self.results()

    # What the step uses.

    def minibatch_of_latents(self, n, seed):
        """n rows of z for this replica."""
        return self.minibatch_of(self.latent, n, self.latent_dim, seed)

    def minibatch_of(self, latent, n, dimension, seed):
        """n rows for this replica: its part of the rows that one replica alone would draw for the whole batch."""
        replicas = distribution.replicas()
        z = latent.minibatch(n * replicas, dimension, seed)
        return z if replicas == 1 else z[distribution.replica_id() * n :][:n]

    def reseed(self, seed):
        """Layers that draw noise (Dropout, GaussianNoise) get the state that belongs to this turn and this replica.

        Keras neither saves that state (a resumed run would repeat its noise) nor tells replicas apart (all would draw
        the same mask).
        """
        for number, state in enumerate(self.noise_states):
            own = distribution.fold(seed, distribution.replica_id(), number, 0)
            state.assign(tf.cast(own, state.dtype))

    @property
    def mixes_samples(self):
        """Whether D's score of one sample depends on the others: batch normalisation, or a layer of ours that says so
        by its attribute `mixes_samples`."""
        return any(
            getattr(layer, "mixes_samples", isinstance(layer, keras.layers.BatchNormalization))
            for layer in self.discriminator._flatten_layers()
        )

    @property
    def noise_states(self):
        """State variables of the layers' random number generators, int64 [2] each."""
        variables = self.generator.variables + self.discriminator.variables
        return [variable for variable in variables if variable.name == "seed_generator_state"]

    def agree(self):
        """Moving statistics are replaced by their mean over all replicas, each of which saw other data."""
        if distribution.replicas() == 1:
            return
        weights = self.generator.non_trainable_weights + self.discriminator.non_trainable_weights
        if weights:
            means = distribution.mean_over_replicas([weight.value for weight in weights])
            for weight, mean in zip(weights, means, strict=True):
                weight.assign(mean)

    def average(self):
        """average <- average + (1 - decay)(G - average), decay = min(average_decay, (t + 1) / (t + 2 + average_power)).

        The second is the power-function average of Karras et al. 2024, arXiv:2312.02696, eq. 7: its width stays in
        proportion to the run. Power 8 is TensorFlow's warm-up (1 + t) / (10 + t)."""
        if self.average_generator is None:
            return
        t = tf.cast(self.steps.value, tf.float32)
        decay = tf.minimum(self.average_decay, (t + 1.0) / (t + 2.0 + self.average_power))
        for average, variable in zip(self.average_generator.weights, self.generator.weights, strict=True):
            average.assign_add((1.0 - decay) * (variable.value - average.value))

    def results(self):
        """The terms for the log. Two worker processes reduce them over their first axis, which a scalar lacks."""
        multiple = distribution.workers() > 1
        return {
            name: tracker.result()[None] if multiple else tracker.result() for name, tracker in self.trackers.items()
        }

    @property
    def metrics(self):
        return list(self.trackers.values())

    def get_config(self):
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "latent": keras.saving.serialize_keras_object(self.latent),
            "discriminator_steps": self.discriminator_steps,
            "average_decay": self.average_decay,
            "average_power": self.average_power,
            "augmentation": keras.saving.serialize_keras_object(self.augmentation),
            "classes": self.classes,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config):
        objects = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("generator", "discriminator", "latent", "augmentation")
            if name in config  # files of releases without augmentation lack it
        }
        return cls(**{**config, **objects})
