"""The Keras metrics are the functions, whatever the batches, in a graph and over replicas."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import softmax
from worker import mirrored

from keras_gan.metrics import (
    Moments,
    StreamingFrechetDistance,
    StreamingInceptionScore,
    frechet_distance,
    inception_score,
)

RANDOM = np.random.default_rng(0)
REAL = RANDOM.normal(size=(300, 6)) + 5.0
FAKE = (RANDOM.normal(size=(120, 6)) @ RANDOM.normal(size=(6, 6)) + 5.5).astype("float32")
P = softmax(RANDOM.normal(size=(120, 7)), axis=1)

MAKE = {"frechet": lambda: StreamingFrechetDistance(REAL), "inception": lambda: StreamingInceptionScore(7)}
DATA = {"frechet": FAKE, "inception": P}
EXPECTED = {"frechet": frechet_distance(REAL, FAKE), "inception": inception_score(P, splits=1).mean}


@pytest.mark.parametrize("batch", [1, 50, 120])
@pytest.mark.parametrize("name", MAKE)
def test_streaming_equals_all_at_once(name, batch):
    metric = MAKE[name]()
    for _ in range(2):
        metric.reset_state()
        for start in range(0, 120, batch):
            metric.update_state(DATA[name][start : start + batch])
        assert float(metric.result()) == pytest.approx(EXPECTED[name], rel=1e-9)


@pytest.mark.parametrize("name", MAKE)
def test_in_a_graph(name):
    metric = MAKE[name]()

    @tf.function
    def step(x):
        metric.update_state(x)
        return metric.result()

    step(DATA[name][:100])
    assert float(step(DATA[name][100:])) == pytest.approx(EXPECTED[name], rel=1e-9)


@pytest.mark.parametrize("name", MAKE)
def test_two_replicas_equal_one(name):
    strategy = mirrored()
    with strategy.scope():
        metric = MAKE[name]()

    @tf.function
    def step(batch):
        strategy.run(metric.update_state, [batch])

    for batch in strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices(DATA[name]).batch(50)):
        step(batch)  # 25 + 25, 25 + 25, 10 + 10
    assert float(metric.result()) == pytest.approx(EXPECTED[name], rel=1e-9)


@pytest.mark.parametrize("name", MAKE)
def test_config_makes_it_again(name):
    metric = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(MAKE[name]()))
    metric.update_state(DATA[name])
    assert float(metric.result()) == pytest.approx(EXPECTED[name], rel=1e-9)


def test_a_large_common_mean_costs_no_digits():
    metric = StreamingFrechetDistance(Moments(REAL + 1e6))
    metric.update_state(FAKE.astype("float64") + 1e6)
    assert float(metric.result()) == pytest.approx(EXPECTED["frechet"], rel=1e-6)


def test_too_few():
    with pytest.raises(ValueError, match="at least 2 features"):
        StreamingFrechetDistance(REAL[:1])
    metric = StreamingFrechetDistance(REAL)
    metric.update_state(FAKE[:1])
    with pytest.raises(Exception, match="at least 2 features; there are 1"):
        metric.result()
    assert float(StreamingInceptionScore(7).result()) == 1.0
