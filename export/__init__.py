"""Trained models for other programs: `export.saved_model(model, directory)` writes a TF Serving layout.

Everything here is imported when it is asked for, because export.runtime samples without TensorFlow. No module has the
name of a function: importing it would put the module in the function's place.
"""

import importlib

HOMES = {
    "Client": "export.client",
    "Sampler": "export.runtime",
    "litert": "export.keras_formats",
    "onnx": "export.onnx_file",
    "onnx_graph": "export.onnx_file",
    "openvino": "export.keras_formats",
    "push_to_hub": "export.hub",
    "saved_model": "export.savedmodel",
    "serving_config": "export.tf_serving",
    "ServedModel": "export.tf_serving",
    "tfjs": "export.graph_model",
}

__all__ = [*HOMES]


def __getattr__(name):
    """The functions of HOMES."""
    if name not in HOMES:
        raise AttributeError(f"module 'export' has no attribute {name!r}")
    return getattr(importlib.import_module(HOMES[name]), name)
