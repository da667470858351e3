"""Figures of merit of the samples in the logs of `fit`."""

import keras
import numpy as np

from keras_gan.sampling.labels import to_show


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
            raise ValueError(f"n={n} and every={every} must be at least 1.")
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
        label = to_show(model, self.n) if self.label is None else self.label
        samples = model.sample(self.n, seed=self.seed, label=label)
        if self.encoder is not None:
            samples = np.asarray(self.encoder(samples))
        figures = {}
        for name, metric in self.metrics.items():
            value = metric(samples)
            fields = value._asdict() if hasattr(value, "_asdict") else {"": value}
            figures.update({f"{name}_{field}".rstrip("_"): float(number) for field, number in fields.items()})
        return figures
