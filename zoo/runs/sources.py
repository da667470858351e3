"""The data of a recipe: its own, or the user's in their place."""

from keras_gan import data
from keras_gan.data import half_labelled, tasks
from keras_gan.data.source import UNPAIRED, is_known


def source_of(record, dataset, split, seed, damaged=None):
    """The Source of a recipe's data, or of the user's own. damaged: "raise", also where it is None, or "skip". Raises
    what data.read and data.read_pairs raise, and ValueError where a recipe that makes images from images is given
    images without inputs."""
    damaged = damaged or "raise"
    if not record.translates or is_known(dataset):
        source = data.read(dataset, image_shape=record.image_shape, split=split, seed=seed, damaged=damaged)
    else:
        if damaged != "raise":
            raise ValueError("Of pairs no damaged image can be skipped, since its partner would be left: repair it.")
        palette = tasks.palette_of(record.dataset)
        source = data.read_pairs(dataset, image_shape=record.image_shape, split=split, palette=palette)
    if record.translates and source.inputs is None:
        raise ValueError(f"{record.name} makes images from images: it needs pairs, or two sets as 'a <-> b'.")
    if record.translates and not source.paired and UNPAIRED not in record.dataset:
        raise ValueError(f"{record.name} needs pairs, and {dataset!r} is two sets without partners.")
    return source


def told(source, record, labelled, seed):
    """The Source with the rows that the recipe chooses of its own data, and the labels that it trains on: attributes,
    and of `labelled` rows alone where it learns from few; the seed chooses them. Raises what half_labelled.chosen
    raises."""
    if record.select and source.name == record.dataset:
        source = record.select(source)
    if record.labels:
        source = source.labelled(record.labels if record.labelled is None else record.labels[0])
    return source if record.labelled is None else half_labelled.chosen(source, labelled or record.labelled, seed)
