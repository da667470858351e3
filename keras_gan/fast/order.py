"""TensorFlow's order: of reads and writes, and of the terms of a sum."""

import tensorflow as tf


def keep_order():
    """Switches TensorFlow's dependency optimiser off, in this process: it loses the order of reads and writes.

    A penalty on D's slope has its own pass through D, whose biases it reads but does not move. An edge has them read
    before they are written. The optimiser finds that edge implied by another path, through the IdentityN in which Keras
    sums gradients over replicas, and drops it; then IdentityN is taken apart, and that path is gone. Now and then, on a
    busy machine, the pass saw the bias of after the update (tests/test_reads.py; TensorFlow 2.21). The steps of four
    variants were as fast without the optimiser.
    """
    tf.config.optimizer.set_experimental_options({"dependency_optimization": False})


def keep_sums():
    """Switches TensorFlow to kernels that add in a fixed order, in this process. A GPU's do not otherwise: cuDNN's
    gradients of convolutions take the terms of a sum as its threads bring them. On a CPU our steps do without."""
    tf.config.experimental.enable_op_determinism()
