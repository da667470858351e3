"""How data reaches the step: checks before work starts, minibatches of a batch, the data of step n."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan import distribution


class Feeding:
    """The part of AdversarialModel that takes data from `fit`."""

    def fit(self, x=None, y=None, *, batch_size=None, steps_per_epoch=None, callbacks=None, **kwargs):
        """As keras.Model.fit. `x` is what keras_gan.data.load gives, arrays, or any tf.data.Dataset.

        Data from keras_gan.data.load continue at the model's own step, also when a callback or a file restored it.
        """
        self.check_compiled()
        self.check_data(x, y, batch_size)
        callbacks = list(callbacks or [])
        position = getattr(x, "position", None)
        if position is not None:
            steps_per_epoch = steps_per_epoch or x.steps_per_epoch
            # Last in the list: BackupAndRestore, which may restore the step, has its turn before.
            callbacks.append(
                keras.callbacks.LambdaCallback(on_train_begin=lambda logs: position.assign(self.steps.value))
            )
        if isinstance(x, tf.data.Dataset):
            kwargs["shuffle"] = False  # Keras would warn that it cannot
        return super().fit(x, y, batch_size=batch_size, steps_per_epoch=steps_per_epoch, callbacks=callbacks, **kwargs)

    def evaluate(self, x=None, y=None, *, batch_size=None, steps=None, **kwargs):
        """As keras.Model.evaluate: the mean of each term over held-out data."""
        self.check_compiled()
        self.check_data(x, y, None)
        steps = steps or getattr(x, "steps_per_epoch", None)
        return super().evaluate(x, y, batch_size=batch_size, steps=steps, **kwargs)

    def unpack(self, data):
        """What `fit` hands over -> (real, condition); an unconditional game has no use for labels."""
        real, label, _ = keras.utils.unpack_x_y_sample_weight(data)
        return real, None if self.classes is None else tf.cast(tf.reshape(label, [-1]), tf.int32)

    def minibatches(self, real, condition):
        """The k minibatches of a batch. Every k-th row, so that replicas, which get consecutive rows, share each."""
        k = self.discriminator_steps
        for turn in range(k):
            yield (real, condition) if k == 1 else (real[turn::k], None if condition is None else condition[turn::k])

    def check_compiled(self):
        if not self.compiled:
            raise ValueError(
                "Call compile() before fit() or evaluate(); without arguments it takes the paper's optimizers."
            )

    def check_players(self):
        """The two networks must fit each other, before anything is trained."""
        generated, judged = self.generator.output_shape[1:], self.discriminator.inputs[0].shape[1:]
        if tuple(generated) != tuple(judged):
            raise ValueError(f"The generator makes {tuple(generated)}, but the discriminator takes {tuple(judged)}.")
        inputs = 1 if self.classes is None else 2
        for player in (self.generator, self.discriminator):
            if len(player.inputs) != inputs:
                wanted = "one input" if inputs == 1 else "two inputs, the second the label"
                raise ValueError(
                    f"classes={self.classes} needs a {player.name} with {wanted}; it has {len(player.inputs)}."
                )
        if self.discriminator_steps < 1:
            raise ValueError(f"discriminator_steps must be at least 1; got {self.discriminator_steps}.")

    def check_data(self, x, y, batch_size):
        """One sentence for data that cannot be trained on: shape, range, labels, or a batch that does not divide."""
        if isinstance(x, tf.data.Dataset):
            spec = keras.utils.unpack_x_y_sample_weight(x.element_spec)
            shape, batch_size = spec[0].shape[1:], spec[0].shape[0]
            first = keras.utils.unpack_x_y_sample_weight(next(iter(x), None))
            if first[0] is None:
                raise ValueError("The data set is empty.")
            x, y = np.asarray(first[0]), first[1]
        elif x is None or not hasattr(x, "shape"):
            raise ValueError("Training data must be what keras_gan.data.load gives, an array, or a tf.data.Dataset.")
        else:
            shape, batch_size = x.shape[1:], batch_size or min(32, len(x))
        wanted = tuple(self.generator.output_shape[1:])
        if tuple(shape) != wanted:
            raise ValueError(
                f"The data have shape {tuple(shape)}, but this model makes {wanted}; "
                f"pass image_shape={wanted} to data.load."
            )
        check_values(np.asarray(x), "The data")
        if self.classes is not None:
            check_labels(y, len(x), self.classes)
        parts = self.discriminator_steps * distribution.replicas()
        if batch_size and batch_size % parts:
            raise ValueError(
                f"A batch of {batch_size} does not divide into {self.discriminator_steps} discriminator steps on "
                f"{distribution.replicas()} replicas; choose a multiple of {parts}."
            )


def check_values(x, what):
    """Finite, and in [-1, 1] where they are images."""
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"{what} must be floats in [-1, 1]; got {x.dtype}: keras_gan.data.load converts uint8 images.")
    if not np.isfinite(x).all():
        raise ValueError(f"{what} contain NaN or infinite values.")
    if x.ndim > 2 and (x.min() < -1.0 or x.max() > 1.0):
        raise ValueError(f"{what} reach from {x.min():g} to {x.max():g}; images must lie in [-1, 1] (x / 127.5 - 1).")


def check_labels(label, n, classes):
    """n whole numbers from 0 to classes - 1."""
    if label is None:
        raise ValueError(f"This model is conditional: it needs a label, 0 to {classes - 1}, for each image.")
    label = np.asarray(label)
    if not np.issubdtype(label.dtype, np.integer) or label.size != n:
        raise ValueError(f"Labels must be {n} whole numbers; got {label.dtype} of shape {label.shape}.")
    if label.min() < 0 or label.max() >= classes:
        raise ValueError(f"Labels must be 0 to {classes - 1}; got {label.min()} to {label.max()}.")
