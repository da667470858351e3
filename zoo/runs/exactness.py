"""What a resumed run must find as it was, so that it ends with the bits of one that was never stopped."""

import hashlib
import warnings

import keras
import tensorflow as tf

from keras_gan.data.rows import update
from keras_gan.step import device
from zoo.runs.folder import read_config

WORDS = {
    "data_sha256": "other data of the same name",
    "jit_compile": "jit_compile",
    "onednn": "oneDNN",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "cpu": "the CPU",
    "gpu": "the GPU",
}


def surroundings(source, jit_compile):
    """{what: its value now} of all that changes bits and is no setting of the run."""
    return {
        "data_sha256": digest(source), "jit_compile": jit_compile, "onednn": device.onednn(),
        "tensorflow": tf.__version__, "keras": keras.__version__, "cpu": device.cpu_name(),
        "gpu": gpu_name(),
    }  # fmt: skip


def gpu_name():
    """The first GPU's name; None where TensorFlow has none."""
    gpus = tf.config.list_physical_devices("GPU")
    return tf.config.experimental.get_device_details(gpus[0]).get("device_name", "unknown") if gpus else None


def digest(source):
    """The SHA-256 of a data set's values, labels and inputs, with their types and shapes."""
    found = hashlib.sha256()
    for array in (source.values, source.labels, source.inputs):
        if array is not None:
            update(found, array)
    return found.hexdigest()


def check(run, now, anyway):
    """Compares with the run's last start; what an older version has not recorded is not compared. Raises ValueError
    with one sentence for what has changed, or warns of it where the caller wants to go on `anyway`."""
    first = read_config(run)
    last = first | (first.get("resumed") or [{}])[-1]
    changed = [words(key, last[key], value) for key, value in now.items() if key in last and last[key] != value]
    if not changed:
        return
    what = f"{run} was started with {' and '.join(changed)}"
    if not anyway:
        raise ValueError(
            f"{what}: its end would not be that of an uninterrupted run; restore it, or resume with --anyway."
        )
    warnings.warn(f"{what}: its end will not be that of an uninterrupted run.", stacklevel=3)


def words(key, before, now):
    return WORDS[key] if key == "data_sha256" else f"{WORDS[key]} {before} (now {now})"
