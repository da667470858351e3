"""The sampler as a TensorFlow.js graph model, written without the package tensorflowjs, which does not install beside
TensorFlow 2.21: the frozen graph as JSON, the weights as one binary file."""

import json
import os
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import tensorflow as tf
from google.protobuf import json_format
from tensorflow.core.protobuf import config_pb2, meta_graph_pb2
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
from tensorflow.python.grappler import tf_optimizer

from export.formats import source
from export.formats.saved_model import quiet
from keras_gan.files.atomic import atomic_folder, write_json
from keras_gan.sampling.sampler import bounded

WEIGHTS = "weights.bin"
LATENTS = Path(str(resources.files("keras_gan.sampling") / "latents.js"))
PRECISIONS = ("float32", "float16")


def tfjs(model, folder, precision="float32"):
    """Writes `folder` with model.json and weights.bin, which `tf.loadGraphModel` of TensorFlow.js 4 reads, card.json,
    and latents.js, which draws the z of a seed as everywhere else; returns the folder's path.

    model: a keras_gan model, a pretrained name, or the folder of a run or of a preset. The model takes `z`
    float32 [n, latent_dim] (and `label` int32 [n] or the image `input`, as export.onnx has them) and gives `images`
    [n, h, w, c] in [-1, 1], or `points`. In JavaScript, integers of TensorFlow.js have 32 bits and its floats too, so
    the seed's z is made outside the graph. precision "float16" halves weights.bin and rounds to 11 bits what the
    converter has folded into the weights, batch normalisation's scales among it.

    Raises ValueError with one sentence for what cannot be exported, FileExistsError where `folder` is there, OSError
    where it cannot be written; then nothing is left behind.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}; got {precision!r}.")
    folder = Path(folder)
    if os.path.lexists(folder):
        raise FileExistsError(f"{folder} exists already; choose another name or remove it.")
    model, card = source.opened(model, "tfjs")
    with quiet():
        graph, signature = frozen(model)
    topology, manifest, content = separated(graph, precision)
    with atomic_folder(folder) as aside:
        (aside / WEIGHTS).write_bytes(content)
        shutil.copyfile(LATENTS, aside / LATENTS.name)
        write_json(aside / "card.json", card)
        written = {
            "format": "graph-model",
            "generatedBy": tf.__version__,
            "convertedBy": f"keras_gan {card['keras_gan']}",
            "signature": signature,
            "modelTopology": topology,
            "weightsManifest": [{"paths": [WEIGHTS], "weights": manifest}],
        }
        (aside / "model.json").write_text(json.dumps(written))
    return folder


def frozen(model):
    """-> (GraphDef of z to images with the weights as constants, its signature as TensorFlow.js has it)."""
    inputs = [tf.TensorSpec([None, model.latent_dim], tf.float32, "z")]
    inputs += source.beside_z(model)
    output = "points" if len(model.sampler.output_shape) == 2 else "images"

    @tf.function(autograph=False, input_signature=inputs)
    def images(*given):
        made = bounded(model.sampler(list(given) if len(given) > 1 else given[0], training=False))
        return tf.identity(made, name=output)

    constant = convert_variables_to_constants_v2(images.get_concrete_function(), lower_control_flow=False)
    source.refuse_compiled((op.type for op in constant.graph.get_operations()), "tfjs")
    (made,) = constant.outputs
    meta = tf.compat.v1.train.export_meta_graph(graph_def=constant.graph.as_graph_def(), graph=constant.graph)
    named = meta_graph_pb2.CollectionDef()
    named.node_list.value.append(made.name)
    meta.collection_def["train_op"].CopyFrom(named)
    config = config_pb2.ConfigProto()
    rewriting = config.graph_options.rewrite_options
    rewriting.optimizers.extend(["constfold", "arithmetic", "dependency", "constfold"])
    graph = tf_optimizer.OptimizeGraph(config, meta)
    signature = {
        "inputs": {spec.name: described(tensor) for spec, tensor in zip(inputs, constant.inputs, strict=True)},
        "outputs": {output: described(made)},
    }
    return graph, signature


def described(tensor):
    """A tensor's entry in a signature."""
    sizes = [{"size": str(-1 if size is None else size)} for size in tensor.shape.as_list()]
    kind = {"float32": "DT_FLOAT", "int32": "DT_INT32"}[tensor.dtype.name]
    return {"name": tensor.name, "dtype": kind, "tensorShape": {"dim": sizes}}


def separated(graph, precision):
    """-> (the graph as JSON without the values of its constants, their manifest, their bytes)."""
    manifest, content = [], []
    for node in graph.node:
        if node.op != "Const":
            continue
        value = tf.make_ndarray(node.attr["value"].tensor)
        entry = {"name": node.name, "shape": list(value.shape), "dtype": value.dtype.name}
        if entry["dtype"] not in ("float32", "int32", "bool"):
            raise ValueError(f"TensorFlow.js has no {entry['dtype']}, which the generator's node {node.name} holds.")
        if precision == "float16" and entry["dtype"] == "float32" and value.ndim:
            entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
            value = value.astype("float16")
        manifest.append(entry)
        content.append(np.ascontiguousarray(value).tobytes())
        node.attr["value"].tensor.ClearField("tensor_content")
        for field in ("float_val", "int_val", "bool_val"):
            node.attr["value"].tensor.ClearField(field)
    return json_format.MessageToDict(graph), manifest, b"".join(content)
