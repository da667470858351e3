"""Presets: a model as a folder of plain files, without pickle.

    config.json                what keras.saving rebuilds the model from
    metadata.json              versions, parameters, steps, the SHA-256 of each weight file, and whatever is published
    generator.safetensors      the generator's weights          average.safetensors   the averaged generator's
    discriminator.safetensors  the discriminator's

One file per player, so that a person who samples reads one of them, and safetensors instead of HDF5, because it holds
half precision, cannot run code, and is what model hubs read.
"""

import json
import os
import shutil
from pathlib import Path

import keras

import keras_gan
from keras_gan.files import write_json
from keras_gan.weights import assign, digest, packed, read_checked
from zoo.hub import local
from zoo.registry import variant

PLAYERS = {"generator": "generator", "average": "average_generator", "discriminator": "discriminator"}


def save_to_preset(model, folder, *, metadata=None, dtype="float32", replace=False):
    """Write a model to a new folder; -> its Path. dtype "float16" halves the files (weights are rounded to 11 bits).

    The folder appears whole: it is written aside and renamed. Raises FileExistsError for a folder that holds
    something, unless `replace`; OSError with one sentence for a place that cannot be written.
    """
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()) and not replace:
        raise FileExistsError(f"{folder} is not empty; choose a new folder for the preset.")
    aside = folder.with_name(f".{os.getpid()}.{folder.name}")
    try:
        aside.mkdir(parents=True)
        write_preset(model, aside, metadata or {}, dtype)
        if folder.exists():
            shutil.rmtree(folder)
        os.rename(aside, folder)
    except OSError as error:
        raise OSError(f"The preset {folder} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def write_preset(model, folder, metadata, dtype):
    """The files of a preset, into a folder that exists."""
    write_json(folder / "config.json", uncompiled(keras.saving.serialize_keras_object(model)))
    digests = {}
    for file, player in PLAYERS.items():
        if getattr(model, player) is not None:
            path = folder / f"{file}.safetensors"
            content = packed(getattr(model, player), dtype)
            path.write_bytes(content)
            digests[path.name] = digest(content)
    written = {
        "keras_gan": keras_gan.__version__, "keras": keras.__version__, "class": type(model).__name__,
        "parameters": {player: getattr(model, player).count_params() for player in ("generator", "discriminator")},
        "steps": int(model.steps.numpy()), "dtype": dtype, "sha256": digests,
    }  # fmt: skip
    write_json(folder / "metadata.json", written | metadata)


def from_preset(name_or_folder):
    """The model of a folder that save_to_preset wrote, of a pretrained variant's name, or of an address on the
    Hugging Face Hub, `hf://owner/name` (zoo.hub), not compiled.

    Raises ValueError with one sentence for an unknown name (with the nearest ones), a variant without weights, and
    files that are missing, truncated or changed: each file's SHA-256 is checked before it is read.
    """
    name_or_folder = local(name_or_folder)
    folder = Path(name_or_folder)
    if not (folder / "metadata.json").is_file():
        if folder.is_dir():
            raise ValueError(f"{folder} is not a preset: it has no metadata.json.")
        record = variant(str(name_or_folder))
        if not record.pretrained:
            raise ValueError(f"{record.name} has no weights in the package; train it: keras-gan train {record.name}")
        folder = record.folder
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
