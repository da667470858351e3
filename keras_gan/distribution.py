"""The distributed world in one place: who this replica is, and what is drawn where."""

import tensorflow as tf


def replicas():
    """Number of replicas that train in step (1 without a strategy)."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def replica_id():
    """This replica's number among all, 0 ... replicas() - 1, over all workers; an int or a scalar tensor."""
    context = tf.distribute.get_replica_context()
    return context.replica_id_in_sync_group if context else 0


def workers():
    """Number of worker processes (1 unless MultiWorkerMirroredStrategy runs with a TF_CONFIG)."""
    strategy = tf.distribute.get_strategy()
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return 1
    return len(strategy.cluster_resolver.cluster_spec().as_dict().get("worker", [])) or 1


def is_chief():
    """Whether this process writes pictures, logs and checkpoints: the first worker, or the only process."""
    strategy = tf.distribute.get_strategy()
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return True
    resolver = strategy.cluster_resolver
    return resolver.task_type in (None, "chief") or (resolver.task_type == "worker" and resolver.task_id == 0)


def mean_over_replicas(variables):
    """The mean of each variable's copies over all replicas of all workers, as tensors; called by a replica."""
    copies = []
    for variable in variables:
        with tf.device(variable.device):  # between workers the sum goes to the device of its operand, which needs one
            copies.append(tf.identity(variable))
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.MEAN, copies)


def fold(seed, *numbers):
    """A new stateless seed, int32 [2], from a seed and numbers: folding, because adding a replica's number to a step
    counter would give replica 1 at step t the noise of replica 0 at step t + 1."""
    for number in numbers:
        seed = tf.random.experimental.stateless_fold_in(seed, number)
    return seed
