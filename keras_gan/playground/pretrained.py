"""A trained generator as a file that the page draws from: its layers, its weights, and the distribution of its z."""

import json

import keras
from keras import layers as keras_layers

from keras_gan.playground import nets


def exported(model):
    """The bytes of NAME.json: {"generator", "arrays", "z", "classes"} of the generator that `model.sample` asks.

    A label may stand beside z or beside maps, one-hot, as keras_gan.networks.labels joins it. Raises ValueError, with
    the name of the layer, for a generator of other layers than the page's, and for labels that say several things.
    """
    if isinstance(model.class_names, dict):
        raise ValueError(
            f"The page asks for one class, and this model is told several attributes: {list(model.class_names)}."
        )
    sampler = model.sampler_of()
    listed, arrays = [], []
    for layer in steps(sampler.generator):
        if layer is None:
            listed.append({"type": "label", "classes": sampler.classes})
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
        "classes": sampler.classes or 0,
    }
    return json.dumps(content).encode()


def steps(generator):
    """The layers from z to the images; None where the label's one-hot code is joined. Raises ValueError for another
    graph, and for a label that passes through weights first."""
    x, *told = generator.inputs
    of_label = {id(tensor) for tensor in told}
    found = []
    for layer in generator.layers:
        if isinstance(layer, keras_layers.InputLayer):
            continue
        inputs = keras.tree.flatten(layer.input)
        if all(id(tensor) in of_label for tensor in inputs) and not layer.weights:
            of_label.add(id(layer.output))
            continue
        joins = isinstance(layer, keras_layers.Concatenate) and len(inputs) == 2 and id(inputs[1]) in of_label
        if inputs[0] is not x or not (joins or len(inputs) == 1):
            raise ValueError(f"{layer.name} does not lie on one chain from z to the image, which is what the page has.")
        found.append(None if joins else layer)
        x = layer.output
    return found
