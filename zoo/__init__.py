"""The zoo: GAN variants by name, many pretrained. `zoo.load("dcgan.mnist").sample(16, seed=0)`."""

from zoo import goodfellow2014, radford2015  # noqa: F401  (each paper's module registers its variants)
from zoo.registry import is_model, list_models, register, variant
from zoo.training import train

__all__ = ["is_model", "list_models", "register", "train", "variant"]


def build(name):
    """The untrained model of a variant, compiled with its recipe's optimizers."""
    record = variant(name)
    model = record.build()
    model.compile(*(record.optimizers() if record.optimizers else ()))
    return model
