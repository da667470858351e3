"""Sources by name and from arrays and NumPy files, and their refusals."""

import numpy as np
import pytest
from pictures import gradient, picture
from PIL import Image

from keras_gan.data.source import TOY_POINTS, read
from keras_gan.data.toys import TOYS, Ring

# Names of our own


def test_digits_are_exact_and_split():
    from sklearn.datasets import load_digits

    train, test = read("digits"), read("digits", split="test")
    assert train.values.shape == (1500, 8, 8, 1) and test.values.shape == (297, 8, 8, 1)
    assert train.values.dtype == np.uint8 and train.labels.dtype == np.int32 and train.classes == 10
    both = np.concatenate([train.values, test.values])[..., 0]
    np.testing.assert_array_equal(both, np.floor(load_digits().images * 255 / 16 + 0.5))
    np.testing.assert_array_equal(np.concatenate([train.labels, test.labels]), load_digits().target)
    assert "CC BY 4.0" in train.licence and "UCI" in train.origin


def test_classes_in_brackets_are_the_rows_of_these_labels():
    whole, some = read("digits"), read("digits[3,8]", split="train")
    rows = np.isin(whole.labels, [3, 8])
    np.testing.assert_array_equal(some.values, whole.values[rows])
    np.testing.assert_array_equal(some.labels, whole.labels[rows])
    assert (some.name, some.classes, some.licence) == ("digits[3,8]", 10, whole.licence)
    assert set(read("digits[2]", split="test", image_shape=(16, 16, 1)).labels) == {2}


def test_classes_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(ValueError, match="class 10, but digits has 0 to 9"):
        read("digits[2,10]")
    with pytest.raises(ValueError, match="no labels"):
        read("ring[1]")
    np.savez(tmp_path / "a.npz", images=np.zeros((4, 5, 5), "uint8"), labels=[0, 2, 2, 0])
    assert len(read(f"{tmp_path}/a.npz[2]").values) == 2
    with pytest.raises(ValueError, match="no image"):
        read(f"{tmp_path}/a.npz[1]")


def test_a_folder_with_brackets_in_its_name_is_that_folder(tmp_path):
    (tmp_path / "set[2]").mkdir()
    picture().save(tmp_path / "set[2]" / "a.png")
    assert len(read(str(tmp_path / "set[2]")).values) == 1


def test_digits_at_another_size_and_in_colour():
    source = read("digits", image_shape=(28, 28, 3))
    assert source.values.shape == (1500, 28, 28, 3)
    assert (source.values[..., :1] == source.values).all()
    small = np.asarray(Image.fromarray(read("digits").values[7, ..., 0]).resize((28, 28), Image.Resampling.LANCZOS))
    np.testing.assert_array_equal(source.values[7, ..., 0], small)


@pytest.mark.parametrize("name", TOYS)
def test_toy_worlds(name):
    train, again, test = read(name, seed=5), read(name, seed=5), read(name, seed=5, split="test")
    assert train.values.shape == (TOY_POINTS, TOYS[name].dimensions) and train.values.dtype == np.float32
    assert train.labels is None and train.classes is None
    np.testing.assert_array_equal(train.values, again.values)
    assert not np.array_equal(train.values, test.values)
    assert not np.array_equal(train.values, read(name, seed=6).values)
    np.testing.assert_array_equal(train.values[:1], TOYS[name].sample(TOY_POINTS, seed=5)[:1])


def test_a_toy_world_with_other_numbers():
    source = read(Ring(radius=2.0, standard_deviation=0.02))
    assert np.linalg.norm(source.values, axis=1).mean() == pytest.approx(2, abs=1e-3)
    assert source.name == "ring" and "radius=2.0" in source.origin


def test_unknown_names_get_the_nearest():
    with pytest.raises(ValueError, match="'minst' is not a file .* did you mean 'mnist'"):
        read("minst")
    with pytest.raises(ValueError, match="did you mean 'digits'"):
        read("digts")
    with pytest.raises(ValueError, match="TFDS has the set 'mnist', but not 'mnist:9.9.9': .* only: 3.0.1"):
        read("mnist:9.9.9")
    with pytest.raises(ValueError, match="'imdb_reviews' has no 8-bit images under the name \"image\""):
        read("imdb_reviews")


# Arrays and NumPy files


def test_arrays():
    grey = gradient(9, 7, 1)[None].repeat(3, axis=0)
    assert read(grey[..., 0]).values.shape == (3, 9, 7, 1)
    np.testing.assert_array_equal(read(grey).values, grey)
    np.testing.assert_array_equal(read(list(grey)).values, grey)
    scaled = grey / 127.5 - 1
    source = read((scaled, [2, 0, 1]))
    assert source.values.dtype == np.float32 and source.labels.dtype == np.int32 and source.classes == 3
    np.testing.assert_allclose(source.values, scaled, atol=1e-7)
    np.testing.assert_array_equal(read(grey, labels=np.array([[1], [0], [5]], np.uint8)).labels, [1, 0, 5])
    points = read(np.array([[1e6, -3], [0, 2]]))
    assert points.values.shape == (2, 2) and points.values.dtype == np.float32


def test_arrays_are_resized_alike_in_bytes_and_floats():
    colour = gradient(20, 16, 3)[None]
    for shape in ((10, 8, 3), (10, 8, 1), (30, 24, 3)):
        as_bytes = read(colour, image_shape=shape).values
        as_floats = read(colour / 127.5 - 1, image_shape=shape).values
        assert as_bytes.shape == as_floats.shape == (1, *shape) and np.abs(as_floats).max() <= 1
        np.testing.assert_allclose(as_floats, as_bytes / 127.5 - 1, atol=2.5 / 127.5)
    grey = read(gradient(20, 16, 1)[None] / 127.5 - 1, image_shape=(10, 8, 3)).values
    assert (grey == grey[..., :1]).all()


IMAGES = np.zeros((4, 8, 8, 1), np.uint8)


@pytest.mark.parametrize(
    "values, options, message",
    [
        (np.zeros((0, 8, 8, 1), np.uint8), {}, "There is no data: the array's shape is"),
        (IMAGES.astype(np.int64), {}, "not int64: convert them"),
        (IMAGES[..., 0, 0], {}, "Images are .* not uint8"),
        (np.zeros((4, 3, 8, 8), np.uint8), {}, r"Images are .* not uint8 \[4, 3, 8, 8\]"),
        (np.zeros(5), {}, r"points are floats \[n, d\], not float64 \[5\]"),
        (np.float32(1), {}, "points are floats"),
        (IMAGES.astype(float) + 255, {}, r"Float images lie in \[-1, 1\], but these reach from 255 to 255"),
        (IMAGES * np.nan, {}, "The data holds NaN"),
        (np.array([[1e300, 0]]), {}, "numbers beyond float32"),
        (np.zeros((4, 2)), {"image_shape": (8, 8, 1)}, r"Floats \[4, 2\] are points, not images"),
        ([np.zeros((2, 2)), np.zeros((3, 3))], {}, "The arrays of a list must have one shape"),
        ((IMAGES, [0] * 4), {"labels": [0] * 4}, r"A tuple is \(images, labels\)"),
        ((IMAGES,), {}, r"A tuple is \(images, labels\)"),
        (IMAGES, {"labels": [0, 1]}, "There are 4 examples but 2 labels"),
        (IMAGES, {"labels": [0, 1, 2, -2]}, "Labels are class indices .*, but they reach from -2 to 2"),
        (IMAGES, {"labels": [0.0, 1, 2, 3]}, "Labels are whole numbers or strings"),
        (IMAGES, {"split": "test"}, 'An array is one split, so split is "train"'),
        (IMAGES, {"split": 3}, 'A split is a name such as "train"'),
        (IMAGES, {"image_shape": (8, 8)}, r"image_shape is \(height, width, channels\)"),
        (IMAGES, {"image_shape": (8, 8, 4)}, "with 1 or 3 channels"),
        (IMAGES, {"image_shape": 8}, r"image_shape is \(height, width, channels\)"),
        ("digits", {"split": "train[:10]"}, 'digits has the splits "train" and "test"'),
        ("digits", {"labels": [1]}, "labels= goes with arrays, files and folders"),
        ("ring", {"image_shape": (8, 8, 1)}, "ring has points, not images"),
        ("ring", {"seed": -1}, "A seed is a non-negative integer"),
        ("", {}, "The name of the data is empty"),
    ],
)
def test_bad_input_is_one_sentence(values, options, message):
    with pytest.raises(ValueError, match=message) as error:
        read(values, **options)
    assert "\n" not in str(error.value)


def test_numpy_files(tmp_path):
    images, labels = gradient(6, 5, 3)[None].repeat(4, axis=0), np.array([3, 1, 0, 2])
    np.save(tmp_path / "plain.npy", images)
    np.savez(tmp_path / "named.npz", images=images, labels=labels)
    np.savez(tmp_path / "single.npz", images)
    np.savez(tmp_path / "other.npz", x=images, y=labels)
    np.save(tmp_path / "pickled.npy", np.array([{}]), allow_pickle=True)
    np.testing.assert_array_equal(read(tmp_path / "plain.npy", labels=labels).labels, labels)
    named = read(str(tmp_path / "named.npz"))
    np.testing.assert_array_equal(named.values, images)
    np.testing.assert_array_equal(named.labels, labels)
    np.testing.assert_array_equal(read(tmp_path / "single.npz").values, images)
    with pytest.raises(ValueError, match=r'needs an array "images" .* it has \[\'x\', \'y\'\]'):
        read(tmp_path / "other.npz")
    with pytest.raises(ValueError, match=r"Cannot read '.*pickled.npy' as plain NumPy arrays \(no pickles\)"):
        read(tmp_path / "pickled.npy")
    with pytest.raises(ValueError, match="leave labels= out"):
        read(tmp_path / "named.npz", labels=labels)
    whole = (tmp_path / "named.npz").read_bytes()
    for name, content in (("cut.npz", whole[:100]), ("cut.npy", b""), ("image.bin", b"x")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=name):
            read(tmp_path / name)
