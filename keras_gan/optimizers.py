"""Optimisers and schedules of the papers that Keras does not have, and Adam as one kernel (keras_gan.fast.adam).

Every schedule's length is an argument, in updates: a recipe hands over the run's own.
"""

import math

import keras
import tensorflow as tf
from keras import ops

from keras_gan.fast import internals
from keras_gan.fast.adam import Adam

__all__ = [
    "Adam",
    "AdamUnderRoot",
    "DividedLearningRate",
    "FallingLastThird",
    "FallingSecondHalf",
    "RisingMomentumSGD",
    "torch_rmsprop",
]


@keras.saving.register_keras_serializable("keras_gan")
class AdamUnderRoot(Adam):
    """Adam with epsilon under the root, w <- w - rate m^ / sqrt(v^ + epsilon), m^ and v^ the corrected moments, as
    openai/improved-gan has it (nn.py, adam_updates: 1e-8).

    Under the root 1e-8 is a floor of 1e-4 for the size of a gradient; those of feature matching are often below.
    The slot holds v + epsilon (1 - beta_2^t), which is the moving mean of g^2 + epsilon, so that Adam's kernel with
    epsilon = 0 does the rest. Raises ValueError for epsilon <= 0 and for a beta_2 that follows a schedule."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.epsilon <= 0.0 or callable(self.beta_2):
            raise ValueError(
                f"AdamUnderRoot takes epsilon > 0 and a constant beta_2; got {self.epsilon} and {self.beta_2}."
            )

    def update_step(self, gradient, variable, learning_rate):
        slot = self._velocities[internals.slot(self, variable)]
        slot.assign(slot + self.epsilon * (1.0 / self.beta_2 - 1.0))  # the kernel multiplies it by beta_2
        self.apply_kernel(gradient, variable, learning_rate, 0.0)


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


class FallingLastPart(keras.optimizers.schedules.LearningRateSchedule):
    """`initial` until one of `parts` equal parts of `steps` updates is left, then linearly down to 0."""

    parts: float

    def __init__(self, initial, steps):
        self.initial = initial
        self.steps = steps

    def __call__(self, step):
        left = self.parts - self.parts * ops.cast(step, "float32") / self.steps
        return self.initial * ops.clip(left, 0.0, 1.0)

    def get_config(self):
        return {"initial": self.initial, "steps": self.steps}


@keras.saving.register_keras_serializable("keras_gan")
class FallingSecondHalf(FallingLastPart):
    """`initial` for the first half of `steps` updates, then linearly down to 0 (Radford et al. 2015, code: 100 + 100
    epochs)."""

    parts = 2.0


@keras.saving.register_keras_serializable("keras_gan")
class FallingLastThird(FallingLastPart):
    """`initial` for the first two thirds of `steps` updates, then linearly down to 0 (Rasmus et al. 2015, code: 150
    epochs, decay from the 100th; Zhao et al. 2017, appendix D)."""

    parts = 3.0


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
            var=internals.handle(variable),
            accum=internals.handle(self.momentums[internals.slot(self, variable)]),
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
