"""What `keras-gan evaluate` does with a Target's scores: keeps them and checks them; and the scores of real data."""

import json
import os

import numpy as np

from keras_gan import data
from keras_gan.files import write_json
from keras_gan.metrics.encoders import encoder as find
from keras_gan.metrics.evaluation import Book, score_features
from keras_gan.metrics.figures import FIGURES
from keras_gan.metrics.protocol import Protocol, Score
from keras_gan.metrics.reference import reference
from zoo import cards
from zoo.figures import IMAGES, recorded

DRAWS = 5
TRAINING = "train[:50000]"  # MNIST's validation images, which choose Parzen's sigma, come after


def keep(target, scores):
    """Write scores into a target's record and card. -> a sentence that says so, or why they were not written."""
    if target.record is None:
        return f"{target.name} keeps no record of its own."
    folder = target.record.parent
    if not os.access(folder, os.W_OK):
        return f"The record in {folder} was left as it is: the folder cannot be written."
    content = read(target) | recorded(scores)
    if target.card:
        cards.write(target.card, content, folder)
    write_json(target.record, content)
    return f"Updated {target.record}" + (" and card.md beside it." if target.card else ".")


def recorded_scores(target):
    """The Scores that a target's record holds. Raises ValueError where it has none, or where the record disagrees with
    itself: the figures in front, the scores, and the card's table must say the same."""
    content = {} if target.record is None else read(target)
    scores = [Score.from_json(record) for record in content.get("scores", [])]
    if not scores:
        raise ValueError(f"{target.name} has no recorded scores to check; measure it without --check first.")
    values = {score.name: score.value for score in scores}
    for where, figures in {target.record: content["figures"], **card_of(target)}.items():
        if wrong := [name for name in {*values, *figures} if not near(values.get(name), figures.get(name))]:
            raise ValueError(f"{where} disagrees with the recorded score of {' and '.join(sorted(wrong))}.")
    return scores


def card_of(target):
    """{path of the card: its figures}, empty for targets without one."""
    path = target.card and target.record.with_name("card.md")
    return {path: cards.figures(path)} if path else {}


def near(one, other):
    """Equal to the digits of a card."""
    return one is not None and other is not None and abs(one - other) <= 1e-5 * max(abs(one), abs(other))


def check(old, new):
    """Hold new scores against recorded ones. Raises ValueError, which names each that is missing, of another protocol,
    or outside its recorded band."""
    measured = {score.protocol.metric: score for score in new}
    troubles = []
    for score in old:
        again = measured.get(score.protocol.metric)
        if again is None:
            troubles.append(f"{score.name} is not measured any more")
            continue
        again.minus(score)
        low, high = score.band
        if not low <= again.value <= high:
            troubles.append(f"{score.name} is {again.value:.6g}, outside the recorded {low:.6g} to {high:.6g}")
    if troubles:
        raise ValueError(f"The check failed: {'; '.join(troubles)}.")


def read(target):
    """The record's content."""
    return json.loads(target.record.read_text()) if target.record.is_file() else {}


def floor(dataset, encoder=None, progress=lambda stage: None):
    """What real training images score as "samples", by the same protocol: no generator need be better.

    5 draws of 10,000 from the first 50,000 training images, without replacement over all draws. -> Scores whose value
    is the mean over the draws and whose plus_minus is their standard deviation. Raises ValueError for a data set with
    fewer training images.
    """
    source = data.read(dataset, split=TRAINING)
    if len(source.values) < DRAWS * IMAGES or source.values.ndim != 4:
        raise ValueError(f"A floor needs {DRAWS * IMAGES:,} training images; {dataset} has {len(source.values):,}.")
    shape = source.values.shape[1:]
    real = reference(dataset, shape)
    if encoder is None and real.encoder is None:
        raise ValueError(
            f"No encoder is known for {dataset}; give one: --encoder mnistcnn, inception or a .keras file."
        )
    encoder = find(encoder or real.encoder)
    progress(f"features by {encoder.name}")
    features, draws = encoder.features(real.images), []
    for rows in np.random.default_rng(0).permutation(DRAWS * IMAGES).reshape(DRAWS, IMAGES):
        progress(f"draw {len(draws) + 1} of {DRAWS}")
        book = Book(Protocol("", IMAGES, len(features), real.name), f"{DRAWS} draws of {dataset} {TRAINING}")
        book.use(encoder, shape)
        score_features(book, features, encoder.features(source.values[rows]), progress)
        draws.append(book.scores)
    return [over_draws(scores) for scores in zip(*draws, strict=True)]


def over_draws(scores):
    """One Score of several of one protocol: the mean, and the standard deviation between them."""
    values, (first, *_) = np.array([score.value for score in scores]), scores
    band = FIGURES[first.protocol.metric].band(values.mean())
    spread, interval = float(values.std(ddof=1)), f"standard deviation over {len(values)} draws"
    return Score(float(values.mean()), first.protocol, spread, interval, tuple(map(float, band)), first.samples)
