"""An image has one number on every device: TF32 is off unless asked for, and a GPU's images are the CPU's to 1e-5."""

import json

import numpy as np
import pytest
import tensorflow as tf
from worker import game

import export
import zoo
from export.server.version import Version
from keras_gan.fast import tf32
from zoo.targets import of_saved_model

GPUS = tf.config.list_logical_devices("GPU")
on_a_gpu = pytest.mark.skipif(not GPUS, reason="needs a GPU, on which TF32 would show")
enabled = tf.config.experimental.tensor_float_32_execution_enabled


@pytest.fixture
def undecided(monkeypatch):
    """A process in which nobody has chosen yet, and TensorFlow's default holds."""
    monkeypatch.setattr(tf32, "settled", False)
    tf.config.experimental.enable_tensor_float_32_execution(True)
    yield
    tf32.allow(False)


def test_the_first_model_switches_tf32_off(undecided):
    game()
    assert not enabled()


@pytest.mark.parametrize("opened", [of_saved_model, lambda folder: Version(1, folder).load(None, None)])
def test_so_does_a_saved_model_that_is_measured_or_served(opened, undecided, tmp_path):
    tf.saved_model.save(tf.Module(), tmp_path)
    with pytest.raises(ValueError, match="no signature"):
        opened(tmp_path)
    assert not enabled()


def test_whoever_asks_for_tf32_has_it_in_every_model(undecided):
    tf32.allow()
    game()
    assert enabled()


@pytest.mark.parametrize("device", ["CPU", pytest.param("GPU", marks=on_a_gpu)])
def test_images_are_those_of_the_machine_that_released_them(device):
    """The recorded pixels are a CPU's."""
    recorded = json.loads((zoo.variant("dcgan.mnist").folder / "metadata.json").read_text())["first_pixels"]
    with tf.device(device):
        images = zoo.load("dcgan.mnist").sample(1)
    np.testing.assert_allclose(images.reshape(-1)[: len(recorded)], recorded, rtol=0, atol=1e-5)


@on_a_gpu
@pytest.mark.parametrize("name", ["dcgan.mnist", "r3gan.mnist", "gan.mnist", "dcgan_conditional.mnist"])
def test_a_gpu_makes_the_images_of_the_cpu(name, tmp_path):
    label = np.arange(64) % 10 if "conditional" in name else None
    with tf.device("CPU"):
        wanted = zoo.load(name).sample(64, label=label)
    np.testing.assert_allclose(zoo.load(name).sample(64, label=label), wanted, rtol=0, atol=1e-5)
    sample = tf.saved_model.load(str(export.saved_model(name, tmp_path / "served"))).signatures["sample"]
    given = {"seed": tf.range(64, dtype=tf.int64)} | ({} if label is None else {"label": tf.constant(label, tf.int32)})
    np.testing.assert_allclose(sample(**given)["images"], wanted, rtol=0, atol=1e-5)
