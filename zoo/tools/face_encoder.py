"""The classifier of attributes behind the encoder `facecnn`: the 20,000 training faces, each moved by up to two pixels
and blurred a little anew, as generators blur; a fixed number of epochs, so that the test faces choose nothing."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan import data
from keras_gan.networks.face_classifier import face_classifier

SEED = 0
EPOCHS = 18
BATCH = 100
SHIFT = 2  # pixels
BLUR = 0.25  # the largest weight of the mean over 3 x 3 pixels
HARD = {"nose": 4.0, "facial_hair": 2.0, "facial_hair_color": 2.0}  # attributes of few pixels, or of few faces
NAME, DATA = "facecnn", "faces, split train"


def train(verbose=2, dataset="faces", names=None, epochs=EPOCHS):
    """The trained classifier of a data set's attributes, of all unless they are named."""
    source = data.read(dataset)
    values = {name: source.attributes.values[name] for name in names or source.attributes.values}
    sizes = [len(names) for names in values.values()]
    model = face_classifier(sum(sizes))
    steps = len(source.values) // BATCH
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * steps)
    model.compile(keras.optimizers.Adam(rate), loss_of(values, sizes))
    numbered = data.load((source.values, np.arange(len(source.values))), batch_size=BATCH, seed=SEED, with_labels=True)
    codes = tf.constant(np.stack([source.attributes.column(name) for name in values], axis=1))
    batches = numbered.enumerate().map(lambda step, pair: (move(step, pair[0]), tf.gather(codes, pair[1])))
    model.fit(batches.dataset, epochs=epochs, steps_per_epoch=steps, verbose=verbose)
    return model


def loss_of(names, sizes):
    """The sum over attributes of w (-log p(value)), of codes [n, k] and logits [n, sum(sizes)]. w is 1 but for what is
    hard to see: noses are skin on skin, which beside hair of twenty kinds nothing would be learnt of."""
    weights = [HARD.get(name, 1.0) for name in names]

    def loss(codes, logits):
        parts = zip(tf.unstack(tf.cast(codes, tf.int32), axis=1), tf.split(logits, sizes, axis=1), strict=True)
        each = [tf.nn.sparse_softmax_cross_entropy_with_logits(code, part) for code, part in parts]
        return tf.add_n([weight * loss for weight, loss in zip(weights, each, strict=True)])

    return loss


def move(step, images):
    """Images [n, h, w, c] in [-1, 1], a batch shifted as one and each blurred by its own weight, as a function of the
    seed and the step alone; what comes in from outside is white."""
    step = tf.cast(step, tf.int32)
    _, height, width, _ = images.shape
    corner = tf.random.stateless_uniform([2], [3 * SEED, step], 0, 2 * SHIFT + 1, tf.int32)
    padded = tf.pad(images, [[0, 0], [SHIFT, SHIFT], [SHIFT, SHIFT], [0, 0]], constant_values=1.0)
    moved = padded[:, corner[0] : corner[0] + height, corner[1] : corner[1] + width]
    return blurred(step, tf.ensure_shape(moved, images.shape))


def blurred(step, images):
    """Images [n, h, w, c], each blurred by its own weight, as a function of the seed and the step alone."""
    weight = tf.random.stateless_uniform([images.shape[0], 1, 1, 1], [3 * SEED + 1, tf.cast(step, tf.int32)], 0.0, BLUR)
    return images + weight * (tf.nn.avg_pool2d(images, 3, 1, "SAME") - images)


def facts(model):
    """{"values": {attribute: names}, "accuracy": the mean over attributes, "accuracies": the share of the 2,000 test
    faces of which each attribute is told rightly}."""
    test = data.read("faces", split="test")
    values = test.attributes.values
    bounds = np.cumsum([len(names) for names in values.values()])[:-1]
    parts = np.split(model.predict(data.images_of(test), 500, verbose=0), bounds, axis=1)
    right = np.stack([part.argmax(axis=1) for part in parts], axis=1) == test.attributes.codes
    shares = dict(zip(values, map(float, right.mean(axis=0)), strict=True))
    return {"accuracy": float(right.mean()), "accuracies": shares, "values": values}
