"""Ready tasks in pairs: drawings whose label map or lines are known, as names that `data.read` takes."""

import re

import numpy as np

from keras_gan.data import openmoji
from keras_gan.data.faces import dataset as faces
from keras_gan.data.faces import styles
from keras_gan.sampling.palettes import rgb

TASK = re.compile(rf"({'|'.join(map(re.escape, (*faces.NAMES, openmoji.NAME)))})\.(labels|lines)")
TASKS = ("faces.labels", "faces.lines", "openmoji.lines")


def of_task(name, image_shape, split):
    """(inputs uint8 [n, h, w, c], palette of the inputs or None) of a ready task, a face's or an emoji's for each image
    that data.read gives of the same data set and split."""
    of, kind = TASK.fullmatch(name).groups()
    if of == openmoji.NAME:
        if kind == "labels":
            raise ValueError(f"{openmoji.NAME} has no label maps; there are {', '.join(TASKS)}.")
        return openmoji.pictures("lines", image_shape, split), None
    image_shape = image_shape or faces.SHAPE
    if kind == "lines":
        return faces.line_drawings(of, image_shape, split), None
    return coloured(faces.label_maps(of, image_shape, split), styles.PALETTE), palette_of(name)


def palette_of(name):
    """The palette of a ready task's inputs, or None where they are no label maps, or the name is no task's."""
    task = TASK.fullmatch(name)
    return styles.PALETTE if task and task[2] == "labels" else None


def coloured(maps, palette):
    """Label maps uint8 [n, h, w, 1], indices into the names of a palette, in its colours: uint8 [n, h, w, 3]."""
    return rgb(palette)[maps[..., 0]]


def classes_of(colours, palette):
    """uint8 [n, h, w] of label maps uint8 [n, h, w, 3] in the colours of a palette: indices into its names."""
    known = rgb(palette)
    found = (colours[..., None, :] == known).all(axis=-1)
    return found.argmax(axis=-1).astype(np.uint8)
