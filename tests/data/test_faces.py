"""Drawn faces: a picture is a function of its number, and what it shows is known."""

import importlib.util
import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data.faces import dataset, drawing, styles, workers

pytestmark = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("dicebear", "dicebear_styles", "resvg_py")),
    reason="the packages dicebear-core, dicebear-styles and resvg-py are not installed: pip install keras_gan[faces]",
)
COUNTS = {"personas": 10, "micah": 16, "toon-head": 10, "pixel-art": 16}  # attributes


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "keras_gan"


@pytest.mark.parametrize("style", styles.STYLES)
def test_every_style_has_pictures_over_white_attributes_a_licence_and_maps(style):
    source = data.read(f"faces/{style}", split="train[:60]")
    assert source.values.shape == (60, 64, 64, 3) and source.values.dtype == np.uint8
    assert (source.values[:, 0, 0] == 255).all()
    assert len({image.tobytes() for image in source.values}) == 60
    assert source.licence in ("CC BY 4.0", "CC0 1.0") and f"style {style}" in source.origin
    codes, values = source.attributes.codes, source.attributes.values
    assert codes.shape == (60, len(values)) == (60, COUNTS[style]) and codes.dtype == np.int32
    assert (codes >= 0).all() and (codes < [len(names) for names in values.values()]).all()
    maps = dataset.label_maps(f"faces/{style}", split="train[:60]")
    assert maps.shape == (60, 64, 64, 1) and maps.dtype == np.uint8 and maps.max() < len(styles.CLASSES)
    # What a map calls background is white in the picture, but for the edges, which are antialiased.
    assert (source.values[(maps == 0)[..., 0]] == 255).all(axis=-1).mean() > 0.93
    shares = np.bincount(maps.ravel(), minlength=8) / maps.size
    assert (shares[[0, 1, 2, 3, 5, 7]] > [0.2, 0.1, 0.04, 0.002, 0.002, 0.03]).all()


def test_an_attribute_is_what_the_drawing_was_made_of():
    """Number 0, read off the SVG by hand: its colours stand in it, and those that it does not have do not."""
    source = data.read("faces", split="train[:200]")
    assert source.attributes.names(0) == {
        "clothes": "squared", "eyes": "wink", "facial_hair": "none", "hair": "bobCut", "mouth": "pacifier",
        "nose": "mediumRound", "clothing_color": "#456dff", "facial_hair_color": "none", "hair_color": "#e16381",
        "skin_color": "#d78774",
    }  # fmt: skip
    for number in range(40):
        svg = drawing.avatar(styles.definition, "personas", number, styles.WHITE).to_string()
        names = source.attributes.names(number)
        for attribute in ("clothing_color", "hair_color", "facial_hair_color", "skin_color"):
            assert names[attribute] == "none" or names[attribute] in svg
        assert (names["facial_hair"] == "none") == (names["facial_hair_color"] == "none")
    bald = source.attributes.column("hair") == source.attributes.values["hair"].index("bald")
    assert bald.any() and (source.attributes.column("hair_color")[bald] == 0).all()
    # Clothes without a pattern have their colour in the lowest rows.
    plain = [row for row in range(200) if source.attributes.names(row)["clothes"] == "rounded"]
    for row in plain:
        wanted = bytes.fromhex(source.attributes.names(row)["clothing_color"][1:])
        assert Counter(map(bytes, source.values[row, 60:, 20:44].reshape(-1, 3)))[wanted] > 40
    assert len(plain) > 20


def test_parts_and_colours_are_as_frequent_as_the_package_says():
    """Six eyes alike, a beard in one of ten: within five standard deviations over 2,000 numbers, without rendering."""
    n, values = 2_000, styles.values("personas")
    codes = np.array([
        styles.codes("personas", drawing.avatar(styles.definition, "personas", i, styles.WHITE).to_json()["options"])
        for i in range(n)
    ])  # fmt: skip
    columns = dict(zip(values, codes.T, strict=True))
    for name, expected in {
        "eyes": [1 / 6] * 6, "nose": [1 / 3] * 3, "skin_color": [1 / 7] * 7, "hair": [1 / 20] * 20,
        "facial_hair": [0.9, *[0.1 / 6] * 6],
    }.items():  # fmt: skip
        expected = np.array(expected)
        found = np.bincount(columns[name], minlength=len(expected)) / n
        assert (np.abs(found - expected) < 5 * np.sqrt(expected * (1 - expected) / n)).all()


def test_pictures_do_not_depend_on_who_draws_them_or_with_whom():
    alone = [drawing.face("personas", number, (32, 32, 3)) for number in (20_000, 20_100, 20_219)]
    many = workers.drawn("faces", "personas", range(20_000, 20_220), (32, 32, 3))  # by several processes
    for (image, codes), row in zip(alone, (0, 100, 219), strict=True):
        np.testing.assert_array_equal(many["images"][row], image)
        np.testing.assert_array_equal(many["codes"][row], codes)
    few = data.read("faces", image_shape=(32, 32, 3), split="test[100:104]")
    np.testing.assert_array_equal(few.values, many["images"][100:104])


@pytest.mark.parametrize("shape", [(16, 16, 3), (128, 128, 3), (48, 64, 3), (64, 64, 1)])
def test_any_size(shape):
    source = data.read("faces", image_shape=shape, split="train[:3]")
    assert source.values.shape == (3, *shape)
    maps = dataset.label_maps("faces", shape, "train[:3]")
    assert maps.shape == (3, *shape[:2], 1) and len(np.unique(maps)) > 4


def test_a_whole_split_is_kept_and_parts_are_cut_out_of_it(monkeypatch, cache):
    monkeypatch.setattr(dataset, "SPLITS", {"train": range(6), "test": range(6, 8)})
    whole = data.read("faces", image_shape=(8, 8, 3))
    (path,) = cache.iterdir()
    assert len(whole.values) == 6 and "personas-faces-0-6-8x8x3" in path.name
    monkeypatch.setattr(workers, "faces", None)  # nothing is drawn again
    np.testing.assert_array_equal(
        data.read("faces", image_shape=(8, 8, 3), split="train[1:3]").values, whole.values[1:3]
    )
    np.testing.assert_array_equal(data.read("faces/personas", image_shape=(8, 8, 3)).values, whole.values)


def test_an_attribute_as_the_label():
    batches = data.load("faces", (16, 16, 3), 8, split="train[:40]", with_labels="eyes")
    images, labels = next(iter(batches))
    assert images.shape == (8, 16, 16, 3) and labels.shape == (8,) and labels.dtype == "int32"
    assert batches.classes == 6 and batches.class_names == ("glasses", "happy", "open", "sleep", "sunglasses", "wink")
    source = data.read("faces", image_shape=(16, 16, 3), split="train[:40]")
    for image, label in zip(images, labels, strict=True):
        levels = np.round((image.numpy() + 1) * 127.5)
        assert source.attributes.column("eyes")[(source.values == levels).all(axis=(1, 2, 3)).argmax()] == label
    assert next(iter(data.load("faces", (16, 16, 3), 8, split="train[:40]"))).shape == (8, 16, 16, 3)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"with_labels": True}, "has attributes rather than one label: with_labels= takes one of clothes, eyes, "),
        ({"with_labels": "glasses"}, "There is no attribute 'glasses'; there are clothes, eyes, "),
        ({"split": "valid"}, r'the splits "train" and "test", or parts such as "train\[:200\]", not'),
        ({"split": "train[30000:]"}, "holds no face: train has 20,000"),
    ],
)
def test_one_sentence_for_what_there_is_not(options, says):
    with pytest.raises(ValueError, match=says) as error:
        data.load("faces", (8, 8, 3), 8, **{"split": "train[:8]", **options})
    assert len(str(error.value).splitlines()) == 1


def test_digits_have_no_attributes():
    with pytest.raises(ValueError, match="digits has no attributes, so 'hair' cannot be its label"):
        data.load("digits", with_labels="hair")


def test_a_worker_that_fails_is_an_error_and_the_others_end(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "resvg_py.py").write_text("def svg_to_bytes(**_):\n    raise OSError('no more fonts')\n")
    with pytest.raises(RuntimeError, match="Drawing faces failed: .*no more fonts"):
        workers.drawn("faces", "personas", range(300), (8, 8, 3))


@pytest.mark.parametrize("missing", ["dicebear", "dicebear_styles", "resvg_py"])
def test_without_its_packages_it_says_what_to_install(monkeypatch, missing):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else found(name))
    styles.definition.cache_clear()
    with pytest.raises(ImportError, match=r"pip install 'keras_gan\[faces\]'") as error:
        data.read("faces")
    assert len(str(error.value).splitlines()) == 1


def test_drawing_needs_no_tensorflow():
    program = "import sys; import keras_gan.data.faces.workers; assert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
