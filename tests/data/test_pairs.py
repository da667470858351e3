"""Pairs: files that belong together, ready tasks, and jitter that moves both alike."""

import importlib.util

import numpy as np
import pytest
import tensorflow as tf
from PIL import ExifTags, Image

from keras_gan import data
from keras_gan.data import resize, rows
from keras_gan.data.faces import dataset, styles
from keras_gan.data.jitter import moved
from keras_gan.sampling.palettes import rgb
from zoo.runs import exactness

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (6, 8, 8, 3), "uint8")
TARGETS = 255 - IMAGES
needs_faces = pytest.mark.skipif(not importlib.util.find_spec("dicebear"), reason="pip install keras_gan[faces]")


@pytest.fixture
def folders(tmp_path):
    """Two folders of equal names, a folder of A|B, and one with splits."""
    for row, (one, other) in enumerate(zip(IMAGES, TARGETS, strict=True)):
        for name, image in (("a", one), ("b", other), ("ab", np.concatenate([one, other], axis=1))):
            (tmp_path / name).mkdir(exist_ok=True)
            Image.fromarray(image).save(tmp_path / name / f"{row}.png")
        split = tmp_path / "splits" / ("test" if row == 5 else "train")
        split.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.concatenate([one, other], axis=1)).save(split / f"{row}.png")
    return tmp_path


def holds(source, inputs, targets):
    np.testing.assert_array_equal(source.inputs, inputs)
    np.testing.assert_array_equal(source.values, targets)


def test_every_layout_gives_the_same_pairs(folders):
    holds(data.read_pairs(folders / "ab"), IMAGES, TARGETS)
    holds(data.read_pairs(folders / "ab", direction="BtoA"), TARGETS, IMAGES)
    holds(data.read_pairs((folders / "a", folders / "b")), IMAGES, TARGETS)
    holds(data.read_pairs((IMAGES, TARGETS)), IMAGES, TARGETS)
    holds(data.read_pairs(folders / "splits", split="test"), IMAGES[5:], TARGETS[5:])
    grey = data.read_pairs(folders / "ab", image_shape=(4, 4, 1))
    assert grey.inputs.shape == grey.values.shape == (6, 4, 4, 1)


def test_a_split_that_is_not_there_is_not_another_one(folders):
    for split in ("tset", "val", "train[:1]", ""):
        with pytest.raises(ValueError, match="has no .* split: put its images into"):
            data.read_pairs(folders / "ab", split=split)
    with pytest.raises(ValueError, match="A split is a name"):
        data.read_pairs(folders / "ab", split=None)
    for name in ("train", "val"):
        (folders / "published" / name).mkdir(parents=True)
        Image.new("RGB", (16, 8)).save(folders / "published" / name / "0.png")
    assert len(data.read_pairs(folders / "published", split="val").values) == 1
    for split in ("test", "../published/val"):
        with pytest.raises(ValueError, match=f"has no {split} split"):
            data.read_pairs(folders / "published", split=split)


def test_what_is_no_pair_is_one_sentence(folders):
    Image.new("RGB", (9, 8)).save(folders / "ab" / "odd.png")
    with pytest.raises(ValueError, match="odd.png' is 9 pixels wide"):
        data.read_pairs(folders / "ab")
    Image.new("RGB", (4, 8)).save(folders / "b" / "0.png")
    with pytest.raises(ValueError, match=r"images '0' differ in size: \(8, 8\) and \(4, 8\)"):
        data.read_pairs((folders / "a", folders / "b"))
    (folders / "b" / "3.png").unlink()
    with pytest.raises(ValueError, match="'3' is in .*a' and has no partner in .*b'"):
        data.read_pairs((folders / "a", folders / "b"))
    for what, says in (
        ((IMAGES, TARGETS[:5]), "6 inputs and 5 targets"),
        ((IMAGES, TARGETS[:, :4]), "are no pairs"),
        ("nothing", "Pairs are one of faces.labels"),
    ):
        with pytest.raises(ValueError, match=says):
            data.read_pairs(what)
    with pytest.raises(ValueError, match="direction is"):
        data.read_pairs(folders / "splits", direction="AtoA")
    with pytest.raises(ValueError, match="leave with_labels and labelled out"):
        data.load(data.read_pairs((IMAGES, TARGETS)), batch_size=2, with_labels=True)


def test_label_maps_of_the_users_own(folders, monkeypatch):
    """Maps of another size keep their colours, in folders and arrays; a colour that is no label is named."""
    palette = {"sky": "#A0C0FF", "grass": "#409030", "sea": "#102040"}
    colours = rgb({name: colour.lower() for name, colour in palette.items()})
    maps = colours[RANDOM.integers(0, 3, (6, 8, 8))]
    for row, one in enumerate(maps):
        Image.fromarray(one).save(folders / "a" / f"{row}.png")
    both, arrays = (folders / "a", folders / "b"), (maps, TARGETS)
    floats = (maps.astype(np.float32) / 127.5 - 1.0, TARGETS.astype(np.float32) / 127.5 - 1.0)
    for what in (both, arrays, floats):
        source = data.read_pairs(what, image_shape=(5, 5, 3), palette=palette)
        assert source.palette == {"sky": "#a0c0ff", "grass": "#409030", "sea": "#102040"}
        assert source.inputs.shape == (6, 5, 5, 3) and source.inputs.dtype == np.uint8
        assert {tuple(one) for one in source.inputs.reshape(-1, 3)} == {tuple(one) for one in colours}
        np.testing.assert_array_equal(data.read_pairs(what, palette=palette).inputs, maps)
    in_memory = data.read_pairs(both, image_shape=(5, 5, 3), palette=palette)
    monkeypatch.setattr(rows, "IN_MEMORY", 100)
    for what in (both, arrays):
        source = data.read_pairs(what, image_shape=(5, 5, 3), palette=palette)
        assert isinstance(source.inputs, rows.Rows)
        holds(source, in_memory.inputs, in_memory.values)
    maps[4, 2, 3] = 1, 2, 3
    Image.fromarray(maps[4]).save(folders / "a" / "4.png")
    for what, name in ((both, "4.png'"), (arrays, "Input 4")):
        with pytest.raises(ValueError, match=f"{name} has the colour #010203 at row 2, column 3, which is no label"):
            data.read_pairs(what, palette=palette).inputs[:]
    for wrong in ({}, {"sky": "#fff"}, {"sky": "blue"}, {"a": "#ffffff", "b": "#FFFFFF"}, ["#ffffff"], {1: "#ffffff"}):
        with pytest.raises(ValueError, match="palette"):
            data.read_pairs(both, palette=wrong)
    with pytest.raises(ValueError, match="its own direction and palette"):
        data.read_pairs("faces.labels", palette=palette)
    with pytest.raises(ValueError, match="its own direction and palette"):
        data.read_pairs("faces.lines", direction="BtoA")
    for grey in ({"image_shape": (5, 5, 1)}, {}):
        with pytest.raises(ValueError, match=r"Label maps in colours are \[h, w, 3\]"):
            data.read_pairs((maps[..., :1], TARGETS), palette=palette, **grey)
    for shape in (5, (5, 5)):
        with pytest.raises(ValueError, match="image_shape is"):
            data.read_pairs(arrays, palette=palette, image_shape=shape)


def test_a_wrong_colour_is_found_at_any_size_and_in_either_half(folders):
    """A map is looked at before it is fitted, which may leave the wrong pixel out."""
    maps = np.zeros((8, 16, 3), np.uint8)
    maps[5, 11] = 1, 2, 3
    (folders / "maps").mkdir()
    Image.fromarray(maps).save(folders / "maps" / "0.png")
    for shape in (None, (4, 4, 3), (2, 2, 3)):
        with pytest.raises(ValueError, match="The right half of .*0.png' has the colour #010203 at row 5, column 3"):
            data.read_pairs(folders / "maps", palette={"sea": "#000000"}, direction="BtoA", image_shape=shape)
        assert not data.read_pairs(folders / "maps", palette={"sea": "#000000"}, image_shape=shape).inputs.any()


def test_how_large_pairs_are_read_is_part_of_their_digest(folders, monkeypatch):
    monkeypatch.setattr(rows, "IN_MEMORY", 100)
    maps = {"black": "#000000"}
    for row in range(6):
        Image.new("RGB", (16, 8)).save(folders / "ab" / f"{row}.png")
    options = ({}, {"palette": maps}, {"direction": "BtoA"}, {"image_shape": (4, 4, 3)})
    found = {exactness.digest(data.read_pairs(folders / "ab", **one)) for one in options}
    assert len(found) == len(options)


def test_of_many_pairs_sizes_are_looked_at_first(folders, monkeypatch):
    """Of pairs that are read when they are needed: before training, from the files' headers."""
    monkeypatch.setattr(rows, "IN_MEMORY", 100)
    turned = Image.fromarray(IMAGES[0][:, :4])
    turned.getexif()[ExifTags.Base.Orientation] = 6  # on its side: 8 pixels wide and 4 high
    turned.save(folders / "a" / "2.png", exif=turned.getexif())
    for kind, size in (("png", (8, 4)), ("jpg", (8, 4)), ("tif", (8, 4))):
        turned.save(folders / f"turned.{kind}", exif=turned.getexif())
        assert resize.size_of(folders / f"turned.{kind}") == resize.open_image(folders / f"turned.{kind}").size == size
    assert resize.size_of(folders / "a" / "0.png") == (8, 8)
    with pytest.raises(ValueError, match=r"images '2' differ in size: \(8, 4\) and \(8, 8\)"):
        data.read_pairs((folders / "a", folders / "b"))
    Image.new("RGB", (9, 8)).save(folders / "ab" / "odd.png")
    with pytest.raises(ValueError, match="odd.png' is 9 pixels wide"):
        data.read_pairs(folders / "ab")
    with pytest.raises(ValueError, match=r"Inputs of \(8, 8\) and targets of \(8, 6\) pixels are no pairs"):
        data.read_pairs((IMAGES, TARGETS[:, :, :6]), image_shape=(4, 4, 3))


def test_batches_are_inputs_and_targets_moved_alike():
    source = data.read_pairs((IMAGES, TARGETS))
    for options in ({}, {"jitter": 3, "flip": True}):
        inputs, targets = next(iter(data.load(source, batch_size=6, **options)))
        np.testing.assert_allclose(inputs, -targets, atol=1e-5)  # each is the other's negative wherever it lies
        assert inputs.shape == (6, 8, 8, 3)
    again = next(iter(data.load(source, batch_size=6, jitter=3, flip=True)))
    np.testing.assert_array_equal(again[0], inputs)


def test_jitter_by_hand():
    images = tf.constant(RANDOM.uniform(-1, 1, (200, 6, 4, 1)), tf.float32)
    seed = tf.constant([3, 5], tf.int64)
    flipped = moved(images, seed, 0, True).numpy()
    mirrored = (flipped == images.numpy()[:, :, ::-1]).all(axis=(1, 2, 3))
    assert 70 < mirrored.sum() < 130
    np.testing.assert_array_equal(flipped[~mirrored], images.numpy()[~mirrored])
    ramp = tf.broadcast_to(tf.reshape(tf.range(6.0), [1, 6, 1, 1]), [200, 6, 6, 1])
    starts = np.unique(moved(ramp, seed, 6, False, exact=True).numpy()[:, 0, 0, 0])
    np.testing.assert_array_equal(starts, [0, 1, 2, 3])  # 12 rows, each twice: from row 0 to row 6 of them
    with pytest.raises(ValueError, match="jitter=-1"):
        data.load(IMAGES, batch_size=2, jitter=-1)


@needs_faces
def test_faces_in_pairs(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    labels, lines = (data.read(f"faces.{kind}", split="test[:12]") for kind in ("labels", "lines"))
    plain = data.read("faces", split="test[:12]")
    for source in (labels, lines):
        np.testing.assert_array_equal(source.values, plain.values)
        np.testing.assert_array_equal(source.attributes.codes, plain.attributes.codes)
    assert labels.palette == styles.PALETTE and lines.palette is None
    maps = dataset.label_maps(split="test[:12]")
    np.testing.assert_array_equal(rgb(styles.PALETTE)[maps[..., 0]], labels.inputs)
    assert len(np.unique(rgb(styles.PALETTE), axis=0)) == len(styles.CLASSES) == len(styles.PALETTE)
    inputs, _ = next(iter(data.load(labels, batch_size=12, jitter=6, flip=True)))
    colours = np.unique(np.round((inputs.numpy().reshape(-1, 3) + 1) * 127.5).astype(np.uint8), axis=0)
    assert {tuple(colour) for colour in colours} <= {tuple(colour) for colour in rgb(styles.PALETTE)}
    # Lines are dark on white, and lie where the picture changes rather than where it is plain.
    ink = lines.inputs.mean(axis=-1) < 128
    assert 0.02 < ink.mean() < 0.2 and (lines.inputs[:, 0, 0] == 255).all()
    change = np.abs(np.diff(plain.values.astype(int), axis=2)).sum(axis=-1)
    assert change[ink[:, :, 1:]].mean() > 2 * change[~ink[:, :, 1:]].mean()
    assert data.read("faces/micah.lines", split="test[:2]").inputs.shape == (2, 64, 64, 3)


def test_emoji_have_no_label_maps():
    with pytest.raises(ValueError, match="openmoji has no label maps"):
        data.read("openmoji.labels")


def test_two_sets_of_some_classes():
    source = data.read("digits[2] <-> digits[3,8]", image_shape=(8, 8, 1))
    assert set(source.labels) == {3, 8} and len(source.inputs) == len(data.read("digits[2]").values)
    with pytest.raises(ValueError, match="labels= goes with one set"):
        data.read("digits <-> digits", labels=[1])


@needs_faces
def test_two_sets_without_partners(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for row, (one, other) in enumerate(zip(IMAGES, TARGETS, strict=True)):
        for name, image in (("a", one), ("b", other)):
            (tmp_path / name).mkdir(exist_ok=True)
            Image.fromarray(image).save(tmp_path / name / f"{row}.png")
    source = data.read(f"{tmp_path / 'a'} <-> {tmp_path / 'b'}")
    assert not source.paired and source.name == "a <-> b"
    a, b = next(iter(data.load(source, batch_size=6)))
    assert np.abs(a + b).max() > 0.5  # partners would be each other's negative
    np.testing.assert_allclose(np.sort(a, axis=0), np.sort(-b, axis=0), atol=1e-5)
    faces = data.read("faces/personas <-> faces/pixel-art", image_shape=(16, 16, 3), split="test[:4]")
    assert "eyes" in faces.input_attributes.values and "glasses" in faces.attributes.values
    assert faces.inputs.shape == faces.values.shape == (4, 16, 16, 3) and faces.licence == "CC BY 4.0 and CC0 1.0"
