"""A trained generator as a file that the page draws from: its layers, its weights, and the distribution of its z."""

import json

import keras
from keras import layers as keras_layers

from keras_gan.playground import nets


def exported(model):
    """The bytes of NAME.json: {"generator", "arrays", "z", "values"} of the generator that `model.sample` asks. values:
    {what a label says: the names it may have}, nothing for a model without labels.

    A label may stand beside z or beside maps, one-hot, as keras_gan.networks.labels joins it. Raises ValueError, with
    the name of the layer, for a generator of other layers than the page's.
    """
    sampler = model.sampler_of()
    values = values_of(model)
    listed, arrays = [], []
    for layer in steps(sampler.generator):
        if layer is None:
            listed.append({"type": "label", "values": sum(map(len, values.values()))})
        elif isinstance(layer, keras_layers.Rescaling):
            listed.append({"type": "rescaling", "scale": float(layer.scale), "offset": float(layer.offset)})
        else:
            for kind, weights in nets.described(layer):
                listed.append(kind)
                arrays.extend(weights)
    latent = {
        "distribution": type(sampler.latent).__name__,
        "dimension": sampler.latent_dim,
        **sampler.latent.get_config(),
    }
    content = {
        "generator": listed,
        "arrays": [nets.encoded(array) for array in arrays],
        "z": latent,
        "values": values,
    }
    return json.dumps(content).encode()


def values_of(model):
    """{what a label says: its values' names}."""
    if model.classes is None:
        return {}
    if isinstance(model.class_names, dict):
        return {name: list(values) for name, values in model.class_names.items()}
    return {"class": list(model.class_names or map(str, range(model.classes)))}


def steps(generator):
    """The layers from z to the images; None where the label's one-hot code is joined. Raises ValueError for another
    graph, and for a label that passes through weights first."""
    x, *told = generator.inputs
    of_label = set(map(id, told))
    found = []
    for layer in generator.layers:
        if isinstance(layer, keras_layers.InputLayer):
            continue
        inputs = keras.tree.flatten(layer.input)
        if all(id(tensor) in of_label for tensor in inputs) and not layer.weights:
            of_label.update(map(id, keras.tree.flatten(layer.output)))
            continue
        joins = isinstance(layer, keras_layers.Concatenate) and len(inputs) == 2 and id(inputs[1]) in of_label
        if inputs[0] is not x or not (joins or len(inputs) == 1):
            raise ValueError(f"{layer.name} does not lie on one chain from z to the image, which is what the page has.")
        found.append(None if joins else layer)
        x = layer.output
    return found
