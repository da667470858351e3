"""Optimisers of the papers that Keras does not have, and the pair of optimisers as Keras callbacks see it.

Both update rules run as one TensorFlow kernel a variable: Keras's own composition of a dozen elementwise operations
reads and writes every slot several times, which costs a fully connected pair a tenth of its step.
"""

import math

import keras
import tensorflow as tf
from keras import ops


def torch_rmsprop(learning_rate):
    """RMSProp with torch's defaults, w <- w - rate g / (sqrt(v) + 1e-8), v <- 0.99 v + 0.01 g^2, as Keras has it.

    Keras adds epsilon under the root, where 1e-8 would be a floor of 1e-4 under sqrt(v), more than many a gradient of
    a critic with clipped weights; 1e-16 there is torch's 1e-8 beside it, but for gradients as small as that."""
    return keras.optimizers.RMSprop(learning_rate, rho=0.99, epsilon=1e-16)


@keras.saving.register_keras_serializable("keras_gan")
class DividedLearningRate(keras.optimizers.schedules.LearningRateSchedule):
    """max(initial / divisor^t, floor) after t updates (pylearn2's ExponentialDecay; Goodfellow et al. 2014, code)."""

    def __init__(self, initial=0.1, divisor=1.000004, floor=1e-6):
        self.initial = initial
        self.divisor = divisor
        self.floor = floor

    def __call__(self, step):
        # Not a power of 1 / divisor, whose rounding to float32 is 0.1 % of the rate after 125,000 updates.
        exponent = -math.log(self.divisor) * ops.cast(step, "float32")
        return ops.maximum(self.initial * ops.exp(exponent), self.floor)

    def get_config(self):
        return {"initial": self.initial, "divisor": self.divisor, "floor": self.floor}


@keras.saving.register_keras_serializable("keras_gan")
class FallingSecondHalf(keras.optimizers.schedules.LearningRateSchedule):
    """`initial` for the first half of `steps` updates, then linearly down to 0 (Radford et al. 2015, code: 100 + 100
    epochs)."""

    def __init__(self, initial, steps):
        self.initial = initial
        self.steps = steps

    def __call__(self, step):
        return self.initial * ops.clip(2.0 - 2.0 * ops.cast(step, "float32") / self.steps, 0.0, 1.0)

    def get_config(self):
        return {"initial": self.initial, "steps": self.steps}


@keras.saving.register_keras_serializable("keras_gan")
class Adam(keras.optimizers.Adam):
    """keras.optimizers.Adam in one kernel: the same arguments, slots and formula (Kingma and Ba 2015, section 2, last
    paragraph: epsilon stands beside sqrt(v), not beside sqrt(v-hat)). Raises ValueError for amsgrad, which the kernel
    lacks."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.amsgrad:
            raise ValueError("keras_gan.optimizers.Adam has no amsgrad; use keras.optimizers.Adam for it.")

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        t = ops.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]),
            v=_handle(self._velocities[index]),
            beta1_power=ops.power(ops.cast(self.beta_1, variable.dtype), t),
            beta2_power=ops.power(ops.cast(self.beta_2, variable.dtype), t),
            lr=ops.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.convert_to_tensor(gradient),
        )


def _handle(variable):
    """The resource behind a Keras or TensorFlow variable; under a strategy, that of the replica being updated."""
    return (variable.value if isinstance(variable, keras.Variable) else variable).handle


@keras.saving.register_keras_serializable("keras_gan")
class RisingMomentumSGD(keras.optimizers.SGD):
    """SGD whose momentum rises linearly from `initial_momentum` to `final_momentum` over `rising_steps` updates.

    v <- m(t) v - lr g, w <- w + v (pylearn2's Momentum with its MomentumAdjustor; Goodfellow et al. 2014, code).
    """

    def __init__(self, learning_rate=0.1, initial_momentum=0.5, final_momentum=0.7, rising_steps=125_000, **kwargs):
        super().__init__(learning_rate=learning_rate, momentum=initial_momentum, **kwargs)
        self.initial_momentum = initial_momentum
        self.final_momentum = final_momentum
        self.rising_steps = rising_steps

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        if not self.momentums:  # Keras makes none where momentum starts at 0
            self.momentums = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient, variable, learning_rate):
        progress = ops.minimum(ops.cast(self.iterations, variable.dtype) / self.rising_steps, 1.0)
        momentum = self.initial_momentum + (self.final_momentum - self.initial_momentum) * progress
        tf.raw_ops.ResourceApplyKerasMomentum(
            var=_handle(variable),
            accum=_handle(self.momentums[self._get_variable_index(variable)]),
            lr=ops.cast(learning_rate, variable.dtype),
            grad=tf.convert_to_tensor(gradient),
            momentum=momentum,
        )

    def get_config(self):
        config = super().get_config()
        del config["momentum"], config["nesterov"]
        return {
            **config,
            "initial_momentum": self.initial_momentum,
            "final_momentum": self.final_momentum,
            "rising_steps": self.rising_steps,
        }


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
            optimizer.finalize_variable_values(optimizer._trainable_variables)

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
