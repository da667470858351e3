"""What real data score by the same protocols: no generator need be better."""

import numpy as np

from keras_gan import data
from keras_gan.evaluation.attribute_scores import score_attributes
from keras_gan.evaluation.encoders import encoder as find
from keras_gan.evaluation.figures import FIGURES
from keras_gan.evaluation.image_scores import Book, score_features
from keras_gan.evaluation.measure import IMAGES
from keras_gan.evaluation.protocol import Protocol, Score
from keras_gan.evaluation.reference import reference

DRAWS = 5
TRAINING = "train[:50000]"  # MNIST's validation images, which choose Parzen's sigma, come after


def floor(dataset, encoder=None, progress=lambda stage: None):
    """What real training images score as "samples", by the same protocol: no generator need be better.

    5 draws of 10,000 from the first 50,000 training images, without replacement over all draws; where there are fewer,
    such as 20,000 faces, without replacement in each. What faces show is read off by the encoder, whose errors are then
    all that divides it from the data, and the draw. -> Scores whose value is the mean over the draws and whose
    plus_minus is their standard deviation. Raises ValueError for a data set with less than 10,000 training images.
    """
    source = data.read(dataset, split=TRAINING)
    if len(source.values) < IMAGES or source.values.ndim != 4:
        raise ValueError(f"A floor needs {IMAGES:,} training images; {dataset} has {len(source.values):,}.")
    shape = source.values.shape[1:]
    real = reference(dataset, shape)
    if encoder is None and real.encoder is None:
        raise ValueError(
            f"No encoder is known for {dataset}; give one (--encoder): mnistcnn, facecnn, inception or a file."
        )
    encoder = find(encoder or real.encoder)
    progress(f"features by {encoder.name}")
    features, draws = encoder.features(real.images), []
    for rows in rows_of_draws(len(source.values)):
        progress(f"draw {len(draws) + 1} of {DRAWS}")
        book = Book(Protocol("", IMAGES, len(features), real.name), f"{DRAWS} draws of {dataset} {TRAINING}")
        book.use(encoder, shape)
        drawn = encoder.encode(source.values[rows])
        score_features(book, features, drawn[0], progress)
        if encoder.values and real.attributes and encoder.values == real.attributes[0].values:
            score_attributes(book, encoder.named(drawn[1]), real.attributes[0])
        draws.append(book.scores)
    return [over_draws(scores) for scores in zip(*draws, strict=True)]


def rows_of_draws(n):
    """[DRAWS, IMAGES] row numbers below n."""
    random = np.random.default_rng(0)
    if n >= DRAWS * IMAGES:
        return random.permutation(DRAWS * IMAGES).reshape(DRAWS, IMAGES)
    return np.stack([random.permutation(n)[:IMAGES] for _ in range(DRAWS)])


def over_draws(scores):
    """One Score of several of one protocol: the mean, and the standard deviation between them."""
    values, (first, *_) = np.array([score.value for score in scores]), scores
    band = FIGURES[first.protocol.metric].band(values.mean())
    spread, interval = float(values.std(ddof=1)), f"standard deviation over {len(values)} draws"
    return Score(float(values.mean()), first.protocol, spread, interval, tuple(map(float, band)), first.samples)
