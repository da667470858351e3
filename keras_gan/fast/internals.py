"""What this library takes from Keras and TensorFlow that their public interfaces do not offer, each in one place."""

import io

import keras
from keras.src.backend.common import stateless_scope
from keras.src.saving import saving_lib


def layers_of(network):
    """All layers of a network, also those within its layers, the network itself included."""
    return list(network._flatten_layers())


def is_stateless():
    """Whether what layers assign is put into a keras.StatelessScope instead of their variables."""
    return stateless_scope.in_stateless_scope()


def slot(optimizer, variable):
    """The place of a variable among an optimiser's slots."""
    return optimizer._get_variable_index(variable)


def slots_of(optimizer):
    """What an Adam, RMSprop or SGD that is built keeps for each variable: [[arrays of one kind], ...], m before v."""
    kinds = ("_momentums", "momentums", "_velocities")
    return [list(getattr(optimizer, kind)) for kind in kinds if getattr(optimizer, kind, None)]


def trained_by(optimizer):
    """The variables that an optimiser moves."""
    return optimizer._trainable_variables


def handle(variable):
    """The resource behind a Keras or TensorFlow variable; under a strategy, that of the replica being updated."""
    return (variable.value if isinstance(variable, keras.Variable) else variable).handle


def weights_file(model):
    """The bytes of what model.save_weights writes. Into memory, because HDF5 ends the process where a disk is full."""
    buffer = io.BytesIO()
    store = saving_lib.H5IOStore(buffer, mode="w")
    saving_lib._save_state(model, weights_store=store, assets_store=None, inner_path="", visited_saveables=set())
    store.close()
    return buffer.getvalue()
