"""Folders of real image files: every mode, any size, classes, splits, and what is broken."""

import numpy as np
import pytest
from pictures import gradient, picture
from PIL import Image

from keras_gan.data.resize import open_image
from keras_gan.data.source import read


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
