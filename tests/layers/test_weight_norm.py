"""Weight normalisation by hand, its start at data, and what of it is trained."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers.weight_norm import WeightNormDense, start_at_data


def built(units=1, **options):
    layer = WeightNormDense(units, **options)
    layer.build((None, 2))
    return layer


def test_the_direction_of_v_and_the_length_g():
    layer = built()
    layer.v.assign([[3.0], [4.0]])
    layer.g.assign([10.0])
    layer.bias.assign([1.0])
    # w = 10 (3, 4)/5 = (6, 8): 6 * 1 + 8 * 2 + 1.
    assert float(layer(tf.constant([[1.0, 2.0]]))[0, 0]) == pytest.approx(23.0)
    layer.v.assign([[300.0], [400.0]])
    assert float(layer(tf.constant([[1.0, 2.0]]))[0, 0]) == pytest.approx(23.0)


def test_epsilon_stands_under_the_root():
    layer = built(epsilon=11.0)
    layer.v.assign([[3.0], [4.0]])  # sqrt(25 + 11) = 6
    assert float(layer(tf.constant([[6.0, 0.0]]))[0, 0]) == pytest.approx(3.0)


def test_the_gradient_of_v_is_perpendicular_to_v():
    """Salimans and Kingma 2016, eq. 3: the length of v is free."""
    layer, x = built(4), tf.constant(np.random.default_rng(0).normal(size=(5, 2)), "float32")
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(tf.square(layer(x)))
    gradient = tape.gradient(value, layer.v.value)
    np.testing.assert_allclose(np.sum(gradient * layer.v.numpy(), axis=0), np.zeros(4), atol=1e-5)
    assert np.abs(gradient).max() > 1e-3


def test_the_start_gives_each_unit_mean_zero_and_variance_one_from_the_first_layer_to_the_last():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((6,))
    hidden = WeightNormDense(8, "relu", train_scale=False)(inputs)
    network = keras.Model(inputs, WeightNormDense(3)(hidden))
    x = np.random.default_rng(0).normal(2.0, 3.0, (50, 6)).astype("float32")
    start_at_data(network, x)
    first, second = [layer for layer in network.layers if isinstance(layer, WeightNormDense)]
    for layer, seen in ((first, x), (second, first(x))):
        a = np.asarray(layer.linear(tf.convert_to_tensor(seen)) + layer.bias)
        np.testing.assert_allclose(a.mean(axis=0), np.zeros(layer.units), atol=1e-4)
        np.testing.assert_allclose(a.std(axis=0), np.ones(layer.units), rtol=1e-4)
    assert [w.path.split("/")[-1] for w in first.trainable_weights] == ["v", "bias"]
    assert len(second.trainable_weights) == 3


def test_a_unit_that_is_constant_on_the_data_stays_finite():
    layer = built()
    layer.start(np.ones((4, 2), "float32"))
    assert np.isfinite(layer.g.numpy()).all() and float(layer(np.ones((1, 2), "float32"))[0, 0]) == pytest.approx(0.0)


def test_config_round_trip_and_bad_input():
    layer = built(3, activation="relu", train_scale=False, epsilon=1e-6)
    assert WeightNormDense.from_config(layer.get_config()).get_config() == layer.get_config()
    with pytest.raises(ValueError, match="flatten"):
        WeightNormDense(3).build((None, 2, 2))
    with pytest.raises(ValueError, match="units"):
        WeightNormDense(0)
