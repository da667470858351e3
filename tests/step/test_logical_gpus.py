"""Two halves of one card train like the whole of it: float32 products, and no TF32."""

import json
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from worker import ENVIRONMENT, SCRIPT

CASES = {"k1": {"k": 1}, "synchronized": {"normalised": True, "synchronized": True}}


@pytest.mark.skipif(not tf.config.list_physical_devices("GPU"), reason="needs a GPU; test_replicas.py is of CPUs")
def test_two_logical_gpus_train_like_one(tmp_path, kind="GPU"):
    out = tmp_path / "weights"
    order = json.dumps({"out": str(out), "cases": CASES, "steps": 20, "kind": kind})
    subprocess.run([sys.executable, str(SCRIPT), "logical", order], env=ENVIRONMENT, check=True, timeout=300)
    for name in CASES:
        one, two = (np.load(f"{out}.{name}.{number}.npz") for number in (1, 2))
        assert len(one.files) == len(two.files) > 4
        for key in one.files:
            np.testing.assert_allclose(two[key], one[key], atol=1e-5)
