"""What is exported: a model, and a card that says what it is, where it comes from and how good it is."""

import json
from pathlib import Path

import numpy as np
import tensorflow as tf

import keras_gan
from keras_gan import AdversarialModel
from keras_gan.files.atomic import atomic_file, write_json
from keras_gan.files.markdown import code, plain
from keras_gan.files.weights import digest, to_safetensors
from keras_gan.sampling.labels import as_json

RECIPE = ("command", "commit", "seed", "dataset", "split", "batch_size")


def opened(model, exporter):
    """A model, or the pretrained name or folder of one, checked -> (model, card).

    Raises TypeError for another type, ValueError with one sentence for an unknown name, a model that was never trained
    (its steps are 0) and one that has diverged.
    """
    metadata = {}
    if isinstance(model, str | Path):
        import zoo  # an export of a model needs no zoo
        from zoo.locate import locate_model

        found = locate_model(model)
        metadata = metadata_of(found)
        model = zoo.load(found.path)
    if not isinstance(model, AdversarialModel):
        raise TypeError(f"{exporter} exports keras_gan's models, such as keras_gan.GAN, not {type(model).__name__}.")
    if not int(model.steps.numpy()):
        raise ValueError(
            "This model was never trained (0 steps): train it with fit, or name one of `keras-gan list --pretrained`. "
            "Where its weights came another way, model.steps.assign(1) says so."
        )
    if not all(np.isfinite(weight).all() for weight in model.sampler.get_weights()):
        raise ValueError("The generator's weights hold NaN or infinite values: it has diverged.")
    return model, card(model, metadata or published(model))


def beside_z(model):
    """What the sampler takes beside z, as TensorSpecs of any number of rows: a label, or its condition."""
    if model.classes is not None:
        return [tf.TensorSpec([None], tf.int32, "label")]
    return [tf.TensorSpec([None, *one.shape[1:]], one.dtype, one.name) for one in model.sampler.inputs[1:]]


def refuse_compiled(operations, exporter):
    """Raises ValueError where one of a graph's operations, named by their types, is a function that stays a call: one
    for XLA, which other runtimes lack."""
    if any("PartitionedCall" in operation for operation in operations):
        raise ValueError(
            f"{exporter} cannot hold a layer that Keras compiles with XLA, such as Conv2D with groups; "
            "keras_gan.fast.grouped_conv.GroupedConv2D is that layer, with the same weights, without XLA."
        )


def card(model, metadata):
    """What is known of a model, as JSON: its name, recipe, figures and licences where `metadata` has them."""
    return {
        "name": metadata.get("name"),
        "class": type(model).__name__,
        "latent": latent(model),
        "classes": model.classes,
        "class_names": as_json(model.class_names),
        "output_shape": list(model.image_shape if model.from_input else model.sampler.outputs[0].shape[1:]),
        **({"input_shape": list(model.input_image_shape)} if model.from_input else {}),
        **({"palette": model.palette} if getattr(model, "palette", None) else {}),
        **({"example": metadata["example"]} if "example" in metadata else {}),  # an input, a PNG file in base64
        "parameters": model.sampler.count_params(),
        "steps": int(model.steps.numpy()),
        "sha256": digest(
            to_safetensors(model.sampler)
        ),  # of the exported generator's weights in float32, as safetensors
        "recipe": {key: metadata[key] for key in RECIPE if key in metadata},
        "figures": metadata.get("figures", {}),
        "licence": {"weights": metadata.get("weights_licence"), "data": metadata.get("licence")},
        "keras_gan": keras_gan.__version__,
    }


def latent(model):
    """The distribution of z as data: {"distribution": "Normal" | ..., "dimension": 100, ...}."""
    return {"distribution": type(model.latent).__name__, "dimension": model.latent_dim, **model.latent.get_config()}


def metadata_of(found):
    """The metadata of a run or a preset that zoo.locate found; those that the package ships have a licence."""
    if found.kind == "run":
        result = found.path / "result.json"
        figures = json.loads(result.read_text()).get("figures", {}) if result.is_file() else {}
        return {**json.loads((found.path / "config.json").read_text()), "figures": figures}
    shipped = found.record is not None and found.path == found.record.folder
    licence = {"weights_licence": "Apache-2.0"} if shipped else {}
    return {**json.loads((found.path / "metadata.json").read_text()), **licence}


def published(model):
    """The metadata of the pretrained variant whose very weights the model has, or {}: a card follows the weights."""
    import zoo
    from zoo.presets.cards import metadata

    weights = model.sampler.get_weights()
    if not all(np.array_equal(weight, weight.astype("float16")) for weight in weights):
        return {}  # as they ship, they fit into half precision
    digests = {digest(to_safetensors(model.sampler, dtype)) for dtype in ("float16", "float32")}
    for name in zoo.list_models(pretrained=True):
        found = metadata(zoo.variant(name))
        if digests & {found["sha256"].get(f"{player}.safetensors") for player in ("average", "generator")}:
            return {**found, "weights_licence": "Apache-2.0"}
    return {}


def write_card(folder, card):
    """folder/card.json and folder/card.md."""
    write_json(folder / "card.json", card)
    with atomic_file(folder / "card.md") as aside:
        aside.write_text(markdown(card))


LICENCES = {"weights": "weights", "training data": "data"}


def markdown(card):
    """The card for people."""
    recipe, licence = card["recipe"], card["licence"]
    lines = [f"# {plain(card['name'] or card['class'])}", ""]
    lines += [
        f"{card['class']}, {card['parameters']:,} parameters, output {card['output_shape']}, {card['steps']:,} steps."
    ]
    lines += [f"It takes a label of 0 to {card['classes'] - 1}."] if card["classes"] else []
    lines += (
        ["", "## Recipe", "", *(f"- {plain(key)}: {plain(value)}" for key, value in recipe.items())] if recipe else []
    )
    if card["figures"]:
        lines += ["", "## Figures", "", "| figure | value |", "|---|---|"]
        lines += [f"| {code(name)} | {value:.6g} |" for name, value in card["figures"].items()]
    lines += ["", "## Licence and origin", ""]
    lines += [f"- {what}: {plain(licence[key] or 'not stated')}" for what, key in LICENCES.items()]
    lines += [f"- SHA-256 of the generator's weights: `{card['sha256']}`", f"- keras_gan {card['keras_gan']}", ""]
    return "\n".join(lines)
