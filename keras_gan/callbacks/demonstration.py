"""A training on a toy world as a film."""

from pathlib import Path

import numpy as np
from PIL import Image

from keras_gan.callbacks.intervals import AtIntervals
from keras_gan.exhibits.gaussian import gaussian_demonstration, gaussian_limits
from keras_gan.files.images import write_animation, write_png
from keras_gan.plots import plane_frame, save

STRIP = 8  # frames side by side


class Demonstration(AtIntervals):
    """Films a training on a toy world: on a line figure 1 of the 2014 paper (`exhibits.gaussian_demonstration`), in the
    plane the density of the samples and the level sets of D (`plots.plane_frame`).

    Writes `folder`/start.png before the first step and epoch_0001.png or step_00001000.png at intervals; at the end
    demonstration.png and, of all of these, the film demonstration.gif; in the plane also strip.png, at most eight of
    them side by side, evenly spaced, and the data. A resumed run takes the frames it finds in `folder` into its film;
    to know that it is one, this callback stands after BackupAndRestore in the list.

    world: the data's true distribution, with `dimensions`, `density(x)` and `sample(n, seed)`. every, unit: after how
    many epochs (unit="epoch") or steps (unit="step"). limits: of the axes in every frame, (low, high) or a pair of
    them; by default those that show the data and, on a line, the generator as it is when training begins.
    """

    def __init__(self, folder, world, every=1, unit="epoch", frames_per_second=8, limits=None):
        super().__init__(every, unit)
        self.folder, self.world, self.frames_per_second, self.limits = Path(folder), world, frames_per_second, limits
        self.plane = world.dimensions == 2

    def on_train_begin(self, logs=None):
        if not self.writes:
            return
        if self.limits is None and not self.plane:
            self.limits = gaussian_limits(self.model, self.world)
        if self.model.steps.numpy():
            self.frames = sorted(self.folder.glob(f"{self.unit}_[0-9]*.png"), key=_number)
        else:
            self.frames = []
            self.draw("start", "start" if self.plane else "before training")

    def record(self, name):
        path = self.folder / f"{name}.png"
        self.frames = [frame for frame in self.frames if _number(frame) < _number(path)] + [path]
        self.draw(name, f"{self.unit} {_number(path):,}")

    def on_train_end(self, logs=None):
        if not self.writes:
            return
        steps = int(self.model.steps.numpy())
        self.draw("demonstration", f"step {steps:,}" if self.plane else f"after {steps:,} steps")
        paths = [self.folder / "start.png", *self.frames, self.folder / "demonstration.png"]
        frames = [np.asarray(Image.open(path).convert("RGB")) for path in paths if path.is_file()]
        write_animation(self.folder / "demonstration.gif", frames, self.frames_per_second)
        if self.plane:
            self.draw("data", "data", of_data=True)
            chosen = np.unique(np.linspace(0, len(frames) - 1, STRIP).round().astype(int))
            data = np.asarray(Image.open(self.folder / "data.png").convert("RGB"))
            write_png(self.folder / "strip.png", np.concatenate([*(frames[i] for i in chosen), data], axis=1))

    def draw(self, name, title, of_data=False):
        picture = plane_frame if self.plane else gaussian_demonstration
        drawn = picture(None if of_data else self.model, self.world, limits=self.limits, title=title)
        save(drawn, self.folder / f"{name}.png", dpi=100)


def _number(path):
    """The count in the name of epoch_0001.png or step_00001000.png."""
    return int(path.stem.split("_")[1])
