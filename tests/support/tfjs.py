"""TensorFlow.js in Node: where it comes from, and graph models run by it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

RUNNER = Path(__file__).with_name("tfjs_runner.cjs")
PACKAGES = [f"@tensorflow/tfjs-{part}@4.22.0" for part in ("core", "converter", "backend-cpu")]


def modules(place):
    """The folder node_modules: the one that KERAS_GAN_NODE_MODULES names, or a new one in `place`, from npm."""
    if "KERAS_GAN_NODE_MODULES" in os.environ:
        return Path(os.environ["KERAS_GAN_NODE_MODULES"])
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("TensorFlow.js needs node and npm on the PATH.")
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES]
    run = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=300)
    if run.returncode:
        pytest.skip(f"npm could not install TensorFlow.js: {run.stderr[-200:]}")
    return place / "node_modules"


def answers(node_modules, folders, seeds, labels=(), inputs=None):
    """[(z, what the model makes of it) of each folder that export.tfjs wrote], flat float32. inputs: {folder: images},
    of models that make images from images."""
    for folder in folders:
        asked = {"seeds": [str(seed) for seed in seeds], "labels": list(map(int, labels))}
        (folder / "seeds.json").write_text(json.dumps(asked))
        if inputs:
            (folder / "input.bin").write_bytes(np.ascontiguousarray(inputs[folder], "<f4").tobytes())
    command = ["node", RUNNER, node_modules, *folders]
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return [[np.fromfile(folder / f"{name}.bin", "float32") for name in ("z", "answer")] for folder in folders]
