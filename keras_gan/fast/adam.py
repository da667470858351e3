"""keras.optimizers.Adam as one TensorFlow kernel a variable: Keras's own composition of a dozen elementwise operations
reads and writes every slot several times, which costs a fully connected pair a tenth of its step."""

import keras
import tensorflow as tf
from keras import ops

from keras_gan.fast import internals


@keras.saving.register_keras_serializable("keras_gan")
class Adam(keras.optimizers.Adam):
    """keras.optimizers.Adam in one kernel: the same arguments, slots and formula (Kingma and Ba 2015, section 2, last
    paragraph: epsilon stands beside sqrt(v), not beside sqrt(v-hat)). Raises ValueError for amsgrad, which the kernel
    lacks.

    beta_2 may be a keras.optimizers.schedules.LearningRateSchedule of the updates; v is then corrected by
    1 - beta_2(t)^t, as torch does where a script sets beta_2 anew in each step."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, *args, **kwargs):
        if isinstance(beta_2, dict):  # of a file
            beta_2 = keras.saving.deserialize_keras_object(beta_2)
        super().__init__(learning_rate, beta_1, beta_2, *args, **kwargs)
        if self.amsgrad:
            raise ValueError("keras_gan.optimizers.Adam has no amsgrad; use keras.optimizers.Adam for it.")

    def update_step(self, gradient, variable, learning_rate):
        self.apply_kernel(gradient, variable, learning_rate, self.epsilon)

    def apply_kernel(self, gradient, variable, learning_rate, epsilon):
        """m, v and the variable in one pass; epsilon stands beside sqrt(v)."""
        index = internals.slot(self, variable)
        t = ops.cast(self.iterations + 1, variable.dtype)
        beta_2 = self.beta_2(self.iterations) if callable(self.beta_2) else self.beta_2
        tf.raw_ops.ResourceApplyAdam(
            var=internals.handle(variable),
            m=internals.handle(self._momentums[index]),
            v=internals.handle(self._velocities[index]),
            beta1_power=ops.power(ops.cast(self.beta_1, variable.dtype), t),
            beta2_power=ops.power(ops.cast(beta_2, variable.dtype), t),
            lr=ops.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=ops.cast(beta_2, variable.dtype),
            epsilon=epsilon,
            grad=tf.convert_to_tensor(gradient),
        )

    def get_config(self):
        beta_2 = keras.saving.serialize_keras_object(self.beta_2) if callable(self.beta_2) else self.beta_2
        return {**super().get_config(), "beta_2": beta_2}
