"""`--deterministic`: TensorFlow is told before the model is built, and a resumed run keeps to it."""

import json

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework import config as internals
from worker import points

import zoo
from keras_gan.cli.app import main

QUIET = {"verbose": 0, "pictures_every": 1000}


@pytest.fixture(autouse=True)
def afterwards_as_before():
    yield
    internals.disable_op_determinism()  # which TensorFlow's public functions do not offer


def test_the_option_reaches_tensorflow_and_a_resume_keeps_it(tmp_path):
    file, run = points(tmp_path), tmp_path / "run"
    command = ["train", "gan.gaussian1d", "--data", file, "--run", str(run), "--steps", "3", "--stop-at", "1"]
    with pytest.raises(SystemExit) as ended:
        main([*command, "--quiet", "--deterministic"])
    assert not ended.value.code and internals.is_op_determinism_enabled()
    assert json.loads((run / "config.json").read_text())["deterministic"] is True
    internals.disable_op_determinism()  # as in the next process
    zoo.train("gan.gaussian1d", run, resume=True, **QUIET)
    assert internals.is_op_determinism_enabled()


def test_a_run_that_began_without_it_cannot_get_it_later(tmp_path):
    options = {"dataset": points(tmp_path), "steps": 2, **QUIET}
    zoo.train("gan.gaussian1d", tmp_path / "run", stop_at=1, **options)
    assert not internals.is_op_determinism_enabled()
    with pytest.raises(ValueError, match="started with deterministic False"):
        zoo.train("gan.gaussian1d", tmp_path / "run", resume=True, deterministic=True, **options)


@pytest.mark.skipif(not tf.config.list_physical_devices("GPU"), reason="needs a GPU: CPUs repeat themselves anyway")
def test_a_gpu_repeats_itself_and_resumes_bit_for_bit(tmp_path):
    options = {"steps": 30, "deterministic": True, **QUIET}
    whole, _ = zoo.train("dcgan.digits", tmp_path / "whole", **options)
    zoo.train("dcgan.digits", tmp_path / "parts", stop_at=17, **options)
    parts, _ = zoo.train("dcgan.digits", tmp_path / "parts", resume=True, **QUIET)
    for one, other in zip(whole.get_weights(), parts.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
