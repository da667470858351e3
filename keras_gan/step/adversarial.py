"""The adversarial step, once for all games: Goodfellow et al. 2014, Algorithm 1, as a `keras.Model` for `fit`.

A game derives from AdversarialModel and states what each player minimises as named terms. Everything else is here:
the order of the turns, gradients, loss scaling, averaging, logging.
"""

import keras
import tensorflow as tf

from keras_gan.fast import internals
from keras_gan.sampling.labels import numbered
from keras_gan.step import conditions, replicas
from keras_gan.step.model import TwoPlayers
from keras_gan.step.turn import Turn


class AdversarialModel(TwoPlayers):
    """Two players, one step: TwoPlayers says what is given and what samples; a game, what each player minimises.

    A game sets `terms`, `measures`, `logits` and `shows_condition`, and overrides two methods, and hooks if it needs
    them.
    """

    # What a game states: two methods, and hooks.

    def discriminator_terms(self, real, fake, turn):
        """{name: scalar}; the sum of the terms is what D minimises, and measures among them are only shown.

        `turn.critic(x)` scores x, `turn.both(real, fake)` both; see Turn for what else a turn knows."""
        raise NotImplementedError(f"{type(self).__name__} does not state what its discriminator minimises.")

    def generator_terms(self, real, fake, turn):
        """{name: scalar}; the sum of the terms is what G minimises."""
        raise NotImplementedError(f"{type(self).__name__} does not state what its generator minimises.")

    def generate(self, z, condition, training):
        """G(z | y)."""
        return self.generator(conditions.inputs(z, condition), training=training)

    def discriminate(self, x, condition, training):
        """D(x | y), with dropout and batch statistics when training."""
        return self.discriminator(conditions.inputs(x, condition), training=training)

    @property
    def mixes_samples(self):
        """Whether D's score of one sample depends on the others: batch normalisation, or a layer of ours that says so
        by its attribute `mixes_samples`."""
        return any(
            getattr(layer, "mixes_samples", isinstance(layer, keras.layers.BatchNormalization))
            for layer in internals.layers_of(self.discriminator)
        )

    def told(self, data):
        """(real, condition) of a batch of `fit`, as it comes."""
        return conditions.pair(data, self.from_input)

    def begin(self):
        """Called at the beginning of each step, before the first turn."""

    def moves(self, player):
        """Whether `player` moves in its turn: True, False, or a scalar boolean tensor on which all replicas agree. One
        that rests keeps its weights and its optimiser's state; the turn's terms are computed and shown all the same."""
        return True

    def constrain(self):
        """Called after each update of D (weight clipping goes here)."""

    def balance(self, values, training):
        """Called after both turns with the values of all terms; -> {measure: scalar}. BEGAN moves its k here."""
        return {}

    def probability(self, x, label=None):
        """D(x | y) in [0, 1], float32 [n, ...], by the discriminator at rest. Raises ValueError for critics and
        energies, whose scores are no logits."""
        if not self.logits:
            raise ValueError(f"The discriminator of {type(self).__name__} gives no probabilities.")
        condition = (
            self.sampler_of().condition(numbered(label, self.class_names), len(x)) if self.shows_condition else []
        )
        score = self.discriminate(tf.cast(x, tf.float32), condition or None, training=False)
        return tf.sigmoid(tf.cast(score, tf.float32)).numpy()

    # The step.

    def train_step(self, data):
        """One step; nothing of it runs before its batch is there. Without that order the attempt to read beyond the end
        of data whose length is not known would count as a step, in the model and in both optimisers."""
        with tf.control_dependencies(tf.nest.flatten(data)):
            return self.play(data)

    def play(self, data):
        """k discriminator turns, each on fresh data and fresh z, then one generator turn (Algorithm 1)."""
        self.begin()
        values, k = {}, self.discriminator_steps
        batch, told = conditions.unpack(data, self)
        for number in range(k):  # every k-th row, so that replicas, which get consecutive rows, share each minibatch
            real, condition = (batch, told) if k == 1 else (batch[number::k], conditions.every(told, number, k))
            turn = Turn(self, real, condition, self.seed_of(number))
            turn.generate()  # outside of the tape: D's gradient does not go through G
            values |= self.minimize(self.discriminator, self.discriminator_optimizer, turn)
            self.constrain()
        values |= self.minimize(self.generator, self.generator_optimizer, Turn(self, real, condition, self.seed_of(k)))
        self.track(self.balance(values, training=True))
        self.agree()
        self.average()
        self.steps.assign_add(1)
        return self.results()

    def seed_of(self, turn):
        """The seed of all noise of this turn of this step."""
        return replicas.fold(tf.constant([self.seed, 0]), self.steps.value, turn)

    def objective_of(self, player, turn):
        """-> (what `player` minimises: the sum of its declared terms and of what its layers add, such as weight decay;
        {name: value} of terms and measures). D judges the fakes that the turn has; G makes its own."""
        if player is self.generator:
            named = self.generator_terms(turn.real, turn.generate(), turn)
        else:
            named = self.discriminator_terms(turn.real, turn.fake, turn)
        return tf.add_n([*(value for name, value in named.items() if name in self.terms), *player.losses]), named

    def minimize(self, player, optimizer, turn):
        """One update of `player` by the gradient of its objective; -> the terms.

        The only tape, the only division by the number of replicas (whose gradients are summed), the only loss scaling
        and the only update.
        """
        with tf.GradientTape() as tape:
            objective, named = self.objective_of(player, turn)
            objective = optimizer.scale_loss(objective / replicas.count())
        variables = player.trainable_variables
        moves = self.moves(player)
        if moves is False:
            self.track(named)
            return named
        kept = [] if moves is True else [(v, tf.identity(v.value)) for v in (*variables, *optimizer.variables)]
        optimizer.apply(tape.gradient(objective, variables), variables)
        for variable, before in kept:  # not tf.cond: within it replicas could not exchange their gradients
            variable.assign(tf.where(moves, variable.value, before))
        self.track(named)
        return named

    def test_step(self, data):
        """The players' terms on held-out data, without an update; z from a stream of its own."""
        real, condition = conditions.unpack(data, self)
        # The trackers start from zero in every evaluation: their count numbers its batches.
        batch = tf.cast(next(iter(self.trackers.values())).count, tf.int32)
        turn = Turn(self, real, condition, replicas.fold(tf.constant([self.seed, 1]), batch), training=False)
        fake = turn.generate()
        values = self.discriminator_terms(real, fake, turn) | self.generator_terms(real, fake, turn)
        self.track(values | self.balance(values, training=False))
        return self.results()

    def track(self, named):
        """Add values to the means that `fit` shows."""
        for name, value in named.items():
            self.trackers[name].update_state(value)

    def agree(self):
        """Moving statistics are replaced by their mean over all replicas, each of which saw other data."""
        weights = self.generator.non_trainable_weights + self.discriminator.non_trainable_weights
        if replicas.count() > 1 and weights:
            for weight, mean in zip(weights, replicas.mean([weight.value for weight in weights]), strict=True):
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
        multiple = replicas.workers() > 1
        return {
            name: tracker.result()[None] if multiple else tracker.result() for name, tracker in self.trackers.items()
        }
