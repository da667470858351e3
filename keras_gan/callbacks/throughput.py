"""Images a second in the logs of `fit`."""

import time

import keras


class Throughput(keras.callbacks.Callback):
    """Adds `images_per_second` to the logs of each epoch: steps x batch_size / seconds, validation left out.

    batch_size: images in one step, over all replicas and all minibatches of the discriminator. The first epoch counts
    the compilation too. Stands before CSVLogger and TensorBoard in the list, which log what they find.
    """

    def __init__(self, batch_size):
        super().__init__()
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size} must be at least 1.")
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
