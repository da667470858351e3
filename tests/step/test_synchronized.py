"""Synchronised batch statistics: two replicas' DCGAN is one replica's, forward, backward and after whole steps."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from worker import mirrored

from keras_gan import GAN
from keras_gan.fast.batch_norm import BatchNormalization
from keras_gan.networks import dcgan, r3gan
from keras_gan.networks.synchronized import synchronize

SHAPE = (8, 8, 1)
ROWS = (
    np.random.default_rng(0).uniform(-1, 1, (16, *SHAPE)).astype("float32") ** 3 * 0.7 + 0.3
)  # their mean is not zero


def model(synchronized=True):
    keras.utils.set_random_seed(1)
    made = GAN(dcgan.generator(SHAPE, 4, width=4), dcgan.discriminator(SHAPE, width=4), average_decay=0.9)
    if synchronized:
        synchronize(made.generator, made.discriminator)
    made.compile("sgd", "sgd")
    return made


def forward_and_back(network):
    """What a replica does with its rows: outputs, and gradients of its part of a sum over all rows."""

    def run(rows):
        with tf.GradientTape() as tape:
            outputs = network(rows, training=True)
            objective = tf.reduce_sum(tf.square(outputs - 1.0))
        return outputs, tape.gradient(objective, network.trainable_variables)

    return tf.function(run)


def on_two(strategy, function, rows):
    """-> (all rows' outputs, gradients summed over the replicas, as an optimiser sums them)."""
    halves = np.split(rows, 2)
    given = strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(halves[context.replica_id_in_sync_group])
    )
    outputs, gradients = strategy.run(function, (given,))
    summed = [sum(part.numpy() for part in strategy.experimental_local_results(one)) for one in gradients]
    return np.concatenate([part.numpy() for part in strategy.experimental_local_results(outputs)]), summed


def alike(one, other, atol=1e-5):
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=atol)


@pytest.mark.parametrize("synchronized", [True, False])
def test_outputs_gradients_and_moving_statistics(synchronized):
    """Without it they differ, or this would show nothing."""
    alone = model(synchronized).discriminator
    with mirrored().scope():
        together = model(synchronized).discriminator
    outputs, gradients = forward_and_back(alone)(tf.constant(ROWS))
    found = on_two(mirrored(), forward_and_back(together), ROWS)
    if not synchronized:
        assert np.abs(found[0] - outputs).max() > 1e-3
        return
    alike([found[0], *found[1]], [outputs, *gradients])
    moved = [(layer.moving_mean, layer.moving_variance) for layer in alone.layers if hasattr(layer, "moving_mean")]
    assert moved and np.abs(moved[0][0].numpy()).max() > 1e-4
    alike(together.get_weights(), alone.get_weights())


def test_whole_steps():
    alone = model()
    with mirrored().scope():
        together = model()
    begun = alone.get_weights()
    for one in (alone, together):
        one.fit(ROWS, batch_size=16, epochs=3, shuffle=False, verbose=0)
    assert max(np.abs(a - b).max() for a, b in zip(begun, alone.get_weights(), strict=True)) > 1e-3
    alike(together.get_weights(), alone.get_weights())


@pytest.mark.parametrize("shape", [(64, 3), (8, 5, 5, 3)])
def test_one_replica_has_keras_own_statistics(shape):
    """Of maps and of vectors; far from zero Keras's own formula for it loses digits, and its plain one does not."""
    x = np.random.default_rng(2).normal(30.0, 0.1, shape).astype("float32")
    ours, plain = BatchNormalization(synchronized=True), keras.layers.BatchNormalization()
    np.testing.assert_allclose(ours(x, training=True), plain(x, training=True), rtol=0, atol=2e-4)
    alike(ours.get_weights(), plain.get_weights(), atol=1e-6)


def test_it_is_saved_with_the_network(tmp_path):
    network = model().generator
    network.save(tmp_path / "generator.keras")
    again = keras.saving.load_model(tmp_path / "generator.keras")
    assert [layer.synchronized for layer in again.layers if hasattr(layer, "synchronized")] == [True, True]


def test_networks_without_batch_statistics_are_refused():
    with pytest.raises(ValueError, match="no batch normalisation in discriminator"):
        synchronize(r3gan.discriminator(SHAPE, (4,)))
