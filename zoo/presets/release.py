"""From a run to what the package ships: weights in half precision, figures of those very weights, pictures, a card."""

import base64
import json
from pathlib import Path

import numpy as np

from keras_gan import data, exhibits, plots
from keras_gan.callbacks import SampleGrid, Translations
from keras_gan.evaluation.attribute_scores import shares_of
from keras_gan.evaluation.encoders import encoder
from keras_gan.evaluation.measure import figures_of, recorded
from keras_gan.evaluation.protocol import Score
from keras_gan.files.images import png_bytes, visible, write_png
from keras_gan.sampling import translation
from keras_gan.sampling.labels import to_show
from zoo.presets import cards, preset
from zoo.presets.beside import compared
from zoo.runs.checkpoint import load_run
from zoo.runs.folder import CHECKPOINT
from zoo.runs.sources import source_of

SHOWN = 16  # translations in a picture
RESUMED = ("command", "commit")


def release(run, folder=None, beside=None):
    """Publish a complete run: -> the variant's folder in the package (or `folder`). beside: another complete run on the
    same data, whose curve the card shows beside this one's.

    Raises FileNotFoundError for a folder without a complete run, ValueError for runs that cannot be compared.
    """
    run = Path(run)
    for needed in ("config.json", "result.json", CHECKPOINT):
        if not (run / needed).is_file():
            raise FileNotFoundError(f"{run} is not a complete run: it has no {needed}; finish it with --resume.")
    config, result = (json.loads((run / name).read_text()) for name in ("config.json", "result.json"))
    model, record = load_run(run)
    other = compared(run, beside, record) if beside else None  # refuses before anything is measured
    published = {key: config[key] for key in ("name", "command", "commit", "seed", "split", "batch_size")}
    published |= {"dataset": config.get("data") or record.dataset}
    published |= {
        "resumed": [{key: again.get(key, config[key]) for key in RESUMED} for again in config.get("resumed", [])]
    }
    published |= {"minutes": result["minutes"], "cpus": config["cpus"], "started": config["started"]}
    if config.get("start_from"):
        published["start_from"] = config["start_from"]
    published |= {"licence": config["licence"], "origin": config["origin"]}
    folder = preset.save_to_preset(
        model, folder or record.folder, metadata=published, dtype="float16", average_alone=record.average_alone,
        replace=True,
    )  # fmt: skip
    model = preset.read(folder)  # everything below is of the rounded weights that ship
    metadata = json.loads((folder / "metadata.json").read_text())
    own = config.get("dataset")  # given to `train` in the place of the recipe's, which then measures nothing
    metadata |= recorded([]) if own else figures_of(model, record)
    metadata["first_pixels"] = first_image(model).ravel()[:8].tolist()
    training = (own, "train") if own else (record.dataset, record.split)
    metadata |= pictures(model, record, folder, *training, config["seed"], config.get("damaged"))
    if other:
        metadata["beside"] = other
    preset.write_metadata(folder, metadata)
    if shares := shares_of([Score.from_json(one) for one in metadata["scores"]]):
        plots.save(plots.attribute_bars(shares), folder / "attributes.png")
    if other:
        plots.save(plots.score_curves(other["curves"], "real images seen", "kernel distance"), folder / "curves.png")
    cards.write(record, metadata, folder)
    return folder


def first_image(model):
    """The image of seed 0, of a class or an input that can be named."""
    if model.from_input:
        return model.translate(translation.blank(model.input_image_shape, getattr(model, "palette", None)))
    return model.sample(1, seed=0, label=to_show(model, 1))


def test_pairs(record, dataset, seed):
    """The test split of pairs, or the only one there is."""
    try:
        return source_of(record, dataset, "test", seed)
    except ValueError:
        return source_of(record, dataset, "train", seed)


def pictures(model, record, folder, dataset, split, seed, damaged=None):
    """samples.png, and for images neighbours.png: each row's last sample beside its nearest training image (of faces by
    facecnn's features). Of a model that translates, samples.png has inputs from all over the test split, what becomes
    of them, and targets. seed: the training's, from which code-made data follow. -> what the metadata say of them:
    `neighbours`, by what they are the nearest, or `example`, the first input as a PNG file in base64."""
    if record.image_shape is None:
        world = data.toys.TOYS[record.dataset]
        picture = plots.plane_comparison if world.dimensions == 2 else exhibits.gaussian_demonstration
        plots.save(picture(model, world), folder / "samples.png")
        return {}
    if model.from_input:
        source = test_pairs(record, dataset, seed)
        shown = np.linspace(0, len(source.inputs) - 1, min(SHOWN, len(source.inputs))).astype(int)
        truth = source.values[shown] if source.paired else None
        Translations(folder, source.inputs[shown], truth).write(model, "samples")
        return {"example": base64.b64encode(png_bytes(source.inputs[0])).decode()}
    SampleGrid(folder, n=100).write(model, "samples")
    source = source_of(record, dataset, split, seed, damaged)
    samples = model.sample(20, seed=0, label=to_show(model, 20))
    features = None if source.attributes is None else encoder("facecnn").features
    scale = visible(samples.shape[1])
    neighbours = plots.neighbour_grid(samples, data.images_of(source), columns=5, scale=scale, features=features)
    write_png(folder / "neighbours.png", neighbours)
    return {"neighbours": "pixels" if features is None else "the features of facecnn"}
