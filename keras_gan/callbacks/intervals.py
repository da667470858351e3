"""What callbacks share that act after every so many epochs or steps."""

import keras

from keras_gan.step.replicas import is_chief


class AtIntervals(keras.callbacks.Callback):
    """Calls `record(name)` on the chief after every `every` epochs or steps, counted on through a resumed run."""

    def __init__(self, every, unit):
        super().__init__()
        if every < 1 or unit not in ("epoch", "step"):
            raise ValueError(f"every={every} must be at least 1 and unit={unit!r} must be 'epoch' or 'step'.")
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
