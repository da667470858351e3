"""Callbacks of `fit`: pictures and figures of merit at intervals, loss curves, throughput, and the end of a run that
has diverged.

Those that write do so on the chief worker only.
"""

import time
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from keras_gan.distribution import is_chief
from keras_gan.images import grid, write_animation, write_png
from keras_gan.plots import gaussian_demonstration, gaussian_limits, loss_curves, plane_frame, points, save

STRIP = 8  # frames side by side
TILE = 56  # pixels; smaller images are enlarged by a whole factor up to this size, to be seen


class _AtIntervals(keras.callbacks.Callback):
    """Calls `record(name)` on the chief after every `every` epochs or steps, counted on through a resumed run."""

    def __init__(self, every, unit):
        super().__init__()
        if every < 1 or unit not in ("epoch", "step"):
            raise ValueError(f"every={every} must be at least 1 and unit={unit!r} must be 'epoch' or 'step'")
        self.every, self.unit = every, unit

    @property
    def writes(self):
        with self.model.distribute_strategy.scope():  # fit may have been called outside of it
            return is_chief()

    def on_train_batch_begin(self, batch, logs=None):
        if self.unit == "step":
            self.before = int(self.model.steps.numpy())

    def on_train_batch_end(self, batch, logs=None):
        if self.unit == "step":
            steps = int(self.model.steps.numpy())
            # With steps_per_execution > 1 not every step is seen: what counts is that an interval has ended.
            if steps // self.every > self.before // self.every and self.writes:
                self.record(f"step_{steps:08d}")

    def on_epoch_end(self, epoch, logs=None):
        if self.unit == "epoch" and (epoch + 1) % self.every == 0 and self.writes:
            self.record(f"epoch_{epoch + 1:04d}")


class SampleGrid(_AtIntervals):
    """Writes the images of n fixed seeds to `folder`/epoch_0001.png or step_00001000.png.

    The labels of a conditional model cycle through 0, 1, ..., classes - 1, a column for each class, unless `label`
    fixes one. Points are drawn as a histogram ([n, 1]) or a scatter plot ([n, 2]).

    seed: the first of the seeds. every, unit: after how many epochs (unit="epoch") or steps (unit="step").
    columns: images in a row; by default the ceiling of sqrt(n), or the number of classes.
    """

    def __init__(self, folder, n=64, seed=0, every=1, unit="epoch", columns=None, label=None):
        super().__init__(every, unit)
        if n < 1:
            raise ValueError(f"n={n} must be at least 1")
        self.folder, self.n, self.seed, self.columns, self.label = Path(folder), n, seed, columns, label

    def record(self, name):
        self.write(self.model, name)

    def write(self, model, name):
        """`folder`/`name`.png of any model, also outside of a training."""
        classes, label, columns = model.classes, self.label, self.columns
        if classes is not None and label is None:
            label = np.arange(self.n) % classes
            columns = columns or min(classes, self.n)
        images = model.sample(self.n, seed=self.seed, label=label)
        path = self.folder / f"{name}.png"
        if images.ndim == 2:
            save(points(images), path)
        else:
            write_png(path, grid(images, columns, scale=max(1, TILE // images.shape[1])))


class Demonstration(_AtIntervals):
    """Films a training on a toy world: on a line figure 1 of the 2014 paper (`plots.gaussian_demonstration`), in the
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


class LossCurves(_AtIntervals):
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


class EvaluateSamples(keras.callbacks.Callback):
    """Adds figures of merit of the model's samples to the logs of the first epoch and of every `every`-th one.

    metrics: {name: function}, each of which takes the samples [n, ...], or what `encoder` makes of them, and returns a
    number, logged as `name`, or a NamedTuple of numbers like those of keras_gan.metrics, logged as `name_field`:

        real = Moments(encoder(images))
        EvaluateSamples({"frechet_distance": partial(frechet_distance, real)}, n=10_000, encoder=encoder)

    n, seed: the images of seeds seed, ..., seed + n - 1, the same in every epoch. The labels of a conditional model
    cycle through 0, 1, ..., classes - 1 unless `label` fixes them. encoder: images -> features, called once an epoch.

    Stands before ModelCheckpoint, EarlyStopping and CSVLogger in the list, which act on the logs as they find them
    (the first two must be told `mode="min"` or "max": Keras does not know the names).
    The first epoch of each `fit` is measured because CSVLogger takes its columns from it; later epochs that are not
    measured have no value. All processes of a distributed training measure, so that they decide alike.
    """

    def __init__(self, metrics, n=1000, seed=0, every=1, label=None, encoder=None):
        super().__init__()
        if n < 1 or every < 1:
            raise ValueError(f"n={n} and every={every} must be at least 1")
        self.metrics, self.n, self.seed, self.every = dict(metrics), n, seed, every
        self.label, self.encoder = label, encoder

    def on_train_begin(self, logs=None):
        self.measured = False

    def on_epoch_end(self, epoch, logs=None):
        if logs is None or (self.measured and (epoch + 1) % self.every):
            return
        logs.update(self.measure(self.model))
        self.measured = True

    def measure(self, model):
        """{name: float} of any model, also outside of a training."""
        label = self.label
        if model.classes is not None and label is None:
            label = np.arange(self.n) % model.classes
        samples = model.sample(self.n, seed=self.seed, label=label)
        if self.encoder is not None:
            samples = np.asarray(self.encoder(samples))
        figures = {}
        for name, metric in self.metrics.items():
            value = metric(samples)
            fields = value._asdict() if hasattr(value, "_asdict") else {"": value}
            figures.update({f"{name}_{field}".rstrip("_"): float(number) for field, number in fields.items()})
        return figures


class Throughput(keras.callbacks.Callback):
    """Adds `images_per_second` to the logs of each epoch: steps x batch_size / seconds, validation left out.

    batch_size: images in one step, over all replicas and all minibatches of the discriminator. The first epoch counts
    the compilation too. Stands before CSVLogger and TensorBoard in the list, which log what they find.
    """

    def __init__(self, batch_size):
        super().__init__()
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size} must be at least 1")
        self.batch_size = batch_size

    def on_epoch_begin(self, epoch, logs=None):
        self.steps, self.stopped, self.started = 0, None, time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.steps = batch + 1

    def on_test_begin(self, logs=None):
        self.stopped = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = (self.stopped or time.perf_counter()) - self.started
        if logs is not None:
            logs["images_per_second"] = self.steps * self.batch_size / seconds


class StopOnNonFinite(keras.callbacks.Callback):
    """Ends training with a FloatingPointError at the first NaN or infinite value among the logs, whatever its name.

    `keras.callbacks.TerminateOnNaN` looks at "loss" alone, which an adversarial model does not log. An error, because
    a graceful stop would end the epoch and let checkpoint callbacks replace good weights; for the same reason this
    callback stands first in the list.
    """

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self.check(f"step {batch + 1} of epoch {self.epoch + 1}", logs)

    def on_epoch_end(self, epoch, logs=None):
        self.check(f"the end of epoch {epoch + 1}", logs)

    def check(self, when, logs):
        bad = [f"{name} = {value}" for name, value in (logs or {}).items() if not np.isfinite(value).all()]
        if bad:
            raise FloatingPointError(
                f"training stopped at {when}: {', '.join(bad)}; lower the learning rates or go on from a checkpoint"
            )


def _number(path):
    """The count in the name of epoch_0001.png or step_00001000.png."""
    return int(path.stem.split("_")[1])
