"""Tiny pairs, and the processes that the tests start and kill: `python worker.py TASK JSON`."""

import functools
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from keras_gan import GAN, data
from keras_gan.data.rows import Rows
from keras_gan.networks.synchronized import synchronize
from keras_gan.step import replicas
from keras_gan.step.turn import Turn

IMAGE = (8, 8, 1)
SCRIPT = Path(__file__)
# The processes import the same package as the tests, whether it is installed or lies beside them.
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(SCRIPT.parents[2]), os.environ.get("PYTHONPATH", "")]),
}


@functools.cache
def mirrored():
    """Two replicas in this process. One strategy for all tests: TensorFlow gives the collective operations of a second
    one the numbers of the first's, and complains of their shapes."""
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def pair(shape=IMAGE, latent_dim=4, width=16, dropout=0.0, normalised=False, classes=None, seed=0):
    """(generator, discriminator), fully connected, with the same weights for the same seed."""
    keras.utils.set_random_seed(seed)

    def player(name, features, sizes, activation):
        x = inputs = keras.Input(features)
        x = layers.Flatten()(x)
        if classes:
            label = keras.Input((), dtype="int32")
            x = layers.Concatenate()([x, layers.Embedding(classes, 3)(label)])
        x = layers.Dense(width)(x)
        if normalised:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.LeakyReLU(0.2)(x)
        if dropout:
            x = layers.Dropout(dropout)(x)
        x = layers.Dense(int(np.prod(sizes)), activation, dtype="float32")(x)
        x = layers.Reshape(sizes, dtype="float32")(x)
        return keras.Model([inputs, label] if classes else inputs, x, name=name)

    generator = player("generator", (latent_dim,), shape, "tanh" if len(shape) == 3 else None)
    return generator, player("discriminator", shape, (1,), None)


def game(optimizers=("adam", "adam"), compiled=None, *, rates=(0.002, 0.001), pair_options=None, **options):
    """A small GAN of digits, compiled; the learning rates differ, so that a mix-up would be seen."""
    pair_options = {"classes": options.get("classes"), **(pair_options or {})}
    model = GAN(*pair(**pair_options), **options)
    if optimizers:
        made = [keras.optimizers.get({"class_name": o, "config": {"learning_rate": r}}) if isinstance(o, str) else o
                for o, r in zip(optimizers, rates, strict=True)]  # fmt: skip
        model.compile(*made, **(compiled or {}))
    return model


def noisy(**options):
    """The pair that has everything a checkpoint can forget: dropout, batch statistics, an average, two Adams, k = 2."""
    options = {"discriminator_steps": 2, "average_decay": 0.9, "seed": 7, **options}
    return game(pair_options={"dropout": 0.3, "normalised": True}, **options)


def noise_states(model):
    """State variables of the layers' random number generators, int64 [2] each."""
    variables = model.generator.variables + model.discriminator.variables
    return [variable for variable in variables if variable.name == "seed_generator_state"]


def state(model):
    """Everything that the next step depends on, and that the next step's noise is, by name: {name: array}."""
    found = {f"weight {i} {w.path}": w for i, w in enumerate(model.weights)}
    found |= {f"slot {i} {v.path}": v for i, v in enumerate(model.optimizer.variables)}
    if model.average_generator is not None:
        found |= {f"average {i} {w.path}": w for i, w in enumerate(model.average_generator.weights)}
    found["steps"] = model.steps
    arrays = {name: keras.ops.convert_to_numpy(variable) for name, variable in found.items()}
    # The noise of the next step, as its first turn would draw it.
    real = tf.zeros((4, *model.generator.output_shape[1:]))
    condition = None if model.classes is None else tf.zeros(4, tf.int32)
    if model.from_input:
        condition = (tf.zeros((4, *model.generator.inputs[1].shape[1:])),)
    kept = [keras.ops.convert_to_numpy(w) for w in model.generator.weights]
    arrays["next fake"] = Turn(model, real, condition, model.seed_of(0)).generate().numpy()
    model.generator.set_weights(kept)
    for number, variable in enumerate(noise_states(model)):
        arrays[f"next noise state {number}"] = keras.ops.convert_to_numpy(variable)
    return {name.replace("/", "."): value for name, value in arrays.items()}


def same(one, other):
    """Names of what differs by as little as a bit."""
    positions = list(zip(one.items(), other.items(), strict=True))
    return [a for (a, x), (_, y) in positions if x.dtype != y.dtype or x.tobytes() != y.tobytes()]


class Say(keras.callbacks.Callback):
    """Tells the parent process, through a file, how far training is, slowly enough to be killed in between."""

    def __init__(self, path):
        super().__init__()
        self.path = Path(path)

    def on_train_batch_end(self, batch, logs=None):
        aside = self.path.with_suffix(".aside")
        aside.write_text(str(int(self.model.steps)))
        aside.replace(self.path)
        time.sleep(0.05)


def digits(**options):
    return data.load("digits", batch_size=300, seed=3, **options)


def backup(folder, epochs, out, double=False, progress=None):
    """fit with BackupAndRestore; five steps an epoch."""
    model = noisy()
    callbacks = [keras.callbacks.BackupAndRestore(folder, double_checkpoint=double, delete_checkpoint=False)]
    callbacks += [Say(progress)] if progress else []
    model.fit(digits(), epochs=epochs, callbacks=callbacks, verbose=0)
    np.savez(out, **state(model))


def continued(path, steps, out, progress=None):
    """A `.keras` file (or a new model), trained up to `steps` and saved after every five."""
    path = Path(path)
    model = keras.saving.load_model(path) if path.exists() else noisy()
    while int(model.steps) < steps:
        model.fit(digits(), epochs=1, callbacks=[Say(progress)] if progress else [], verbose=0)
        aside = path.with_name("aside.keras")
        model.save(aside)
        os.replace(aside, path)
    np.savez(out, **state(model))


def saving(run):
    """Nothing but checkpoints, until killed."""
    from zoo.runs.checkpoint import Checkpoint

    model = noisy()
    checkpoint = Checkpoint(Path(run), 0)
    checkpoint.set_model(model)
    number = 0
    while True:
        number += 1
        model.steps.assign(number)
        checkpoint.save()


def sampled(path, out, label=None):
    """Images of a saved model, one seed at a time, in a process that never trained."""
    model = keras.saving.load_model(path)
    np.save(out, np.concatenate([model.sample(1, seed=seed, label=label) for seed in range(-2, 3)]))


def trained(run, options):
    """zoo.train with a checkpoint after every epoch."""
    import zoo

    zoo.train("gan.gaussian1d", run, checkpoint_seconds=0, pictures_every=1000, verbose=0, **options)


def points(folder, n=1000):
    """A file of 1,000 points: five steps of 200 in an epoch of gan.gaussian1d."""
    path = Path(folder) / f"{n}.npy"
    np.save(path, np.random.default_rng(5).normal(-1, 1, (n, 1)).astype("float32"))
    return str(path)


def multiple(out, cases, steps):
    """One of several workers (TF_CONFIG says which): trains each case, writes the weights, history and masks it has."""
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    index = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
    for name, options in cases.items():
        weights, history, mask = train_distributed(strategy, steps, **options)
        np.savez(f"{out}.{name}.{index}.npz", *weights)
        Path(f"{out}.{name}.{index}.json").write_text(json.dumps({"history": history, "mask": mask}))


def logical(out, cases, steps, kind):
    """Trains each case on one device of a kind, and on two that are halves of it; writes the weights of either."""
    device = tf.config.list_physical_devices(kind)[0]
    half = {"memory_limit": 4096} if kind == "GPU" else {}  # MB
    tf.config.set_logical_device_configuration(device, [tf.config.LogicalDeviceConfiguration(**half)] * 2)
    tf.config.experimental.enable_tensor_float_32_execution(False)
    for number in (1, 2):
        strategy = tf.distribute.MirroredStrategy([f"{kind}:{index}" for index in range(number)])
        for name, options in cases.items():
            np.savez(f"{out}.{name}.{number}.npz", *train_distributed(strategy, steps, **options)[0])


def train_distributed(strategy, steps, k=1, dropout=0.0, normalised=False, synchronized=False):
    """-> (weights after `steps` steps of k * 32 digits, history of two epochs, a dropout mask per local replica)."""
    with strategy.scope():
        model = game(
            ("sgd", "sgd"), rates=(0.2, 0.1), discriminator_steps=k, average_decay=0.9,
            pair_options={"dropout": dropout, "normalised": normalised},
        )  # fmt: skip
        if synchronized:
            synchronize(model.generator, model.discriminator)
    batches = data.load("digits", batch_size=32 * k, seed=1)
    history = model.fit(batches, epochs=2, steps_per_epoch=steps // 2, verbose=0).history
    history = {name: [float(value) for value in values] for name, values in history.items()}
    masks = []
    if dropout:
        masking = next(layer for layer in model.discriminator.layers if isinstance(layer, layers.Dropout))

        def mask():
            replicas.reseed([model.generator, model.discriminator], tf.constant([1, 2]))
            return masking(tf.ones((1, 40)), training=True)

        masks = [m.numpy()[0].tolist() for m in strategy.experimental_local_results(strategy.run(mask))]
    return model.get_weights(), history, masks


class Watched(Rows):
    """Rows that keep which of them are read, batch after batch."""

    def __init__(self, values):
        super().__init__(values.shape, values.dtype, lambda numbers: values[numbers])
        self.asked = []

    def read(self, numbers):
        self.asked.append(numbers.tolist())
        return super().read(numbers)


def reading(out, steps):
    """One of several workers, which trains on rows that it reads when they are needed; writes the rows it asked for."""
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    index = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
    rows = Watched(data.read("digits").values)
    with strategy.scope():
        model = game()
    batches = data.load(data.Source("watched", rows, None, None, "", ""), batch_size=32, seed=1)
    model.fit(batches, steps_per_epoch=steps, verbose=0)
    Path(f"{out}.{index}.json").write_text(json.dumps(rows.asked))


TASKS = {task.__name__: task for task in (backup, continued, saving, sampled, trained, multiple, reading, logical)}

if __name__ == "__main__":
    TASKS[sys.argv[1]](**json.loads(sys.argv[2]))
