"""Sums whose last bit depends on which operation happens to run first.

AddN adds into the first of its inputs whose memory nothing else needs any more. With three inputs or more, where the
first one has other readers, the order of the additions is that in which the threads come: a run is then not repeatable
bit for bit, some once in a thousand steps. Such sums come from gradients, and from the graph optimiser, which makes one
AddN of a + b - c where all three have one shape.
"""

import tensorflow as tf
from tensorflow.python.eager import context

# Operations whose result may lie in the memory of their input.
VIEWS = {"Identity", "Reshape", "Squeeze", "ExpandDims", "StopGradient"} | {"Split", "SplitV", "Slice", "StridedSlice"}


def unordered_sums(model, *batch):
    """Names of such sums in the step of a compiled model for this batch."""
    return [node.name for graph in step_graphs(model, *batch) for node in sums(graph)]


def step_graphs(model, *batch):
    """The graphs of a compiled model's step for this batch, as TensorFlow optimises them."""
    data = tf.nest.map_structure(tf.convert_to_tensor, batch if len(batch) > 1 else batch[0])
    with collected() as graphs:
        tf.function(model.train_step)(data)
    return graphs


class collected:
    """Within the block, the optimised graphs of functions that are run for the first time are added to a list."""

    def __enter__(self):
        context.context().enable_graph_collection()
        self.graphs = []
        return self.graphs

    def __exit__(self, *_):
        record = context.context().export_run_metadata()
        context.context().disable_graph_collection()
        self.graphs += [function.post_optimization_graph for function in record.function_graphs]


def sums(graph):
    """The nodes of the graph that are such sums."""
    nodes = {node.name: node for node in graph.node}
    readers = {}
    for node in graph.node:
        for tensor in inputs(node):
            readers[tensor] = readers.get(tensor, 0) + 1

    def shared(tensor):
        source = nodes[tensor.split(":")[0]]
        return readers[tensor] > 1 or source.op in VIEWS

    return [node for node in graph.node if node.op == "AddN" and len(inputs(node)) > 2 and shared(inputs(node)[0])]


def inputs(node):
    """Names of the tensors that a node takes, without control edges."""
    return [name.removesuffix(":0") for name in node.input if not name.startswith("^")]
