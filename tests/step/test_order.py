"""The search for reads without an order finds those, and only those."""

import numpy as np
import tensorflow as tf
from reads import unordered, unordered_reads
from worker import IMAGE, pair

from keras_gan import R1GAN

REAL = np.zeros((32, *IMAGE), "float32")


def graph(*control):
    """The variable v is read, and written by an operation with these further inputs."""
    found = tf.compat.v1.GraphDef()
    found.node.add(name="v", op="_Arg").attr["T"].type = tf.resource.as_datatype_enum
    found.node.add(name="read", op="ReadVariableOp", input=["v"])
    found.node.add(name="slope", op="Sin", input=["read:0"])
    found.node.add(name="write", op="AssignSubVariableOp", input=["v", *control])
    return found


def test_a_read_that_nothing_orders():
    assert unordered(graph()) == [("read", "write")]


def test_data_and_control_edges_give_an_order():
    assert unordered(graph("slope")) == unordered(graph("^read")) == []


def test_two_reads_need_none():
    found = graph("slope")
    found.node.add(name="again", op="ReadVariableOp", input=["v", "^write"])
    assert unordered(found) == []


def test_what_tensorflow_loses():
    """R1's own pass through D, whose bias moves by the gradient of another one. Where this fails, TensorFlow has
    mended it, and compile() need not switch its optimiser off."""
    model = R1GAN(*pair())
    model.compile()
    try:
        tf.config.optimizer.set_experimental_options({"dependency_optimization": True})
        assert unordered_reads(model, REAL)
    finally:
        tf.config.optimizer.set_experimental_options({"dependency_optimization": False})
    assert not unordered_reads(model, REAL)
