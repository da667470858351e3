"""Reads of a variable that nothing orders before or after a write of it: which one comes first is up to the threads.

TensorFlow orders them with control edges as it traces, and its graph optimiser may lose one: see
keras_gan.fast.order.keep_order.
"""

import tensorflow as tf
from sums import step_graphs


def unordered_reads(model, *batch):
    """[(reader, writer)], by name, in the step of a compiled model for this batch."""
    return [pair for graph in step_graphs(model, *batch) for pair in unordered(graph)]


def unordered(graph):
    """The pairs of operations on one variable, one of them a writer, of which neither waits for the other."""
    sources = {node.name: {name.lstrip("^").split(":")[0] for name in node.input} for node in graph.node}

    def before(name):
        seen, left = set(), [name]
        while left:
            new = sources[left.pop()] - seen
            seen |= new
            left += new
        return seen

    resource = tf.resource.as_datatype_enum
    handles = [node.name for node in graph.node if node.op == "_Arg" and node.attr["T"].type == resource]
    passed_on = {node.name for node in graph.node if node.op in ("Switch", "Identity")}  # into the branches of tf.cond
    users = []
    for handle in handles:
        same, new = set(), {handle}
        while new:
            same |= new
            new = {name for name in passed_on - same if sources[name] & same}
        users.append([name for name, found in sources.items() if found & same and name not in same])
    writers = {node.name for node in graph.node if node.op != "ReadVariableOp"}
    pairs = {(a, b) for names in users for a in names for b in writers.intersection(names) - {a}}
    waits = {name: before(name) for pair in pairs for name in pair}
    return sorted((a, b) for a, b in pairs if a not in waits[b] and b not in waits[a])
