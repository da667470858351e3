"""A preset is read whole and as it was written, or not at all."""

import json
import shutil
import subprocess

import numpy as np
import pytest

import zoo
from export.runtime import GRAPH, Sampler
from keras_gan.files import manifest
from zoo.presets.preset import FILES
from zoo.registry import variant


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """With every file that a preset may have."""
    folder = tmp_path_factory.mktemp("presets") / "preset"
    shutil.copytree(variant("gan.gaussian1d").folder, folder)
    return folder


def names(folder):
    return sorted(path.name for pattern in FILES for path in folder.glob(pattern))


def test_every_shipped_preset_lists_every_file_of_its_model():
    for name in zoo.list_models(pretrained=True):
        folder = variant(name).folder
        assert sorted(manifest.read(folder)) == names(folder), name
        assert manifest.contents(folder, FILES).keys() == manifest.read(folder).keys()


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_the_usual_tool_reads_the_manifest(preset):
    assert subprocess.run(["sha256sum", "-c", "--quiet", manifest.NAME], cwd=preset).returncode == 0


@pytest.mark.parametrize("number", range(5))
def test_a_damaged_bit_or_block_is_noticed_wherever_it_is(preset, tmp_path, number):
    draw = np.random.default_rng(number)
    for file in (*names(preset), manifest.NAME):
        for damage in ("bit", "block"):
            folder = tmp_path / f"{file} {damage}"
            shutil.copytree(preset, folder)
            content = bytearray((folder / file).read_bytes())
            place = int(draw.integers(len(content)))
            if damage == "bit":
                content[place] ^= 1 << int(draw.integers(8))
            else:
                content[place : place + 512] = bytes(len(content[place : place + 512]))
            assert content != (preset / file).read_bytes()
            (folder / file).write_bytes(content)
            with pytest.raises(ValueError, match=r"\.$"):
                zoo.load(folder)


def test_what_is_missing_or_too_much_is_noticed(preset, tmp_path):
    for number, change in enumerate(
        (
            lambda folder: (folder / "average.safetensors").unlink(),
            lambda folder: (folder / "config.json").unlink(),
            lambda folder: shutil.copy(folder / "generator.safetensors", folder / "another.safetensors"),
            lambda folder: (folder / manifest.NAME).write_text(""),
        )
    ):
        folder = tmp_path / str(number)
        shutil.copytree(preset, folder)
        change(folder)
        with pytest.raises(ValueError, match="missing|does not list it|damaged"):
            zoo.load(folder)
    folder = tmp_path / "an average less"
    shutil.copytree(preset, folder)
    (folder / "average.safetensors").unlink()
    manifest.write(folder, FILES)  # consistent in itself
    with pytest.raises(ValueError, match=r"lacks average\.safetensors"):
        zoo.load(folder)


def test_a_preset_of_0_1_loads_and_must_have_a_digest_of_every_network(preset, tmp_path):
    folder = tmp_path / "old"
    shutil.copytree(preset, folder)
    (folder / manifest.NAME).unlink()
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["keras_gan"].startswith("0.1.")
    np.testing.assert_array_equal(zoo.load(folder).sample(4), zoo.load(preset).sample(4))
    for digests in ({}, {name: one for name, one in metadata["sha256"].items() if name != "average.safetensors"}):
        (folder / "metadata.json").write_text(json.dumps({**metadata, "sha256": digests}))
        with pytest.raises(ValueError, match="lacks"):
            zoo.load(folder)
    (folder / "metadata.json").write_text(json.dumps({**metadata, "keras_gan": "0.2.0"}))
    with pytest.raises(ValueError, match="has no SHA256SUMS"):
        zoo.load(folder)


def test_the_sampler_without_tensorflow_checks_its_files_too(preset, tmp_path):
    pytest.importorskip("onnxruntime", reason="pip install keras_gan[onnx]")
    for file in (GRAPH, "config.json", "average.safetensors"):
        folder = tmp_path / f"damaged {file.partition('.')[0]}"
        shutil.copytree(preset, folder)
        assert Sampler(folder).sample(2).shape == (2, 1)
        content = bytearray((folder / file).read_bytes())
        content[-2] ^= 1
        (folder / file).write_bytes(content)
        with pytest.raises(ValueError, match=f"{file} is damaged"):
            Sampler(folder)
