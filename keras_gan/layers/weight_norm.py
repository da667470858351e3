"""Weight normalisation: Salimans and Kingma 2016, "Weight Normalization: A Simple Reparameterization to Accelerate
Training of Deep Neural Networks", arXiv:1602.07868, as Salimans et al. 2016 use it (openai/improved-gan, nn.py)."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("keras_gan")
class WeightNormDense(keras.layers.Layer):
    """activation(x W + b), W = g v / ||v||_2: the length of each unit's weights is a parameter of its own (eq. 2).

    Input [n, d], output [n, units]; v is [d, units] and its norm that of a column, g and b are [units]. train_scale:
    whether g is trained, or stays what `start_at_data` has made it, as in all but the last layer of the authors' D.
    epsilon: added to the sum of squares under the root, 0 in their D and 1e-6 in their G. Raises ValueError for other
    input than vectors.
    """

    def __init__(
        self, units, activation=None, train_scale=True, kernel_initializer="glorot_uniform", epsilon=0.0, **kwargs
    ):
        super().__init__(**kwargs)
        if units < 1 or epsilon < 0.0:
            raise ValueError(f"units must be at least 1 and epsilon not negative; got {units} and {epsilon}.")
        self.units = units
        self.activation = keras.activations.get(activation)
        self.train_scale = train_scale
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.epsilon = epsilon

    def build(self, input_shape):
        if len(input_shape) != 2:
            raise ValueError(f"WeightNormDense takes vectors [n, d], not {tuple(input_shape)}; flatten them.")
        shape = (input_shape[-1], self.units)
        self.v = self.add_weight(shape=shape, initializer=self.kernel_initializer, name="v")
        self.g = self.add_weight(shape=(self.units,), initializer="ones", trainable=self.train_scale, name="g")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

    def linear(self, x):
        """x W, without the bias. The lengths scale the [n, units] products, not v, which has more entries."""
        squares = ops.sum(ops.square(self.v), axis=0)
        return ops.matmul(x, self.v) * (self.g / ops.sqrt(squares + self.epsilon))

    def call(self, x):
        return self.activation(self.linear(x) + self.bias)

    def start(self, x):
        """g <- g / s and b <- -m / s, m and s the mean and the standard deviation of each unit's x W over the rows of
        x: its output before the activation then has mean 0 and variance 1 on them (eq. 6). A unit that is constant on
        them keeps its length."""
        a = ops.convert_to_numpy(self.linear(ops.convert_to_tensor(x, self.compute_dtype))).astype("float64")
        mean, deviation = a.mean(axis=0), a.std(axis=0)
        deviation = np.where(deviation > 0.0, deviation, 1.0)
        self.g.assign(ops.convert_to_numpy(self.g) / deviation)
        self.bias.assign(-mean / deviation)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "activation": keras.activations.serialize(self.activation),
            "train_scale": self.train_scale,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "epsilon": self.epsilon,
        }


def start_at_data(network, x):
    """Starts each WeightNormDense layer of a functional network at a batch of its inputs, x [n, ...], from the first to
    the last, with the noise of training (section 3; the authors take 500 images)."""
    for layer in network.layers:
        if isinstance(layer, WeightNormDense):
            layer.start(keras.Model(network.input, layer.input)(x, training=True))
