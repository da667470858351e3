"""Presets: a model as a folder of plain files, without pickle.

    config.json                what keras.saving rebuilds the model from
    metadata.json              versions, parameters, steps, the SHA-256 of each weight file, and whatever is published
    generator.safetensors      the generator's weights          average.safetensors   the averaged generator's
    discriminator.safetensors  the discriminator's

One file per player, so that a person who samples reads one of them, and safetensors instead of HDF5, because it holds
half precision, cannot run code, and is what model hubs read.
"""

import json
from pathlib import Path

import keras

import keras_gan
from keras_gan.files.atomic import atomic_folder, write_json
from keras_gan.files.weights import assign, digest, read_checked, to_safetensors

PLAYERS = {"generator": "generator", "average": "average_generator", "discriminator": "discriminator"}


def save_to_preset(model, folder, *, metadata=None, dtype="float32", replace=False):
    """Write a model to a new folder; -> its Path. dtype "float16" halves the files (weights are rounded to 11 bits).

    The folder appears whole: it is written aside and renamed. Raises FileExistsError for a folder that holds
    something, unless `replace`; OSError with one sentence for a place that cannot be written.
    """
    folder = Path(folder)
    with atomic_folder(folder, replace) as aside:
        write_preset(model, aside, metadata or {}, dtype)
    return folder


def write_preset(model, folder, metadata, dtype):
    """The files of a preset, into a folder that exists."""
    write_json(folder / "config.json", uncompiled(keras.saving.serialize_keras_object(model)))
    digests = {}
    for file, player in PLAYERS.items():
        if getattr(model, player) is not None:
            path = folder / f"{file}.safetensors"
            content = to_safetensors(getattr(model, player), dtype)
            path.write_bytes(content)
            digests[path.name] = digest(content)
    written = {
        "keras_gan": keras_gan.__version__, "keras": keras.__version__, "class": type(model).__name__,
        "parameters": {player: getattr(model, player).count_params() for player in ("generator", "discriminator")},
        "steps": int(model.steps.numpy()), "dtype": dtype, "sha256": digests,
    }  # fmt: skip
    write_json(folder / "metadata.json", written | metadata)


def read(folder):
    """The model of a folder that save_to_preset wrote, not compiled.

    Raises ValueError with one sentence for files that are missing, truncated or changed: each file's SHA-256 is checked
    before it is read.
    """
    metadata = json.loads((folder / "metadata.json").read_text())
    contents = {name: read_checked(folder / name, expected) for name, expected in metadata["sha256"].items()}
    model = keras.saving.deserialize_keras_object(json.loads((folder / "config.json").read_text()))
    for file, player in PLAYERS.items():
        if (content := contents.get(f"{file}.safetensors")) is not None:
            assign(getattr(model, player), content, folder / f"{file}.safetensors")
    model.steps.assign(metadata["steps"])
    return model


def uncompiled(config):
    """The model's config without its optimizers: a preset is for sampling, and training compiles anew."""
    return {key: value for key, value in config.items() if key != "compile_config"}
