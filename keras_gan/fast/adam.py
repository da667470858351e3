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
    lacks."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.amsgrad:
            raise ValueError("keras_gan.optimizers.Adam has no amsgrad; use keras.optimizers.Adam for it.")

    def update_step(self, gradient, variable, learning_rate):
        index = internals.slot(self, variable)
        t = ops.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=internals.handle(variable),
            m=internals.handle(self._momentums[index]),
            v=internals.handle(self._velocities[index]),
            beta1_power=ops.power(ops.cast(self.beta_1, variable.dtype), t),
            beta2_power=ops.power(ops.cast(self.beta_2, variable.dtype), t),
            lr=ops.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.convert_to_tensor(gradient),
        )
