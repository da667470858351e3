"""Presets on the Hub: what is uploaded, read back from a Hub in this process, and from the cache without it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import hub_server
import numpy as np
import pytest
import yaml

import export
import zoo
from export.deploy.hub import hub_folder

pytest.importorskip("huggingface_hub", reason="pip install keras_gan[hub]")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def server():
    running = hub_server.start()
    yield running
    running.shutdown()
    running.server_close()


def python(program, place, endpoint, **environment):
    """A process whose Hub is at `endpoint`: huggingface_hub reads the environment when it is imported."""
    environment = {"HF_ENDPOINT": endpoint, "HF_HOME": str(place), "HF_HUB_DISABLE_TELEMETRY": "1", **environment}
    environment = {**os.environ, "HF_HUB_DISABLE_XET": "1", "HF_TOKEN": "hf_test", **environment}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


READ = """
import io, sys, numpy as np, zoo
try:
    model = zoo.load("hf://someone/digits")
except ValueError as error:
    sys.exit(f"said: {error}")
out = io.BytesIO()
np.save(out, model.sample(3, seed=5))
print(out.getvalue().hex())
"""


def test_pushed_and_read_again_online_and_from_the_cache(server, place):
    push = "import export\nprint(export.push_to_hub('dcgan.digits', 'someone/digits'))"
    run = python(push, place / "writer", server.url)
    assert run.returncode == 0, run.stderr
    assert "someone/digits" in run.stdout
    folder = zoo.variant("dcgan.digits").folder
    pushed = server.files["someone/digits"]
    assert pushed["average.safetensors"] == (folder / "average.safetensors").read_bytes()
    assert "sampler.onnx" in pushed and "samples.png" in pushed and "card.md" not in pushed

    wanted = zoo.load("dcgan.digits").sample(3, seed=5)
    for endpoint, environment in ((server.url, {}), ("http://127.0.0.1:9", {}), (server.url, {"HF_HUB_OFFLINE": "1"})):
        run = python(READ, place / "reader", endpoint, **environment)
        assert run.returncode == 0, run.stderr
        path = place / "images.npy"
        path.write_bytes(bytes.fromhex(run.stdout.split()[-1]))
        np.testing.assert_allclose(np.load(path), wanted, rtol=0, atol=1e-5)


@pytest.mark.parametrize("environment", [{}, {"HF_HUB_OFFLINE": "1"}])
def test_offline_and_not_cached_is_one_sentence(environment, tmp_path):
    run = python(READ, tmp_path, "http://127.0.0.1:9", **environment)
    assert run.returncode == 1
    (said,) = [line for line in run.stderr.splitlines() if line.startswith("said: ")]
    assert said == "said: hf://someone/digits is not in the cache and the Hub cannot be reached; try again online."


def test_a_repository_that_is_not_there(server, tmp_path):
    run = python(READ.replace("digits", "nothing"), tmp_path, server.url)
    assert run.returncode == 1 and "said: The Hub has no hf://someone/nothing" in run.stderr


def test_the_folder_of_a_preset(tmp_path):
    folder = hub_folder("dcgan_conditional.mnist", tmp_path / "new")
    _, front, text = (folder / "README.md").read_text().split("---\n", 2)
    read = yaml.safe_load(front)
    assert read["license"] == "apache-2.0" and read["library_name"] == "keras" and read["datasets"] == ["mnist"]
    assert "pipeline_tag" not in read  # it takes a label
    assert text == (zoo.variant("dcgan_conditional.mnist").folder / "card.md").read_text()
    assert zoo.load(folder).classes == 10


def test_the_folder_of_a_model_of_ones_own(tmp_path):
    model = zoo.load("gan.gaussian1d")
    model.sampler.weights[0].assign(model.sampler.weights[0].value * 1.1)
    folder = hub_folder(model, tmp_path / "new")
    _, front, text = (folder / "README.md").read_text().split("---\n", 2)
    assert "license" not in yaml.safe_load(front) and "weights: not stated" in text
    assert json.loads((folder / "metadata.json").read_text())["name"] is None
    np.testing.assert_allclose(zoo.load(folder).sample(3), model.sample(3), rtol=0, atol=1e-5)


@pytest.mark.parametrize("address", ["hf://digits", "hf://a/b/c", "hf://a b/c!"])
def test_what_is_no_address(address):
    with pytest.raises(ValueError, match="is no address: write hf://owner/name"):
        zoo.load(address)


def test_bad_input_is_one_sentence():
    for model, repository, sentence in (
        ("dcgan.mist", "someone/digits", "dcgan.mnist"),
        ("gan.tfd", "someone/digits", "no weights"),
        ("dcgan.digits", "digits", "is no repository"),
    ):
        with pytest.raises(ValueError, match=sentence):
            export.push_to_hub(model, repository)
