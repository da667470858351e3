"""The zoo: GAN variants by name, many pretrained. `zoo.load("dcgan.mnist").sample(16, seed=0)`."""

from pathlib import Path

from zoo import (  # noqa: F401  (each paper's module registers its variants)
    arjovsky2017,
    berthelot2017,
    goodfellow2014,
    gulrajani2017,
    huang2024,
    layumi2016,
    mao2017,
    mescheder2018,
    mirza2014,
    miyato2018,
    radford2015,
    salimans2016,
    zhao2017,
)
from zoo.figures import classes_in_turn
from zoo.presets import from_preset, save_to_preset
from zoo.registry import is_model, list_models, register, variant
from zoo.training import CHECKPOINT, load_run, train

__all__ = [
    "classes_in_turn",
    "build",
    "from_preset",
    "is_model",
    "list_models",
    "load",
    "open_model",
    "register",
    "save_to_preset",
    "train",
    "variant",
]


def load(name):
    """The pretrained model of a variant: both players and the averaged generator, read from inside the package."""
    return from_preset(variant(name).name)


def build(name):
    """The untrained model of a variant, compiled with its recipe's optimizers."""
    record = variant(name)
    model = record.build()
    model.compile(*(record.optimizers() if record.optimizers else ()))
    return model


def open_model(name_or_folder):
    """The model of a pretrained name, a preset's folder or a run's folder."""
    folder = Path(name_or_folder)
    if (folder / CHECKPOINT).is_file() and (folder / "config.json").is_file():
        return load_run(folder)[0]
    return from_preset(name_or_folder)
