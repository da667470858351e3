"""How data reaches the step: checks before work starts, minibatches of a batch, the data of step n."""

import keras
import numpy as np
import tensorflow as tf


class Feeding:
    """The part of AdversarialModel that takes data from `fit`."""

    def fit(self, x=None, y=None, *, batch_size=None, steps_per_epoch=None, callbacks=None, **kwargs):
        """As keras.Model.fit. `x` is what keras_gan.data.load gives, arrays, or any tf.data.Dataset.

        Data from keras_gan.data.load continue at the model's own step, also when a callback or a file restored it.
        """
        self.check_compiled()
        self.check_data(x, y, batch_size, self.discriminator_steps)
        validation = kwargs.get("validation_data")
        if validation is not None:
            pair = validation if isinstance(validation, tuple) else (validation,)
            self.check_data(pair[0], pair[1] if len(pair) > 1 else None, kwargs.get("validation_batch_size"))
            kwargs.setdefault("validation_steps", getattr(validation, "steps_per_epoch", None))
        callbacks = list(callbacks or [])
        position = getattr(x, "position", None)
        if position is not None:
            steps_per_epoch = steps_per_epoch or x.steps_per_epoch
            # Last in the list: BackupAndRestore, which may restore the step, has its turn before.
            restart = keras.callbacks.LambdaCallback(on_train_begin=lambda logs: position.assign(self.steps.numpy()))
            callbacks.append(restart)
        if isinstance(x, tf.data.Dataset):
            kwargs["shuffle"] = False  # Keras would warn that it cannot
        return super().fit(x, y, batch_size=batch_size, steps_per_epoch=steps_per_epoch, callbacks=callbacks, **kwargs)

    def evaluate(self, x=None, y=None, *, batch_size=None, steps=None, **kwargs):
        """As keras.Model.evaluate: the mean of each term over held-out data."""
        self.check_compiled()
        if x is not None:  # fit's validation comes without: it is checked before training
            self.check_data(x, y, batch_size)
        steps = steps or getattr(x, "steps_per_epoch", None)
        return super().evaluate(x, y, batch_size=batch_size, steps=steps, **kwargs)

    def unpack(self, data):
        """What `fit` hands over -> (real, condition); an unconditional game has no use for labels."""
        real, label, _ = keras.utils.unpack_x_y_sample_weight(data)
        real = tf.cast(real, tf.float32)
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
        if self.augmentation is not None and len(generated) != 3:
            raise ValueError(f"Augmentation is of images, and the generator makes {tuple(generated)}: leave it out.")
        for player, takes_label in ((self.generator, True), (self.discriminator, self.tells_discriminator)):
            inputs = 2 if takes_label and self.classes is not None else 1
            if len(player.inputs) != inputs:
                wanted = "one input" if inputs == 1 else "two inputs, the second the label"
                raise ValueError(
                    f"classes={self.classes} needs a {player.name} with {wanted}; it has {len(player.inputs)}."
                )
        if self.discriminator_steps < 1:
            raise ValueError(f"discriminator_steps must be at least 1; got {self.discriminator_steps}.")

    def check_samples_apart(self):
        """For games that pay for D's slope at a sample, which batch statistics would mix with the others'."""
        if self.mixes_samples:
            raise ValueError(
                f"The discriminator of {type(self).__name__} must judge samples one by one, for the sake of its "
                "gradient penalty; build it without batch normalisation and minibatch discrimination."
            )

    def check_data(self, x, y, batch_size, minibatches=1):
        """One sentence for data that cannot be used: shape, range, labels, or batches that do not divide."""
        parts = minibatches * self.distribute_strategy.num_replicas_in_sync
        if isinstance(x, tf.data.Dataset):
            first = next(iter(x), None)
            if first is None:
                raise ValueError("The data set is empty.")
            if isinstance(first, dict):
                raise ValueError(
                    "Batches must be images or (images, labels), as of keras_gan.data.load, not dictionaries."
                )
            spec = keras.utils.unpack_x_y_sample_weight(x.element_spec)[0]
            sizes = (spec.shape[0] if spec.shape[0] is not None or parts == 1 else 1,)
            shown = getattr(x, "classes", None)
            if self.classes is not None and shown is not None and shown > self.classes:
                raise ValueError(f"The data have {shown} classes, but this model was built for {self.classes}.")
            x, y, _ = keras.utils.unpack_x_y_sample_weight(first)
        elif hasattr(x, "shape") and len(x.shape):
            if not len(x):
                raise ValueError("The data are empty.")
            batch_size = batch_size or 32
            sizes = (min(batch_size, len(x)), len(x) % batch_size)
        else:
            raise ValueError("Training data must be what keras_gan.data.load gives, an array, or a tf.data.Dataset.")
        wanted = tuple(self.generator.output_shape[1:])
        if tuple(x.shape[1:]) != wanted:
            raise ValueError(
                f"The data have shape {tuple(x.shape[1:])}, but this model makes {wanted}; "
                f"pass image_shape={wanted} to data.load."
            )
        check_values(np.asarray(x), "The data")
        if self.classes is not None:
            check_labels(y, len(x), self.classes)
        if any(size is not None and size % parts for size in sizes):
            raise ValueError(
                f"Batches of {' and '.join(str(size) for size in sizes if size)} do not all divide into {minibatches} "
                f"minibatches on {parts // minibatches} replicas; use batches of a multiple of {parts}, and drop a "
                "smaller last one."
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
