"""A variant of the zoo is data: one frozen record per name, with the recipe that made its weights."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PRETRAINED = Path(__file__).parent / "pretrained"


@dataclass(frozen=True)
class Paper:
    """Where a variant comes from."""

    title: str
    authors: str
    year: int
    arxiv: str = ""
    address: str = ""  # of what has no arXiv number, such as code alone

    @property
    def link(self):
        """Markdown."""
        if self.address:
            return f"[{self.address}](https://{self.address})"
        return f"[arXiv:{self.arxiv}](https://arxiv.org/abs/{self.arxiv})"


@dataclass(frozen=True)
class Variant:
    """How `game.dataset` is built, trained and measured."""

    name: str
    description: str
    paper: Paper
    build: Callable  # () -> keras_gan.AdversarialModel, not compiled
    dataset: str  # a name that keras_gan.data.load takes
    image_shape: tuple | None  # (height, width, channels), or None for points
    batch_size: int  # of one discriminator step
    epochs: int
    split: str = "train"
    optimizers: Callable | None = None  # (steps) -> (generator's, discriminator's); None: those of the game's paper
    schedules: Callable | None = None  # (model, steps) -> None: what else than the optimizers follows a run's length
    prepare: Callable | None = None  # (model, training images) -> None, before the first step
    first_stage: str | None = None  # the variant whose generator this one goes on from: `train(start_from=)`
    take_over: Callable | None = None  # (model, first stage's model) -> None, before the first step, after `prepare`
    measured: bool = True  # after the last step, by the protocol of its data
    conditional: bool = False
    load: dict = field(default_factory=dict)  # further arguments of data.load, such as jitter
    translates: bool = False  # the data are pairs, or two sets without partners: images are made from images
    labelled: int | None = None  # of a game that learns from few labels: so many rows have one, which the seed chooses
    average_alone: bool = False  # of G the package ships the average alone, from which a training goes on
    select: Callable | None = None  # (Source) -> Source: of its own data, not the user's, the rows that it trains on
    labels: tuple = ()  # the attributes of the data that a label says; (): the data's own labels
    deviations: tuple = field(default=())
    tags: tuple = field(default=())

    def compile(self, model, steps, **options):
        """Compiles a model of this variant for a run of so many steps."""
        if self.schedules:
            self.schedules(model, steps)
        model.compile(*(self.optimizers(steps) if self.optimizers else ()), **options)

    @property
    def folder(self):
        """Where the package keeps this variant's weights and card."""
        return PRETRAINED / self.name

    @property
    def pretrained(self):
        return (self.folder / "metadata.json").is_file()
