"""The sources: names, folders of real image files, arrays, NumPy files and TensorFlow Datasets, and their refusals."""

import ast
import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_gan.data import resize, source, tfds, toys
from keras_gan.data.resize import open_image
from keras_gan.data.source import TOY_POINTS, read
from keras_gan.data.toys import TOYS, Ring

MNIST = Path(os.environ.get("TFDS_DATA_DIR", "")) / "mnist"
needs_mnist = pytest.mark.skipif(
    not (os.environ.get("TFDS_DATA_DIR") and MNIST.is_dir()), reason="TFDS_DATA_DIR holds no prepared MNIST"
)


def gradient(height, width, channels):
    """A smooth uint8 picture, different in every channel."""
    y, x = np.mgrid[:height, :width]
    planes = [255 * x / (width - 1), 255 * y / (height - 1), 255 * (1 - x / (width - 1))]
    return np.rint(np.stack(planes[:channels], axis=-1)).astype(np.uint8)


def picture(height=12, width=10, channels=3):
    values = gradient(height, width, channels)
    return Image.fromarray(values[..., 0] if channels == 1 else values)


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


# Folders


def test_folder_of_every_mode(tmp_path):
    grey, colour = picture(channels=1), picture()
    transparent = colour.copy()
    transparent.putalpha(Image.fromarray(np.where(np.arange(10) < 5, 0, 255)[None].repeat(12, 0).astype(np.uint8)))
    sixteen = Image.fromarray(gradient(12, 10, 1)[..., 0].astype(np.uint16) * 257)
    grey.save(tmp_path / "a grey.png")
    colour.save(tmp_path / "b colour.png")
    transparent.save(tmp_path / "c transparent.png")
    colour.quantize(256).save(tmp_path / "d palette.png")
    sixteen.save(tmp_path / "e sixteen bits.png")
    colour.convert("CMYK").save(tmp_path / "f cmyk.jpg", quality=100, subsampling=0)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show the file's columns as rows
    colour.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "g turned.JPG", quality=100, subsampling=0, exif=exif)
    sixteen.save(tmp_path / "h sixteen bits.tiff")
    grey.convert("1").save(tmp_path / "i bilevel.png")
    transparent.convert("LA").save(tmp_path / "j grey transparent.png")
    (tmp_path / "notes.txt").write_text("not an image")
    (tmp_path / "._a grey.png").write_bytes(b"what macOS leaves behind")

    source = read(tmp_path, image_shape=(12, 10, 3))
    assert source.values.shape == (10, 12, 10, 3) and source.values.dtype == np.uint8 and source.labels is None
    a, b, c, d, e, f, g, h, i, j = source.values.astype(int)
    np.testing.assert_array_equal(a, gradient(12, 10, 1).repeat(3, axis=-1))
    np.testing.assert_array_equal(b, gradient(12, 10, 3))
    assert (c[:, :5] == 255).all() and (c[:, 5:] == b[:, 5:]).all()
    assert np.abs(d - b).max() <= 40 and np.abs(d - b).mean() < 10
    np.testing.assert_array_equal(e, a)
    assert np.abs(f - b).max() <= 12
    assert np.abs(g - b).max() <= 12
    np.testing.assert_array_equal(h, a)
    assert set(np.unique(i)) == {0, 255}
    assert (j[:, :5] == 255).all() and np.abs(j[:, 5:] - np.asarray(colour.convert("L"))[:, 5:, None]).max() <= 1

    in_grey = read(str(tmp_path), image_shape=(12, 10, 1))
    np.testing.assert_array_equal(in_grey.values[1, ..., 0], np.asarray(colour.convert("L")))
    assert read(tmp_path).values.shape == (10, 12, 10, 1)  # the first image is grey


def test_folder_fits_the_short_side_and_crops_the_centre(tmp_path):
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = (200, 100, 50)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    Image.fromarray(wide.transpose(1, 0, 2)).save(tmp_path / "tall.png")
    source = read(tmp_path, image_shape=(20, 20, 3))
    assert (source.values == (200, 100, 50)).all()
    # At half the size the filter sees 3 of the new pixels beyond the cut, as it should.
    half = read(tmp_path, image_shape=(10, 10, 3)).values
    assert (half[:, 3:-3, 3:-3] == (200, 100, 50)).all() and half[..., 0].min() > 180


def test_downscaling_is_antialiased(tmp_path):
    stripes = np.zeros((64, 64), np.uint8)
    stripes[:, ::2] = 255  # picking every 8th column would give all white
    Image.fromarray(stripes).save(tmp_path / "stripes.png")
    assert np.abs(read(tmp_path, image_shape=(8, 8, 1)).values.astype(int) - 127.5)[0, :, 1:-1].max() < 3


def test_class_folders_give_labels_in_sorted_order(tmp_path):
    for name, value in (("zebra", 3), ("ape", 1), ("lion", 2)):
        (tmp_path / name).mkdir()
        for number in range(2):
            Image.new("L", (4, 4), value * 10 + number).save(tmp_path / name / f"{number}.png")
    source = read(tmp_path)
    np.testing.assert_array_equal(source.values[:, 0, 0, 0], [10, 11, 20, 21, 30, 31])
    np.testing.assert_array_equal(source.labels, [0, 0, 1, 1, 2, 2])
    assert source.classes == 3 and source.name == tmp_path.name
    Image.new("L", (4, 4)).save(tmp_path / "loose.png")
    assert read(tmp_path).labels is None
    np.testing.assert_array_equal(read(tmp_path, labels=range(7)).labels, range(7))


def test_train_and_test_folders_are_splits(tmp_path):
    for split, value in (("train", 1), ("test", 2)):
        (tmp_path / split).mkdir()
        Image.new("L", (4, 4), value).save(tmp_path / split / "image.png")
    assert read(tmp_path).values.max() == 1 and read(tmp_path, split="test").values.max() == 2


def test_broken_and_missing_files_are_named(tmp_path):
    with pytest.raises(ValueError, match="There are no images .* in the folder"):
        read(tmp_path)
    with pytest.raises(FileNotFoundError, match="There is no file or folder '.*nowhere'"):
        read(tmp_path / "nowhere")
    picture(40, 40).save(tmp_path / "good.png")
    with pytest.raises(ValueError, match="has no test split: put its images into the sub-folders train and test"):
        read(tmp_path, split="test")
    whole = (tmp_path / "good.png").read_bytes()
    (tmp_path / "truncated.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="Cannot read the image '.*truncated.png'"):
        read(tmp_path)
    for name, content in (("text.jpg", b"hello"), ("empty.png", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=f"Cannot read the image '.*{name}'"):
            open_image(tmp_path / name)
    Image.fromarray(np.zeros((4, 4), np.float32)).save(tmp_path / "float.tiff")
    with pytest.raises(ValueError, match="float.tiff.*Float images have no agreed range"):
        open_image(tmp_path / "float.tiff")


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


# TensorFlow Datasets


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


def test_unknown_names_get_the_nearest():
    with pytest.raises(ValueError, match="'minst' is not a file .* did you mean 'mnist'"):
        read("minst")
    with pytest.raises(ValueError, match="did you mean 'digits'"):
        read("digts")
    with pytest.raises(ValueError, match="TFDS has the set 'mnist', but not 'mnist:9.9.9': .* only: 3.0.1"):
        read("mnist:9.9.9")
    with pytest.raises(ValueError, match="'imdb_reviews' has no 8-bit images under the name \"image\""):
        read("imdb_reviews")
