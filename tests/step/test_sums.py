"""The search for sums without an order finds those, and only those. TensorFlow sorts the addends by name: cos first."""

import tensorflow as tf
from sums import collected, sums


def found(function):
    with collected() as graphs:
        tf.function(function)(tf.ones([4]))
    return sum(len(sums(graph)) for graph in graphs)


def test_the_first_addend_has_another_reader():
    def step(x):
        y = tf.cos(x)
        return tf.add_n([y, tf.exp(x), tf.sin(x)]), tf.sqrt(y)

    assert found(step) == 1


def test_the_graph_optimiser_makes_one():
    def step(x):
        y = tf.cos(x)
        return y + tf.exp(x) + tf.sin(x), tf.sqrt(y)

    assert found(step) == 1


def test_sums_with_an_order():
    def step(x):
        y = tf.sin(x)
        return tf.add_n([tf.cos(x), y, tf.exp(x)]), tf.add_n([y, tf.tan(x)])

    assert found(step) == 0
