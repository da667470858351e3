"""`--deterministic` and `--tf32` reach TensorFlow, `--synchronized` the networks, and a resumed run keeps to them."""

import json

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework import config as internals
from worker import points

import zoo
from keras_gan.cli.app import main
from keras_gan.fast import tf32
from keras_gan.files.atomic import write_json

QUIET = {"verbose": 0, "pictures_every": 1000}


def switches():
    return internals.is_op_determinism_enabled(), tf.config.experimental.tensor_float_32_execution_enabled()


def as_in_a_new_process():
    internals.disable_op_determinism()  # which TensorFlow's public functions do not offer
    tf32.allow(False)


@pytest.fixture(autouse=True)
def afterwards_as_before():
    as_in_a_new_process()
    yield
    as_in_a_new_process()


def test_the_options_reach_tensorflow_and_a_resume_keeps_them(tmp_path):
    file, run = points(tmp_path), tmp_path / "run"
    command = ["train", "gan.gaussian1d", "--data", file, "--run", str(run), "--steps", "3", "--stop-at", "1"]
    with pytest.raises(SystemExit) as ended:
        main([*command, "--quiet", "--deterministic", "--tf32"])
    assert not ended.value.code and switches() == (True, True)
    config = json.loads((run / "config.json").read_text())
    assert config["deterministic"] is True is config["tf32"]
    as_in_a_new_process()
    zoo.train("gan.gaussian1d", run, resume=True, **QUIET)
    assert switches() == (True, True)


@pytest.mark.parametrize("switch", ["deterministic", "tf32", "synchronized"])
def test_a_run_that_began_without_cannot_go_on_with(switch, tmp_path):
    write_json(tmp_path / "config.json", {"name": "gan.gaussian1d", switch: False})
    with pytest.raises(ValueError, match=f"started with {switch} False"):
        zoo.train("gan.gaussian1d", tmp_path, resume=True, **{switch: True})
    assert switches() == (False, False)


def test_statistics_of_all_replicas_need_networks_that_have_some(tmp_path):
    with pytest.raises(ValueError, match="no batch normalisation in generator and discriminator"):
        zoo.train("gan.gaussian1d", tmp_path / "run", dataset=points(tmp_path), synchronized=True, **QUIET)


@pytest.mark.skipif(not tf.config.list_physical_devices("GPU"), reason="needs a GPU: CPUs repeat themselves anyway")
def test_a_gpu_repeats_itself_and_resumes_bit_for_bit(tmp_path):
    options = {"steps": 30, "deterministic": True, **QUIET}
    whole, _ = zoo.train("dcgan.digits", tmp_path / "whole", **options)
    zoo.train("dcgan.digits", tmp_path / "parts", stop_at=17, **options)
    parts, _ = zoo.train("dcgan.digits", tmp_path / "parts", resume=True, **QUIET)
    for one, other in zip(whole.get_weights(), parts.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
