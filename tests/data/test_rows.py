"""Sets that are read by row: the same batches as in memory, exact resumes, damaged files, folders that change."""

import os

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import keras_gan
from keras_gan import data
from keras_gan.data import folders, image_index, inspection, rows
from keras_gan.data.rows import Rows
from keras_gan.networks import gan
from zoo.runs.exactness import digest

COUNT = 40


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "keras_gan"


@pytest.fixture
def small(monkeypatch):
    """Whatever is larger than a kilobyte does not fit into memory."""
    return lambda limit=1024: monkeypatch.setattr(rows, "IN_MEMORY", limit)


def picture(number, size=(9, 11), mode="RGB"):
    random = np.random.default_rng(number)
    return Image.fromarray(random.integers(0, 256, (*size, 3), np.uint8)).convert(mode)


@pytest.fixture
def folder(tmp_path):
    """Two classes of pictures of several sizes, modes and formats."""
    for number in range(COUNT):
        kind = tmp_path / "pictures" / ("cats" if number % 3 else "dogs")
        kind.mkdir(parents=True, exist_ok=True)
        mode, suffix = (("RGB", "png"), ("L", "png"), ("RGB", "jpg"), ("RGBA", "png"))[number % 4]
        picture(number, (8 + number % 3, 12 - number % 2), mode).save(kind / f"{number}.{suffix}")
    return tmp_path / "pictures"


def bits(batches, steps):
    return [tuple(part.numpy().tobytes() for part in tf.nest.flatten(batch)) for batch in batches.take(steps)]


# The same as in memory


@pytest.mark.parametrize("options", [{}, {"with_labels": True}, {"labelled": 6}, {"jitter": 2, "flip": True}])
def test_a_folder_gives_the_batches_that_it_gives_in_memory(folder, small, options):
    load = dict(image_shape=(8, 8, 3), batch_size=7, seed=5, **options)
    here = data.load(str(folder), **load)
    small()
    source = data.read(folder, image_shape=(8, 8, 3))
    assert isinstance(source.values, Rows) and source.values.shape == (COUNT, 8, 8, 3)
    assert source.class_names == ("cats", "dogs") and source.classes == 2
    there = data.load(str(folder), **load)
    assert bits(there, 12) == bits(here, 12)
    assert there.element_spec == here.element_spec
    load["start_step"] = 9
    assert bits(data.load(source, **load), 3) == bits(here, 12)[9:]


ARRAYS = {
    "bytes": np.random.default_rng(0).integers(0, 256, (60, 9, 7, 3), np.uint8),
    "grey": np.random.default_rng(0).integers(0, 256, (60, 9, 7), np.uint8),
    "floats": np.random.default_rng(1).uniform(-1, 1, (60, 9, 7, 3)),
    "points": np.random.default_rng(2).normal(size=(900, 2)),
}


@pytest.mark.parametrize("kind", ARRAYS)
@pytest.mark.parametrize("place", ["array", "npy", "h5", "h5py"])
@pytest.mark.parametrize("fitted", [False, True])
def test_arrays_wherever_they_lie(kind, place, fitted, small, tmp_path):
    values = ARRAYS[kind]
    if fitted and kind == "points":
        pytest.skip("points are not resized")
    if place == "npy":
        np.save(tmp_path / "set.npy", values)
        given = tmp_path / "set.npy"
    elif place == "array":
        given = values
    else:
        with h5py.File(tmp_path / "set.h5", "w") as file:
            file["images"] = values
        given = tmp_path / "set.h5" if place == "h5" else h5py.File(tmp_path / "set.h5")["images"]
    shape = (6, 6, 1) if fitted else None
    here = data.read(given, image_shape=shape)
    small()
    there = data.read(given, image_shape=shape)
    assert isinstance(there.values, Rows) and isinstance(here.values, np.ndarray)
    assert there.values.dtype == here.values.dtype and there.values.shape == here.values.shape
    np.testing.assert_array_equal(np.asarray(there.values), here.values)
    assert digest(there) == digest(here)
    small(there.values.nbytes)  # what lies in a large file fits into memory once it is resized
    assert isinstance(data.read(given, image_shape=shape).values, np.ndarray)


def test_labels_of_hdf5_files(tmp_path, small):
    small()
    with h5py.File(tmp_path / "set.hdf5", "w") as file:
        file["images"], file["labels"] = ARRAYS["bytes"], np.arange(60) % 4
    source = data.read(tmp_path / "set.hdf5")
    np.testing.assert_array_equal(source.labels, np.arange(60) % 4)
    some = data.read(f"{tmp_path / 'set.hdf5'}[1,3]")
    np.testing.assert_array_equal(some.values[:], ARRAYS["bytes"][np.arange(60) % 2 == 1])
    with h5py.File(tmp_path / "none.h5", "w") as file:
        file["a"], file["b"] = ARRAYS["bytes"], ARRAYS["grey"]
    with pytest.raises(ValueError, match=r"none\.h5' needs a data set \"images\""):
        data.read(tmp_path / "none.h5")
    (tmp_path / "bad.h5").write_bytes(b"rubbish")
    with pytest.raises(ValueError, match=r"Cannot read '.*bad\.h5' as an HDF5 file: .*\.$"):
        data.read(tmp_path / "bad.h5")


@pytest.mark.parametrize("bad, says", [(np.nan, "NaN"), (1e300, "beyond float32"), (2.0, "reach from .* to 2")])
def test_bad_floats_are_found_before_any_work(bad, says, small):
    values = ARRAYS["floats"].copy()
    values[-1, 3, 3, 0] = bad
    small()
    with pytest.raises(ValueError, match=says):
        data.read(values)
    with pytest.warns(UserWarning, match="No pixel of these float images is below 0"):
        data.read(np.abs(ARRAYS["floats"]))


def test_what_fits_into_memory_is_held_there(folder, small):
    size = COUNT * 8 * 8 * 3
    small(size)
    assert isinstance(data.read(folder, image_shape=(8, 8, 3)).values, np.ndarray)
    small(size - 1)
    assert isinstance(data.read(folder, image_shape=(8, 8, 3)).values, Rows)


# Damaged files, and folders that change


@pytest.mark.parametrize("large", [False, True])
def test_a_damaged_file_is_named_or_skipped(folder, small, large):
    whole = data.read(folder, image_shape=(8, 8, 3))
    small(1 if large else 2**20)
    cut = folder / "cats" / "1.png"
    cut.write_bytes(cut.read_bytes()[:60])
    (folder / "dogs" / "6.jpg").write_bytes(b"no image")
    with pytest.raises(
        ValueError, match=r"^Cannot read the image '.*(1\.png|6\.jpg)' \(.*\); repair it or take it away\.$"
    ):
        data.read(folder, image_shape=(8, 8, 3))
    some = data.read(folder, image_shape=(8, 8, 3), damaged="skip")
    names = folders.below(folder)
    readable = np.array([name not in ("cats/1.png", "dogs/6.jpg") for name in names])
    np.testing.assert_array_equal(some.values[:], whole.values[readable])
    np.testing.assert_array_equal(some.labels, whole.labels[readable])
    given = data.read(folder, image_shape=(8, 8, 3), damaged="skip", labels=np.arange(COUNT))
    np.testing.assert_array_equal(given.labels, np.flatnonzero(readable))


def test_what_damaged_goes_with(folder):
    with pytest.raises(ValueError, match='damaged is "raise" or "skip", not \'drop\''):
        data.read(folder, damaged="drop")
    for what in ("digits", ARRAYS["bytes"]):
        with pytest.raises(ValueError, match="goes with folders of images"):
            data.load(what, damaged="skip")
    for file in folders.below(folder):
        (folder / file).write_bytes(b"no image")
    with pytest.raises(ValueError, match=f"None of the {COUNT} images in the folder"):
        data.read(folder, damaged="skip")


def test_files_are_looked_at_again_where_they_have_changed(folder, small, monkeypatch, cache):
    seen = []

    def counted(files, advance):
        seen.append([os.path.basename(file) for file in files])
        return inspection.inspected(files, advance)

    monkeypatch.setattr(image_index, "inspected", counted)
    small()

    def found():
        return digest(data.read(folder, image_shape=(8, 8, 3)))

    first = found()
    assert found() == first and [len(files) for files in seen] == [COUNT]
    picture(99).save(folder / "cats" / "1.png")
    changed = found()
    assert changed != first and seen[1:] == [["1.png"]]
    picture(98).save(folder / "cats" / "new.png")
    added = found()
    assert added not in (first, changed) and seen[2:] == [["new.png"]]
    os.utime(folder / "cats" / "new.png", ns=(0, 1))
    assert found() == added and seen[3:] == [["new.png"]]  # the content is what counts
    (folder / "cats" / "new.png").unlink()
    assert found() == changed and len(seen) == 4
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert found() == changed and len(seen[4]) == COUNT


def test_processes_find_what_one_finds(folder, monkeypatch):
    (folder / "cats" / "1.png").write_bytes(b"no image")
    files, done = [str(folder / file) for file in folders.below(folder)], []
    alone = inspection.inspected(files, done.append)
    monkeypatch.setattr(inspection, "FEW", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert inspection.inspected(files, done.append) == alone
    assert sum(done) == 2 * COUNT and [why for _, why in alone if why] == ["cannot identify image file"]


def test_a_file_that_is_lost_on_the_way_is_named(folder, small):
    small()
    batches = data.load(folder, image_shape=(8, 8, 3), batch_size=20)
    for file in folders.below(folder):
        (folder / file).unlink()
    with pytest.raises(ValueError, match=r"^Cannot read the image .* repair it or take it away\.$"):
        next(iter(batches))


# Parts of large sets


def test_rows_are_chosen_like_those_of_an_array():
    values = np.arange(60).reshape(20, 3)
    some = Rows(values.shape, values.dtype, lambda numbers: values[numbers])
    for key in (3, -1, slice(4, 9, 2), [5, 2, 2], values[:, 0] % 2 == 0):
        np.testing.assert_array_equal(some[key], values[key])
        if not isinstance(key, int):
            np.testing.assert_array_equal(some.only(key)[1:], values[key][1:])
    np.testing.assert_array_equal(np.concatenate(list(some.blocks())), values)
    for key in (20, (0, 1), ..., None):
        with pytest.raises(IndexError):
            some[key]


def test_marginals_and_neighbours_are_those_of_memory(small):
    from keras_gan import plots

    images = ARRAYS["bytes"]
    here = data.read(images)
    small()
    there = data.read(images)
    assert isinstance(data.images_of(there), Rows) and isinstance(data.images_of(there, 1), np.ndarray)
    np.testing.assert_array_equal(data.images_of(there)[:], data.images_of(here))
    samples = data.images_of(here, 10, seed=1)
    np.testing.assert_array_equal(
        plots.neighbour_grid(samples, data.images_of(there)), plots.neighbour_grid(samples, data.images_of(here))
    )


def test_large_pairs(tmp_path, small):
    for number in range(6):
        picture(number, (8, 16)).save(tmp_path / f"{number}.png")
    here = data.read_pairs(tmp_path)
    small(100)
    there = data.read_pairs(tmp_path)
    assert isinstance(there.inputs, Rows)
    load = dict(batch_size=4, jitter=2, flip=True)
    assert bits(data.load(there, **load), 3) == bits(data.load(here, **load), 3)


def test_a_folder_read_by_row_is_trained_on_and_resumed_exactly(folder, small, tmp_path):
    """Of a run that ends at step 7 of 12 and is resumed from its file, against one that is not."""
    small()

    def trained(model, steps):
        model.fit(data.load(folder, image_shape=(8, 8, 1), batch_size=8, seed=4), steps_per_epoch=steps, verbose=0)
        return model

    def fresh():
        keras.utils.set_random_seed(1)
        model = keras_gan.GAN(gan.generator((8, 8, 1), 4, (("relu", 8),)), gan.discriminator((8, 8, 1)))
        model.compile()
        return model

    whole = trained(fresh(), 12)
    trained(fresh(), 7).save(tmp_path / "model.keras")
    resumed = trained(keras.models.load_model(tmp_path / "model.keras"), 5)
    assert int(resumed.steps.numpy()) == 12
    for one, two in zip(whole.variables, resumed.variables, strict=True):
        if "mean" not in one.path and "count" not in one.path and "total" not in one.path:
            np.testing.assert_array_equal(one.numpy(), two.numpy(), err_msg=one.path)


def test_fit_names_a_file_that_is_lost(folder, small):
    small()
    model = keras_gan.GAN(gan.generator((8, 8, 1), 4, (("relu", 8),)), gan.discriminator((8, 8, 1)))
    model.compile()
    batches = data.load(folder, image_shape=(8, 8, 1), batch_size=8)

    def lose(epoch, logs):
        for file in folders.below(folder):
            (folder / file).unlink()

    with pytest.raises(ValueError, match=r"^Cannot read the image .* repair it or take it away\.$"):
        model.fit(batches, epochs=9, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=lose)])
