"""Both players' losses as curves."""

from pathlib import Path

import numpy as np

from keras_gan.callbacks.intervals import AtIntervals
from keras_gan.plots import loss_curves, save


class LossCurves(AtIntervals):
    """Draws both players' losses to `path` after every `every` epochs and at the end (`plots.loss_curves`).

    log: the CSV file of a `keras.callbacks.CSVLogger` that stands before this callback in the list; the curves are
    then those of the file, so that after a resume (`append=True`) they begin at the first epoch.
    """

    def __init__(self, path, log=None, every=1):
        super().__init__(every, "epoch")
        self.path, self.log = Path(path), log

    def on_train_begin(self, logs=None):
        self.history, self.drawn = {}, True

    def on_epoch_end(self, epoch, logs=None):
        for name, value in {"epoch": epoch, **(logs or {})}.items():
            self.history.setdefault(name, []).append(float(np.mean(value)))
        self.drawn = False
        super().on_epoch_end(epoch, logs)

    def record(self, name):
        save(loss_curves(self.history if self.log is None else self.log), self.path)
        self.drawn = True

    def on_train_end(self, logs=None):
        if not self.drawn and self.writes:
            self.record("end")
