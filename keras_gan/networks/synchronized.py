"""Batch normalisation over all replicas: the statistics of the whole minibatch, whoever has its rows.

Each replica's own are noisier the fewer rows it has, and make the training depend on the number of replicas.
"""

from keras.layers import BatchNormalization

from keras_gan.fast.internals import layers_of


def synchronize(*networks):
    """Their batch normalisation takes its statistics from the rows of all replicas, from now on and in what is saved.

    Raises ValueError where no network has any.
    """
    found = [one for network in networks for one in layers_of(network) if isinstance(one, BatchNormalization)]
    if not found:
        names = " and ".join(network.name for network in networks)
        raise ValueError(f"There is no batch normalisation in {names}: nothing to synchronise over replicas.")
    for layer in found:
        layer.synchronized = True
