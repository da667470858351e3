"""Both players' optimisers under the one name that Keras callbacks know, so that stock callbacks, `.keras` files and
mixed precision work with both."""

import keras
from keras import ops

from keras_gan.fast import internals


@keras.saving.register_keras_serializable("keras_gan")
class Players(keras.optimizers.Optimizer):
    """What `model.optimizer` is: both players' optimisers under the one name that Keras callbacks know.

    `learning_rate` reads the generator's; assigning it scales the discriminator's by the same factor, so that
    LearningRateScheduler and ReduceLROnPlateau keep the ratio of the two (Heusel et al. 2017 call it two time-scales).
    It owns no state: each optimiser saves its own.
    """

    def __init__(self, generator_optimizer, discriminator_optimizer):
        super().__init__(learning_rate=lambda: 0.0, name="players")
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer
        self.ratio = 1.0
        self.built = True

    @classmethod
    def of(cls, generator, generator_optimizer, discriminator, discriminator_optimizer):
        """Both optimisers (names, configs or objects), each built for its player."""
        if generator_optimizer is discriminator_optimizer and not isinstance(generator_optimizer, (str, dict)):
            raise ValueError("Each player needs an optimizer object of its own; the same one was given for both.")
        return cls(built(generator_optimizer, generator), built(discriminator_optimizer, discriminator))

    @property
    def variables(self):
        return self.generator_optimizer.variables + self.discriminator_optimizer.variables

    @property
    def iterations(self):
        return self.generator_optimizer.iterations

    @property
    def learning_rate(self):
        return self.generator_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate):
        generators, discriminators = (
            float(ops.convert_to_numpy(optimizer.learning_rate))
            for optimizer in (self.generator_optimizer, self.discriminator_optimizer)
        )
        if generators:  # at 0, the start of a warm-up, the ratio of before holds
            self.ratio = discriminators / generators
        # D's first: where it follows a schedule Keras refuses here, before either has changed.
        self.discriminator_optimizer.learning_rate = float(learning_rate) * self.ratio
        try:
            self.generator_optimizer.learning_rate = float(learning_rate)
        except TypeError:
            self.discriminator_optimizer.learning_rate = discriminators
            raise

    def finalize_variable_values(self, variables):
        for optimizer in (self.generator_optimizer, self.discriminator_optimizer):
            optimizer.finalize_variable_values(internals.trained_by(optimizer))

    def save_own_variables(self, store):
        """Nothing: both optimisers are attributes of the model, which saves them once."""

    def load_own_variables(self, store):
        """Nothing, as above."""

    def get_config(self):
        return {
            "generator_optimizer": keras.optimizers.serialize(self.generator_optimizer),
            "discriminator_optimizer": keras.optimizers.serialize(self.discriminator_optimizer),
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(**{name: keras.optimizers.deserialize(value, custom_objects) for name, value in config.items()})


def built(optimizer, player):
    """The optimiser with its slots made (one built later loses its saved state, and fails under a strategy)."""
    optimizer = keras.optimizers.get(optimizer)
    half = any(layer.compute_dtype == "float16" for layer in internals.layers_of(player))
    if half and not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(player.trainable_variables)
    return optimizer


def compile_config(model):
    """What a `.keras` file keeps of compile()."""
    return {
        "generator_optimizer": keras.optimizers.serialize(model.generator_optimizer),
        "discriminator_optimizer": keras.optimizers.serialize(model.discriminator_optimizer),
        "jit_compile": model.jit_compile,
        "run_eagerly": model.run_eagerly,
        "steps_per_execution": model.steps_per_execution,
    }
