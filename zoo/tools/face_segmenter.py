"""The segmenter `facefcn`: the 20,000 training faces and their label maps, moved alike, mirrored, and the faces blurred
a little as generators blur; a fixed number of epochs, so that the test faces choose nothing."""

import keras
import tensorflow as tf

from keras_gan import data
from keras_gan.data.faces import dataset, styles
from keras_gan.evaluation.encoders import BATCH as AT_ONCE
from keras_gan.metrics import segmentation_scores
from keras_gan.networks.face_segmenter import face_segmenter
from keras_gan.sampling.palettes import rgb
from zoo.tools.face_encoder import blurred

SEED = 0
EPOCHS = 6
BATCH = 50
JITTER = 4  # pixels
NAME, DATA = "facefcn", "faces.labels, split train"


def train(verbose=2):
    """The trained segmenter."""
    pairs = data.load("faces.labels", batch_size=BATCH, seed=SEED, jitter=JITTER, flip=True)
    steps = pairs.steps_per_epoch
    model = face_segmenter(len(styles.CLASSES))
    rate = keras.optimizers.schedules.CosineDecay(2e-3, EPOCHS * steps)
    model.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def named(step, pair):
        return blurred(step, pair[1]), labels_of(pair[0], styles.PALETTE)

    model.fit(pairs.enumerate().map(named).dataset, epochs=EPOCHS, steps_per_epoch=steps, verbose=verbose)
    return model


def labels_of(colours, palette):
    """int32 [n, h, w] of maps in the colours of a palette, float32 [n, h, w, 3] in [-1, 1]: the nearest's index."""
    known = tf.constant(rgb(palette) / 127.5 - 1.0, tf.float32)
    return tf.argmin(tf.reduce_sum(tf.square(colours[..., None, :] - known), -1), -1, tf.int32)


def facts(model):
    """{"classes": names, and its scores on the 2,000 test faces}."""
    test = data.read("faces", split="test")
    logits = model.predict(data.images_of(test), AT_ONCE, verbose=0)
    scores = segmentation_scores(logits.argmax(axis=-1), dataset.label_maps(split="test")[..., 0], len(styles.CLASSES))
    return {"classes": styles.CLASSES, **scores._asdict()}
