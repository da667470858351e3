"""What must be set before TensorFlow starts: quiet logs, two logical devices, MNIST where it lies beside the clone."""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
BESIDE = Path(__file__).parents[2] / "shared" / "tensorflow_datasets"
if "TFDS_DATA_DIR" not in os.environ and BESIDE.is_dir():
    os.environ["TFDS_DATA_DIR"] = str(BESIDE)

import keras_gan  # noqa: E402, F401, I001  (before TensorFlow, so that oneDNN is on as in every process of ours)
import pytest  # noqa: E402
import tensorflow as tf  # noqa: E402

CPUS = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(CPUS[0], [tf.config.LogicalDeviceConfiguration()] * 2)


@pytest.fixture(scope="session")
def serving_models(tmp_path_factory):
    """The folder of conformance_models."""
    import conformance_models

    return conformance_models.write(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def server(serving_models):
    """One process of `keras-gan serve` over them, for all tests of this worker."""
    import servers

    process = servers.Process("--config", serving_models / "models.config", "--poll", "0.2")
    yield process
    process.kill()


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory):
    """TensorFlow.js, installed once."""
    import tfjs

    return tfjs.modules(tmp_path_factory.mktemp("npm"))
