"""The digit classifier behind the encoder `mnistcnn`: all 60,000 training digits, each drawn anew with a small random
rotation, scale and shift; a fixed number of epochs, so that the test set, on which the accuracy is measured once,
chooses nothing."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan import data
from keras_gan.networks.mnist_classifier import mnist_classifier

SEED = 0
EPOCHS = 12
BATCH = 128
ROTATION = 0.17  # radians, 10 degrees
SCALE = 0.1
SHIFT = 2.0  # pixels
NAME, DATA = "mnistcnn", "mnist, split train"


def train(verbose=2):
    """The trained classifier."""
    batches = data.load("mnist", batch_size=BATCH, seed=SEED, with_labels=True)
    steps = batches.steps_per_epoch
    model = mnist_classifier()
    rate = keras.optimizers.schedules.CosineDecay(2e-3, EPOCHS * steps)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(moved(batches).dataset, epochs=EPOCHS, steps_per_epoch=steps, verbose=verbose)
    return model


def moved(batches):
    """Each image rotated, scaled and shifted at random, as a function of the seed and the step alone."""
    return batches.enumerate().map(lambda step, pair: (move(step, pair[0]), pair[1]))


def move(step, images):
    """Images [n, h, w, c] in [-1, 1] through random maps about their centres; what comes in from outside is black."""
    n, height, width = images.shape[0], images.shape[1], images.shape[2]

    def draw(number, reach, shape=(n,)):
        return tf.random.stateless_uniform(shape, [number + 3 * SEED, tf.cast(step, tf.int32)], -reach, reach)

    angle, scale, shift = draw(0, ROTATION), 1.0 + draw(1, SCALE), draw(2, SHIFT, (n, 2))
    a, b = tf.cos(angle) * scale, tf.sin(angle) * scale
    x, y = (width - 1) / 2, (height - 1) / 2
    right, down = x - a * x + b * y + shift[:, 0], y - b * x - a * y + shift[:, 1]
    zero = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images, transforms=tf.stack([a, -b, right, b, a, down, zero, zero], axis=1),
        output_shape=[height, width], fill_value=-1.0, interpolation="BILINEAR", fill_mode="CONSTANT",
    )  # fmt: skip


def facts(model):
    """{"accuracy": the share of the 10,000 test digits that are classified rightly}."""
    test = data.read("mnist", split="test")
    predicted = model.predict(data.images_of(test), 500, verbose=0).argmax(axis=1)
    return {"accuracy": float(np.mean(predicted == test.labels))}
