"""What is exported: a model, and a card that says what it is, where it comes from and how good it is."""

import json
from pathlib import Path

import numpy as np

import keras_gan
from keras_gan import AdversarialModel
from keras_gan.files import write_json, written_aside
from keras_gan.weights import digest, packed

RECIPE = ("command", "commit", "seed", "dataset", "split", "batch_size")


def opened(model, exporter):
    """A model, or the pretrained name or folder of one, checked -> (model, card).

    Raises TypeError for another type, ValueError with one sentence for an unknown name, a model that was never trained
    (its steps are 0) and one that has diverged.
    """
    metadata = {}
    if isinstance(model, str | Path):
        import zoo  # an export of a model needs no zoo
        from zoo.hub import local

        model = local(model)
        metadata = metadata_of(model)
        model = zoo.open_model(model)
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


def refuse_compiled(operations, exporter):
    """Raises ValueError where one of a graph's operations, named by their types, is a function that stays a call: one
    for XLA, which other runtimes lack."""
    if any("PartitionedCall" in operation for operation in operations):
        raise ValueError(
            f"{exporter} cannot hold a layer that Keras compiles with XLA, such as Conv2D with groups; "
            "keras_gan.layers.GroupedConv2D is that layer, with the same weights, without XLA."
        )


def card(model, metadata):
    """What is known of a model, as JSON: its name, recipe, figures and licences where `metadata` has them."""
    return {
        "name": metadata.get("name"),
        "class": type(model).__name__,
        "latent": latent(model),
        "classes": model.classes,
        "output_shape": list(model.sampler.output_shape[1:]),
        "parameters": model.sampler.count_params(),
        "steps": int(model.steps.numpy()),
        "sha256": digest(packed(model.sampler)),  # of the exported generator's weights in float32, as safetensors
        "recipe": {key: metadata[key] for key in RECIPE if key in metadata},
        "figures": metadata.get("figures", {}),
        "licence": {"weights": metadata.get("weights_licence"), "data": metadata.get("licence")},
        "keras_gan": keras_gan.__version__,
    }


def latent(model):
    """The distribution of z as data: {"distribution": "Normal" | ..., "dimension": 100, ...}."""
    return {"distribution": type(model.latent).__name__, "dimension": model.latent_dim, **model.latent.get_config()}


def metadata_of(name_or_folder):
    """The metadata of a preset or a run by its folder, or of a pretrained variant by its name; {} where there is none,
    and whatever opens it will say so."""
    import zoo
    from zoo.cards import metadata

    folder = Path(name_or_folder)
    if (folder / "metadata.json").is_file():
        return json.loads((folder / "metadata.json").read_text())
    if (folder / "config.json").is_file():
        result = folder / "result.json"
        figures = json.loads(result.read_text()).get("figures", {}) if result.is_file() else {}
        return {**json.loads((folder / "config.json").read_text()), "figures": figures}
    record = zoo.variant(str(name_or_folder))
    return {**metadata(record), "weights_licence": "Apache-2.0"} if record.pretrained else {}


def published(model):
    """The metadata of the pretrained variant whose very weights the model has, or {}: a card follows the weights."""
    import zoo
    from zoo.cards import metadata

    weights = model.sampler.get_weights()
    if not all(np.array_equal(weight, weight.astype("float16")) for weight in weights):
        return {}  # as they ship, they fit into half precision
    digests = {digest(packed(model.sampler, dtype)) for dtype in ("float16", "float32")}
    for name in zoo.list_models(pretrained=True):
        found = metadata(zoo.variant(name))
        if digests & {found["sha256"].get(f"{player}.safetensors") for player in ("average", "generator")}:
            return {**found, "weights_licence": "Apache-2.0"}
    return {}


def write_card(folder, card):
    """folder/card.json and folder/card.md."""
    write_json(folder / "card.json", card)
    with written_aside(folder / "card.md") as aside:
        aside.write_text(markdown(card))


def markdown(card):
    """The card for people."""
    recipe, licence = card["recipe"], card["licence"]
    lines = [f"# {card['name'] or card['class']}", ""]
    lines += [
        f"{card['class']}, {card['parameters']:,} parameters, output {card['output_shape']}, {card['steps']:,} steps."
    ]
    lines += [f"It takes a label of 0 to {card['classes'] - 1}."] if card["classes"] else []
    lines += ["", "## Recipe", "", *(f"- {key}: {value}" for key, value in recipe.items())] if recipe else []
    if card["figures"]:
        lines += ["", "## Figures", "", "| figure | value |", "|---|---|"]
        lines += [f"| `{name}` | {value:.6g} |" for name, value in card["figures"].items()]
    lines += ["", "## Licence and origin", ""]
    lines += [f"- weights: {licence['weights'] or 'not stated'}", f"- training data: {licence['data'] or 'not stated'}"]
    lines += [f"- SHA-256 of the generator's weights: `{card['sha256']}`", f"- keras_gan {card['keras_gan']}", ""]
    return "\n".join(lines)
