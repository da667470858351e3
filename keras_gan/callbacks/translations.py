"""Pictures of fixed inputs while a model that translates them trains."""

from pathlib import Path

from keras_gan.callbacks.intervals import AtIntervals
from keras_gan.files.images import visible, write_png
from keras_gan.plots import translation_grid


class Translations(AtIntervals):
    """Writes inputs, what the model makes of them, and the truth, one below the other, to `folder`/epoch_0001.png or
    step_00001000.png.

    inputs: images [n, h, w, c] as `model.translate` takes them; targets: the truth, or None. options: further arguments
    of `translate`, such as to="a" of a CycleGAN. every, unit: after how many epochs (unit="epoch") or steps
    (unit="step").
    """

    def __init__(self, folder, inputs, targets=None, every=1, unit="epoch", **options):
        super().__init__(every, unit)
        self.folder, self.inputs, self.targets, self.options = Path(folder), inputs, targets, options

    def on_train_begin(self, logs=None):
        self.picture(self.model)  # what does not fit is refused before the first step

    def record(self, name):
        self.write(self.model, name)

    def picture(self, model):
        """The grid, uint8, of any model."""
        truth = [] if self.targets is None else [self.targets]
        made = model.translate(self.inputs, **self.options)
        return translation_grid(self.inputs, made, *truth, scale=visible(made.shape[1]))

    def write(self, model, name):
        """`folder`/`name`.png of any model, also outside of a training."""
        write_png(self.folder / f"{name}.png", self.picture(model))
