"""The sampler as ONNX: one graph for onnxruntime in Python without TensorFlow, in C++, and in browsers."""

import json
import logging
from pathlib import Path

import numpy as np
import tensorflow as tf

from export.formats import source
from export.formats.saved_model import quiet
from export.runtime import GRAPH
from keras_gan.files import manifest
from keras_gan.files.atomic import atomic_file
from keras_gan.files.extras import require
from keras_gan.files.weights import named_weights
from keras_gan.sampling.sampler import bounded

OPSET = 18  # onnxruntime 1.14 (2023) and later
ALWAYS = ("class", "latent", "classes", "output_shape")  # of the card in a preset's graph; the rest only where set
OF_CARD = (*ALWAYS, "class_names", "input_shape", "palette")
PRECISIONS = ("float32", "float16", "int8")


def onnx(model, path, precision="float32"):
    """Writes the averaged generator as an ONNX file (opset 18) of any batch size, and returns its path.

    model: a keras_gan model, a pretrained name, or the folder of a run or of a preset. The graph takes `z`
    float32 [n, latent_dim], and `label` int32 [n] or the image `input` that it translates (of a CycleGAN, images of
    both domains side by side in the channels), none of them checked, and gives `images` float32 [n, h, w, c] in [-1,
    1], or `points`. The z of a seed is not in the graph: export.runtime draws it, the same as everywhere.

    precision: how the weights are stored; arithmetic is float32 throughout. "float16" halves the file and changes
    nothing for pretrained weights, which ship so; "int8" keeps matrices and kernels as round(127 w / max |w|) per slice
    of the last axis, a quarter of the size. benchmarks/formats.md has what it costs.

    Raises ValueError with one sentence for what cannot be exported and where tf2onnx is missing, FileExistsError where
    `path` is there, OSError where it cannot be written; then nothing is left behind.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}; got {precision!r}.")
    path = Path(path)
    if path.suffix != ".onnx":
        raise ValueError(f"{path} must end in .onnx.")
    if path.exists():
        raise FileExistsError(f"{path} exists already; choose another name or remove it.")
    model, card = source.opened(model, "onnx")
    proto = graph(model, card)
    embed(proto, model, precision)
    check(proto)
    with atomic_file(path) as aside:
        aside.write_bytes(proto.SerializeToString(deterministic=True))
    return path


def onnx_graph(model, folder):
    """Writes `folder`/sampler.onnx, the graph alone, and returns its path: a few kB, for a preset's folder.

    Its weights are external data of the names in the preset's safetensors file, which export.runtime.Sampler fills in.
    """
    folder = Path(folder)
    model, card = source.opened(model, "onnx_graph")
    proto = graph(model, {key: card[key] for key in OF_CARD if key in ALWAYS or card.get(key)})
    for initializer in proto.graph.initializer:
        if any(initializer.name == key for key, _ in named_weights(model.sampler)):
            initializer.ClearField("raw_data")
            initializer.data_location = 1  # EXTERNAL
            initializer.external_data.add(key="location", value="weights")
    with atomic_file(folder / GRAPH) as aside:
        aside.write_bytes(proto.SerializeToString(deterministic=True))
    from zoo.presets.preset import FILES

    manifest.renew(folder, FILES)
    return folder / GRAPH


def graph(model, card):
    """The ModelProto, with the generator's weights as empty initializers of their names, and the card as metadata."""
    tf2onnx = converter()
    network, weights = model.sampler, [weight for _, weight in named_weights(model.sampler)]
    inputs = [tf.TensorSpec([None, model.latent_dim], tf.float32, "z")]
    inputs += source.beside_z(model)
    # Weights are arguments, so that the converter cannot fold them: what it writes is the architecture alone.
    arguments = [tf.TensorSpec(weight.shape, weight.dtype, f"weight_{i}") for i, weight in enumerate(weights)]
    output = "points" if len(network.output_shape) == 2 else "images"

    @tf.function(autograph=False, input_signature=[*inputs, *arguments])
    def images(*values):
        given, values = values[: len(inputs)], values[len(inputs) :]
        value = {id(weight): value for weight, value in zip(weights, values, strict=True)}
        made, _ = network.stateless_call(
            [value[id(weight)] for weight in network.trainable_variables],
            [value.get(id(variable), variable.value) for variable in network.non_trainable_variables],
            list(given) if len(given) > 1 else given[0],
            training=False,
        )
        return {output: bounded(made)}

    with quiet():
        proto, _ = tf2onnx.convert.from_function(images, input_signature=[*inputs, *arguments], opset=OPSET)
    source.refuse_compiled((node.op_type for node in proto.graph.node), "onnx")
    names = {f"weight_{number}": key for number, (key, _) in enumerate(named_weights(network))}
    for node in proto.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
    for value in list(proto.graph.input):
        if value.name in names:
            initializer = proto.graph.initializer.add(name=names[value.name])
            initializer.data_type = value.type.tensor_type.elem_type
            initializer.dims.extend(dimension.dim_value for dimension in value.type.tensor_type.shape.dim)
            proto.graph.input.remove(value)
    for value in (*proto.graph.input, *proto.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "n"
    proto.producer_name = "keras_gan"
    proto.ClearField("doc_string")
    entry = proto.metadata_props.add(key="keras_gan")
    entry.value = json.dumps(card)
    return proto


def embed(proto, model, precision):
    """The weights into the graph's initializers, stored as `precision` and brought back to float32 by the graph."""
    from onnx import TensorProto, helper, numpy_helper

    first = []
    values = dict(named_weights(model.sampler))
    for initializer in [one for one in proto.graph.initializer if one.name in values]:
        name = initializer.name
        value = np.asarray(values[name], "float32")
        stored = {name: value}
        if precision == "float16":
            stored = {f"{name}/float16": value.astype("float16")}
            first.append(helper.make_node("Cast", [f"{name}/float16"], [name], to=TensorProto.FLOAT))
        elif precision == "int8" and value.ndim > 1:
            scale = np.maximum(np.abs(value).max(axis=tuple(range(value.ndim - 1))), 1e-30) / 127
            stored = {f"{name}/int8": np.round(value / scale).astype("int8"), f"{name}/scale": scale.astype("float32")}
            # Not DequantizeLinear, which runtimes leave in the graph for each call; these they compute once.
            first.append(helper.make_node("Cast", [f"{name}/int8"], [f"{name}/wide"], to=TensorProto.FLOAT))
            first.append(helper.make_node("Mul", [f"{name}/wide", f"{name}/scale"], [name]))
        proto.graph.initializer.remove(initializer)
        proto.graph.initializer.extend(numpy_helper.from_array(array, key) for key, array in stored.items())
    nodes = [*first, *proto.graph.node]
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)


def check(proto):
    """onnx's own checker, with shapes inferred throughout."""
    import onnx

    onnx.checker.check_model(proto, full_check=True)


def converter():
    """The package tf2onnx, which does not talk. Raises MissingExtra where it is not installed."""
    require("Writing ONNX files", "onnx", "tf2onnx", "onnx")
    import tf2onnx

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    return tf2onnx
