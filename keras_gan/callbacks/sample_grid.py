"""Pictures of fixed seeds while a model trains."""

from pathlib import Path

import numpy as np

from keras_gan.callbacks.intervals import AtIntervals
from keras_gan.files.images import grid, visible, write_png
from keras_gan.plots import points, save
from keras_gan.sampling.labels import to_show

SHOWN = 64  # images of a grid


class SampleGrid(AtIntervals):
    """Writes the images of n fixed seeds to `folder`/epoch_0001.png or step_00001000.png.

    The labels of a conditional model cycle through 0, 1, ..., classes - 1, a column for each class, unless `label`
    fixes one; those that say several things at once are drawn by each seed. Points are drawn as a histogram ([n, 1]) or
    a scatter plot ([n, 2]).

    seed: the first of the seeds. every, unit: after how many epochs (unit="epoch") or steps (unit="step").
    columns: images in a row; by default the ceiling of sqrt(n), or the number of classes.
    """

    def __init__(self, folder, n=SHOWN, seed=0, every=1, unit="epoch", columns=None, label=None):
        super().__init__(every, unit)
        if n < 1:
            raise ValueError(f"n={n} must be at least 1.")
        self.folder, self.n, self.seed, self.columns, self.label = Path(folder), n, seed, columns, label

    def record(self, name):
        self.write(self.model, name)

    def write(self, model, name):
        """`folder`/`name`.png of any model, also outside of a training."""
        label, columns = self.label, self.columns
        if label is None:
            label = to_show(model, self.n)
            if isinstance(label, np.ndarray):
                columns = columns or min(model.classes, self.n)
        images = model.sample(self.n, seed=self.seed, label=label)
        path = self.folder / f"{name}.png"
        if images.ndim == 2:
            save(points(images), path)
        else:
            write_png(path, grid(images, columns, scale=visible(images.shape[1])))
