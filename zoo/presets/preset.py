"""Presets: a model as a folder of plain files, without pickle.

    config.json                what keras.saving rebuilds the model from
    metadata.json              versions, parameters, steps, the SHA-256 of each weight file, and whatever is published
    SHA256SUMS                 of each of these files, and of sampler.onnx where it is there (keras_gan.files.manifest)
    generator.safetensors      the generator's weights          average.safetensors   the averaged generator's
    discriminator.safetensors  the discriminator's          average_discriminator.safetensors   the averaged one's

One file per player, so that a person who samples reads one of them, and safetensors instead of HDF5, because it holds
half precision, cannot run code, and is what model hubs read. A preset whose metadata say "generator": "average" has no
file of the generator's own: it begins as the average.
"""

import json
from pathlib import Path

import keras

import keras_gan
from keras_gan.files import manifest
from keras_gan.files.atomic import atomic_folder, write_json
from keras_gan.files.weights import assign, digest, to_safetensors

FILES = ("config.json", "metadata.json", "*.safetensors", "sampler.onnx")
PLAYERS = {
    "generator": "generator",
    "average": "average_generator",
    "discriminator": "discriminator",
    "average_discriminator": "average_discriminator",  # of games that classify by it
}


def save_to_preset(model, folder, *, metadata=None, dtype="float32", average_alone=False, replace=False):
    """Write a model to a new folder; -> its Path. dtype "float16" halves the files (weights are rounded to 11 bits).
    average_alone: of the generator only the average is written, from which a training of the preset goes on.

    The folder appears whole: it is written aside and renamed. Raises FileExistsError for a folder that holds
    something, unless `replace`; OSError with one sentence for a place that cannot be written.
    """
    folder = Path(folder)
    with atomic_folder(folder, replace) as aside:
        write_preset(model, aside, metadata or {}, dtype, average_alone)
    return folder


def write_preset(model, folder, metadata, dtype, average_alone=False):
    """The files of a preset, into a folder that exists."""
    if average_alone and getattr(model, "average_generator", None) is None:
        raise ValueError(f"{model.name} has no average of its generator; build it with average_decay=, or write both.")
    write_json(folder / "config.json", uncompiled(keras.saving.serialize_keras_object(model)))
    digests = {}
    for file, player in PLAYERS.items():
        if getattr(model, player, None) is not None and not (average_alone and file == "generator"):
            path = folder / f"{file}.safetensors"
            content = to_safetensors(getattr(model, player), dtype)
            path.write_bytes(content)
            digests[path.name] = digest(content)
    written = {
        "keras_gan": keras_gan.__version__, "keras": keras.__version__, "class": type(model).__name__,
        "parameters": {player: getattr(model, player).count_params() for player in ("generator", "discriminator")},
        "steps": int(model.steps.numpy()), "dtype": dtype, "sha256": digests,
    }  # fmt: skip
    if average_alone:
        written["generator"] = "average"
    write_json(folder / "metadata.json", written | metadata)
    manifest.write(folder, FILES)


def write_metadata(folder, metadata):
    """New metadata for a preset."""
    write_json(folder / "metadata.json", metadata)
    manifest.write(folder, FILES)


def read(folder):
    """The model of a folder that save_to_preset wrote, not compiled.

    Raises ValueError with one sentence for files that are missing, damaged, exchanged or too many: the SHA-256 of each
    is checked before anything is made of it.
    """
    contents = manifest.contents(folder, FILES) or before_manifests(folder)
    try:
        metadata, config = json.loads(contents["metadata.json"]), json.loads(contents["config.json"])
        model = keras.saving.deserialize_keras_object(config)
        steps = int(metadata["steps"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{folder} is no preset of keras_gan: {str(error).partition(chr(10))[0]}.") from error
    if metadata.get("generator") == "average" and "average.safetensors" in contents:
        contents["generator.safetensors"] = contents["average.safetensors"]
    for file, player in PLAYERS.items():
        network, content = getattr(model, player, None), contents.get(f"{file}.safetensors")
        if (network is None) != (content is None):
            what = "lacks" if content is None else "has no use for"
            raise ValueError(f"{folder} is not whole: its model {what} {file}.safetensors; install or save it again.")
        if network is not None:
            assign(network, content, folder / f"{file}.safetensors")
    model.steps.assign(steps)
    return model


def before_manifests(folder):
    """{file: bytes} of a preset of keras_gan 0.1, whose metadata has the digests of the weights alone."""
    contents = {}
    try:
        for name in ("metadata.json", "config.json"):
            contents[name] = (folder / name).read_bytes()
        metadata = json.loads(contents["metadata.json"])
        if not str(metadata["keras_gan"]).startswith("0.1."):
            raise ValueError(f"{folder} has no {manifest.NAME}; install or save it again.")
        digests = dict(metadata["sha256"])
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{folder} is no preset of keras_gan: {error}.") from error
    return contents | {name: manifest.checked(folder / name, digest) for name, digest in digests.items()}


def uncompiled(config):
    """The model's config without its optimizers: a preset is for sampling, and training compiles anew."""
    return {key: value for key, value in config.items() if key != "compile_config"}
