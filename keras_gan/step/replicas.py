"""The distributed world in one place: who this replica is, what all replicas agree on, and what noise each one draws.

Noise is a function of the seed, the step, the turn and the replica: nothing random is kept, so nothing random can be
lost when a run is stopped.
"""

import tensorflow as tf


def count():
    """Number of replicas that train in step (1 without a strategy)."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def number():
    """This replica's number among all, 0 ... count() - 1, over all workers; an int or a scalar tensor."""
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


def mean(variables):
    """The mean of each variable's copies over all replicas of all workers, as tensors; called by a replica."""
    if count() == 1:
        return [tf.convert_to_tensor(variable) for variable in variables]
    copies = []
    for variable in variables:
        with tf.device(variable.device):  # between workers the sum goes to the device of its operand, which needs one
            copies.append(tf.identity(variable))
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.MEAN, copies)


def gather(rows):
    """The rows [n, ...] of all replicas, in the order of their numbers; outside of a replica, the rows themselves."""
    context = tf.distribute.get_replica_context()
    return rows if count() == 1 or context is None else context.all_gather(rows, axis=0)


def fold(seed, *numbers):
    """A new stateless seed, int32 [2], from a seed and numbers: folding, because adding a replica's number to a step
    counter would give replica 1 at step t the noise of replica 0 at step t + 1."""
    for one in numbers:
        seed = tf.random.experimental.stateless_fold_in(seed, one)
    return seed


def minibatch(latent, n, dimension, seed):
    """n rows of a distribution for this replica: its part of the rows that one replica alone would draw for the whole
    batch (`latent.minibatch`)."""
    replicas = count()
    rows = latent.minibatch(n * replicas, dimension, seed)
    return rows if replicas == 1 else rows[number() * n :][:n]


def reseed(networks, seed):
    """Layers that draw noise (Dropout, GaussianNoise) get the state that belongs to this turn and this replica.

    Keras neither saves that state (a resumed run would repeat its noise) nor tells replicas apart (all would draw the
    same mask).
    """
    variables = [variable for network in networks for variable in network.variables]
    states = [variable for variable in variables if variable.name == "seed_generator_state"]
    for position, state in enumerate(states):
        state.assign(tf.cast(fold(seed, number(), position, 0), state.dtype))
