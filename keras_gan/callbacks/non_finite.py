"""The end of a training that has diverged."""

import keras
import numpy as np


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
                f"Training stopped at {when}: {', '.join(bad)}; lower the learning rates or go on from a checkpoint."
            )
