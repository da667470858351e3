"""Formats that Keras itself exports, with the sampler's clipping and a place that is whole or absent."""

import os
import shutil
import tempfile
from pathlib import Path

import keras

from export.formats import source
from export.formats.saved_model import quiet
from keras_gan.files.atomic import atomic_file
from keras_gan.files.extras import require


def litert(model, path):
    """Writes the averaged generator as a LiteRT file (.tflite) and returns its path.

    Inputs z float32 [n, latent_dim] and, for conditional models, label int32 [n] (not checked); output images or points
    as `model.sample` for that z, to 1e-5. The batch is dynamic: resize_tensor_input, then allocate_tensors. TensorFlow
    writes it; the package ai-edge-litert runs it. The z of a seed: export.runtime.latents. Raises as export.onnx does.
    """
    return write(model, path, "litert", ".tflite", ())


def openvino(model, path):
    """Writes the averaged generator for OpenVINO, `path` (.xml) and a .bin beside it, and returns its path.

    Inputs, output and errors as those of litert; needs the package openvino.
    """
    return write(model, path, "openvino", ".xml", ("openvino",))


def write(model, path, format, suffix, needed):
    """Keras's exporter, into a folder aside, whose files are then renamed."""
    path = Path(path)
    if path.suffix != suffix:
        raise ValueError(f"{path} must end in {suffix}.")
    for file in (path, path.with_suffix(".bin")):
        if (file == path or format == "openvino") and os.path.lexists(file):
            raise FileExistsError(f"{file} exists already; choose another name or remove it.")
    require(f"Writing {format} files", format, *needed)
    model, _ = source.opened(model, format)
    with tempfile.TemporaryDirectory() as made, quiet():
        sampler_network(model).export(str(Path(made) / path.name), format=format, verbose=False)
        for file in sorted(Path(made).iterdir()):  # the .bin first, without which the .xml is nothing
            with atomic_file(path.with_name(file.name)) as aside:
                shutil.copyfile(file, aside)
    return path


class Clip(keras.layers.Layer):
    """What `model.sample` does to images: float32 in [-1, 1], which only unbounded outputs need."""

    def call(self, x):
        return keras.ops.clip(keras.ops.cast(x, "float32"), -1.0, 1.0)


def sampler_network(model):
    """The generator and the clipping of its images as a keras.Model, which Keras's exporters take."""
    network = model.sampler
    if len(network.output_shape) != 4:
        return network
    return keras.Model(network.inputs, Clip(name="clip")(network.outputs[0]))
