"""Models by name: pretrained, of a run, of a preset, or untrained."""

import keras_gan
from zoo.locate import locate_model
from zoo.registry import variant


def load(what) -> "keras_gan.AdversarialModel":
    """The model of a pretrained variant's name, of a run's or a preset's folder, or of an address on the Hugging Face
    Hub: both players and the averaged generator. That of a run is compiled, and goes on with fit.

    Raises ValueError with one sentence for an unknown name, with the nearest ones; for a variant without weights; and
    for files that are missing, truncated or changed: each file's SHA-256 is checked before it is read.
    """
    found = locate_model(what)
    if found.kind == "run":
        from zoo.runs.checkpoint import load_run

        return load_run(found.path)[0]
    from zoo.presets.preset import read

    return read(found.path)


def build(name: str, total_steps: int | None = None) -> "keras_gan.AdversarialModel":
    """The untrained model of a variant. With total_steps, the length of the run, it is compiled with the recipe's
    optimizers, whose schedules have that length; without, compile() takes those of the game's paper."""
    record = variant(name)
    model = record.build()
    if total_steps is not None:
        record.compile(model, total_steps)
    return model
