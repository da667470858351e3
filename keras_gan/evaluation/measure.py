"""The figures of a variant's model: the protocol of its data set, one and the same for runs, cards and `evaluate`."""

from dataclasses import replace

import numpy as np

from keras_gan import data
from keras_gan.data import stacked_mnist
from keras_gan.data.attributes import Attributes
from keras_gan.data.toys import TOYS
from keras_gan.evaluation.class_errors import score_errors
from keras_gan.evaluation.image_scores import Book, score_images
from keras_gan.evaluation.protocol import Protocol
from keras_gan.evaluation.reference import described, read, reference
from keras_gan.evaluation.segmenter import reads, score_labels
from keras_gan.evaluation.stacked_scores import SAMPLES as STACKED
from keras_gan.evaluation.stacked_scores import score_stacked
from keras_gan.evaluation.toy_scores import score_points
from keras_gan.evaluation.translation_scores import score_translations
from keras_gan.sampling.labels import in_turn

IMAGES = 10_000
POINTS = 100_000  # of a toy world: they cost nothing


def measure(
    samples,
    dataset,
    *,
    split=None,
    encoder=None,
    labels=None,
    origin="",
    probability=None,
    progress=lambda stage: None,
):
    """The Scores of samples of any origin against a data set: images [n, h, w, c], or points for a toy world.

    probability: the discriminator of samples that are points, as a function; the others: as score_images takes them.
    Raises ValueError or FileNotFoundError with one sentence for what cannot be read or does not fit.
    """
    if isinstance(dataset, str) and dataset in TOYS:
        if split or encoder:
            raise ValueError(f"{dataset} is a toy world: it has neither splits nor an encoder.")
        return score_points(samples, dataset, origin, progress, probability)
    if np.ndim(samples) != 4:
        raise ValueError(f"The samples are points {np.shape(samples)}, and {dataset} holds images.")
    if is_stacked(dataset):
        if split:
            raise ValueError(f"{dataset} is held against its 1,000 modes: it has no split to choose.")
        return score_stacked(samples, encoder, labels, origin, progress)
    progress(f"real images of {dataset}")
    real = reference(dataset, samples.shape[1:], split)
    return score_images(samples, real, encoder, labels, origin, progress)


def measure_model(model, dataset, n=None, seed=0, *, split=None, encoder=None, draw=None, progress=lambda stage: None):
    """The Scores of the samples of seeds seed, ..., seed + n - 1 of a model. A conditional one is asked for its labels
    in turn, one of several attributes for what the training images show, one after the other; one that translates is
    given the inputs of the split. Of one that learns from few labels, D's errors on the split are counted, too, and
    alone where G is never trained.

    n: 10,000 images, 25,600 of stacked digits, 100,000 points, or all inputs, unless given. draw: (n, seed, labels) ->
    the samples, in the place of the model's own method. Raises ValueError where it is given and there are none to draw.
    """
    drawing = not model.from_input and not (model.half_labelled and model.moves(model.generator) is False)
    if draw and not drawing:
        raise ValueError("This model is not measured by samples that could be drawn elsewhere.")
    if model.from_input:
        return measure_translator(model, dataset, n, seed, split, encoder, progress)
    if not drawing:  # a bare ladder network
        progress("errors of the discriminator")
        return score_errors(model, dataset, split)
    n = n or default_count(dataset)
    progress(f"{n:,} samples")
    labels = asked = in_turn(model.classes, n)
    if isinstance(model.class_names, dict):
        asked = attributes_of(dataset, model, n)
        labels = np.ravel_multi_index(asked.codes.T, [len(names) for names in asked.values.values()])
    samples = draw(n, seed, labels) if draw else model.sample(n, seed, label=labels)
    scores = measure(
        samples, dataset, split=split, encoder=encoder, labels=asked, origin=origin_of(seed, n), progress=progress,
        probability=model.probability if model.logits else None,
    )  # fmt: skip
    if model.half_labelled:
        progress("errors of the discriminator")
        scores += score_errors(model, dataset, split)
    return scores


def measure_translator(model, dataset, n, seed, split, encoder, progress):
    """The Scores of what a model makes of the first n inputs of a split, all of them unless given, with the seeds seed,
    ..., seed + n - 1; against their targets, and as images where there is an encoder for them."""
    progress(f"inputs of {dataset}")
    source, split = read(dataset, model.image_shape, split)
    if source.inputs is None or not source.paired:
        raise ValueError(f"{dataset} has no inputs with targets: what a model makes of them is not measured.")
    inputs, targets = source.inputs[:n], source.values[:n]
    progress(f"{len(inputs):,} translations")
    made = model.translate(inputs, seed=seed)
    name, origin = described(source.name, split, made.shape[1:]), origin_of(seed, len(made))
    book = Book(Protocol("", len(made), len(targets), name), origin)
    score_translations(book, made, targets)
    if reads(source.palette, made.shape[1:]):
        progress("label maps")
        score_labels(book, made, inputs)
    real = replace(reference(source.name.partition(".")[0], made.shape[1:], split), name=name)
    if encoder is None and (real.encoder is None or real.attributes is None):
        return book.scores
    return book.scores + score_images(made, real, encoder, None, origin, progress)


def attributes_of(dataset, model, n):
    """The Attributes that a model of several is asked for: those of the first n training images, over and over."""
    attributes = data.read(dataset, image_shape=model.sampler.output_shape[1:]).attributes
    if attributes is None or not set(model.class_names) <= set(attributes.values):
        raise ValueError(f"{dataset} does not say of its images what this model asks for: {list(model.class_names)}.")
    codes = np.stack([attributes.column(name) for name in model.class_names], axis=1)
    return Attributes(codes[np.arange(n) % len(codes)], model.class_names)


def figures_of(model, record):
    """What a run or a card records of a variant's model; nothing where the variant is not measured by itself."""
    return recorded(measure_model(model, record.dataset) if record.measured else [])


def recorded(scores):
    """Scores as JSON, with the values alone in front."""
    return {"figures": {score.name: score.value for score in scores}, "scores": [score.to_json() for score in scores]}


def default_count(dataset):
    """How many samples a data set's protocol takes."""
    if is_stacked(dataset):
        return STACKED
    return POINTS if isinstance(dataset, str) and dataset in TOYS else IMAGES


def is_stacked(dataset):
    """Whether a data set is known by its modes: stacked digits."""
    return isinstance(dataset, str) and dataset == stacked_mnist.NAME


def origin_of(seed, n):
    """How a score names numbered samples."""
    return f"seeds {seed} to {seed + n - 1}"
