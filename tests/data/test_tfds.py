"""TensorFlow Datasets as sources."""

import ast
import os
import time
from pathlib import Path

import numpy as np
import pytest
from pictures import gradient, picture

from keras_gan.data import resize, source, tfds, toys
from keras_gan.data.source import read

MNIST = Path(os.environ.get("TFDS_DATA_DIR", "")) / "mnist"
needs_mnist = pytest.mark.skipif(
    not (os.environ.get("TFDS_DATA_DIR") and MNIST.is_dir()), reason="TFDS_DATA_DIR holds no prepared MNIST"
)


@pytest.mark.parametrize("module", [source, resize, tfds, toys])
def test_slow_packages_are_imported_where_they_are_needed(module):
    for node in ast.parse(Path(module.__file__).read_text()).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        assert not {"tensorflow", "tensorflow_datasets", "sklearn", "requests"} & {name.split(".")[0] for name in names}


@needs_mnist
def test_mnist():
    source = read("mnist", split="train[:5000]")
    assert source.values.shape == (5000, 28, 28, 1) and source.values.dtype == np.uint8
    assert source.labels.dtype == np.int32 and set(source.labels) == set(range(10)) and source.classes == 10
    assert source.licence == "CC BY-SA 3.0" and "mnist/3.0.1" in source.origin
    padded = read("mnist:3.0.1", split="test[:100]", image_shape=(32, 32, 3))
    assert padded.values.shape == (100, 32, 32, 3)
    np.testing.assert_array_equal(source.values, read("mnist", split="train[:5000]").values)
    for split in ("foo", "train[5:2]", "train[:"):
        with pytest.raises(ValueError, match=r"has no examples in the split .* it has 'train' \(60000\), 'test'"):
            read("mnist", split=split)


@needs_mnist
def test_a_name_means_the_tfds_set_even_beside_a_folder_of_that_name(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(MNIST.parent.resolve()))
    monkeypatch.chdir(tmp_path)
    for folder in ("mnist", "photographs"):
        (tmp_path / folder).mkdir()
        picture(5, 5).save(tmp_path / folder / "sample.png")
    assert len(read("mnist", split="test[:10]").values) == 10
    assert len(read("./mnist").values) == len(read("photographs").values) == 1


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder with two image sets that TFDS itself has written: photographs of any size with classes, RGBA without."""
    import tensorflow_datasets

    core, features = tensorflow_datasets.core, tensorflow_datasets.features
    pictures = [gradient(20 + number, 30 - number, 3) for number in range(6)]

    class TinyPhotographs(core.GeneratorBasedBuilder):
        VERSION = core.Version("1.0.0")

        def _info(self):
            record = {"image": features.Image(encoding_format="png"), "kind": features.Text()}
            record["label"] = features.ClassLabel(names=["cat", "dog", "emu"])
            homepage = "https://example.org/photographs"
            return core.DatasetInfo(builder=self, features=features.FeaturesDict(record), homepage=homepage)

        def _split_generators(self, dl_manager):
            return {"train": self._generate_examples(range(6)), "test": self._generate_examples(range(3))}

        def _generate_examples(self, numbers):
            for number in numbers:
                yield number, {"image": pictures[number], "kind": "photograph", "label": number % 2}

    class TinyStickers(core.GeneratorBasedBuilder):
        VERSION = core.Version("2.0.0")

        def _info(self):
            record = {"image": features.Image(shape=(8, 8, 4), encoding_format="png")}
            return core.DatasetInfo(builder=self, features=features.FeaturesDict(record))

        def _split_generators(self, dl_manager):
            return {"train": self._generate_examples()}

        def _generate_examples(self):
            yield 0, {"image": np.zeros((8, 8, 4), np.uint8)}

    folder = tmp_path_factory.mktemp("tensorflow_datasets")
    tensorflow_datasets.disable_progress_bar()
    for builder in (TinyPhotographs, TinyStickers):
        builder(data_dir=folder).download_and_prepare()
    return folder, pictures


def test_tfds_sets_of_any_size(prepared, monkeypatch):
    folder, pictures = prepared
    monkeypatch.setenv("TFDS_DATA_DIR", str(folder))
    source = read("tiny_photographs", image_shape=(16, 16, 3))
    assert source.values.shape == (6, 16, 16, 3) and source.classes == 3
    assert source.licence == "see https://example.org/photographs" and "tiny_photographs/1.0.0" in source.origin
    expected = [read(one[None], image_shape=(16, 16, 3)).values[0] for one in pictures]
    for values, label in zip(source.values, source.labels, strict=True):  # TFDS stores them in an order of its own
        (number,) = [number for number, one in enumerate(expected) if np.array_equal(one, values)]
        assert label == number % 2
    assert read("tiny_photographs", split="test").values.shape[0] == 3
    stickers = read("tiny_stickers")
    assert stickers.values.shape == (1, 8, 8, 3) and (stickers.values == 255).all() and stickers.labels is None


def test_absent_tfds_set_is_one_quick_sentence(tmp_path, monkeypatch, capfd):
    """A network that refuses: whatever this machine has, the proxy named here does not answer."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        read("fashion_mnist")  # imports TFDS, which may take long and print
    capfd.readouterr()
    started = time.monotonic()
    with pytest.raises(FileNotFoundError) as error:
        read("fashion_mnist")
    assert time.monotonic() - started < 5
    message = str(error.value)
    assert "\n" not in message
    assert f"'fashion_mnist' is not found in {tmp_path} and fashion-mnist" in message
    assert "set TFDS_DATA_DIR" in message and "`tfds build fashion_mnist`" in message
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []
