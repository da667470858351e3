"""A network's weights as one safetensors file, whose SHA-256 is checked before it is read."""

import hashlib

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save


def to_safetensors(network, dtype="float32"):
    """The bytes of a safetensors file with all weights of a Keras model, cast to `dtype`."""
    return save({key: np.asarray(weight, dtype) for key, weight in named_weights(network)})


def assign(network, content, path):
    """Set a network's weights from the bytes of a safetensors file.

    Raises ValueError with one sentence, which names `path`, for content that does not fit the network.
    """
    try:
        tensors = load(content)
        for key, weight in named_weights(network):
            weight.assign(tensors.pop(key).astype(weight.dtype))
    except (SafetensorError, KeyError, ValueError) as error:
        raise ValueError(f"{path} does not fit the model it was saved for ({error}).") from error


def named_weights(network):
    """(key, variable) of each weight: its number in the network, and its name."""
    return [(f"{number:03d}.{weight.name}", weight) for number, weight in enumerate(network.weights)]


def digest(content):
    """The SHA-256 of bytes, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()
