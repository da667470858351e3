"""FCN scores: Isola et al. 2017, section 4.1. If pictures made from label maps are realistic, a segmenter that was
trained on real ones reads the maps off them again.

The segmenter of drawn faces, `facefcn`, ships with the package.
"""

from functools import lru_cache

import numpy as np

from keras_gan.data import tasks
from keras_gan.data.faces.styles import CLASSES, PALETTE
from keras_gan.evaluation.encoders import BATCH, hash_of, in_range, shipped
from keras_gan.evaluation.image_scores import STANDARD_ERROR
from keras_gan.files.images import to_uint8
from keras_gan.metrics.segmentation import segmentation_scores
from keras_gan.networks.face_segmenter import IMAGE_SHAPE, face_segmenter


class Segmenter:
    """Drawn faces -> label maps. Raises ValueError for damaged weights."""

    def __init__(self):
        self.network = shipped("facefcn", face_segmenter(len(CLASSES)))
        self.hash = hash_of(self.network)

    def __str__(self):
        """Name and hash, as of encoders."""
        return f"facefcn-{self.hash}"

    def resizer(self, shape):
        """How images of this shape (h, w, c) reach the segmenter. Raises ValueError for other sizes than its own."""
        if tuple(shape) != IMAGE_SHAPE:
            raise ValueError(f"facefcn reads faces [n, {', '.join(map(str, IMAGE_SHAPE))}], not {tuple(shape)}.")
        return "none"

    def label_maps(self, images):
        """uint8 [n, h, w] of faces [n, h, w, 3], uint8 or floats in [-1, 1]: the likeliest class of each pixel, an
        index into keras_gan.data.faces.styles.CLASSES."""
        logits = self.network.predict(in_range(to_uint8(images)), BATCH, verbose=0)
        return logits.argmax(axis=-1).astype(np.uint8)


@lru_cache
def segmenter():
    """The Segmenter, read once."""
    return Segmenter()


def reads(palette, shape):
    """Whether facefcn can read maps of this palette off images of this shape (h, w, c)."""
    return palette == PALETTE and tuple(shape) == IMAGE_SHAPE


def score_labels(book, made, inputs):
    """Adds to a Book how far what facefcn reads off images agrees with the label maps that they were made from:
    `pixel_accuracy`, `class_accuracy`, `class_iou`.

    made: [n, 64, 64, 3]; inputs: maps uint8 [n, 64, 64, 3] in the colours of PALETTE.
    """
    book.use(segmenter(), made.shape[1:])
    wanted, found = tasks.classes_of(inputs, PALETTE), segmenter().label_maps(made)
    scores = segmentation_scores(found, wanted, len(CLASSES))
    share = (wanted == found).mean(axis=(1, 2))
    book.add("pixel_accuracy", scores.pixel_accuracy, share.std() / np.sqrt(len(share)), STANDARD_ERROR)
    book.add("class_accuracy", scores.class_accuracy)
    book.add("class_iou", scores.class_iou)
    book.use(None, made.shape[1:])
