import os
import resource

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_gan.files import images


def test_to_uint8_by_hand():
    # (x + 1) 127.5: 0, 63.75, 127.5, 191.25, 255; rounded half up
    values = images.to_uint8(np.array([-1.0, -0.5, 0.0, 0.5, 1.0, 1.0005]))
    assert values.dtype == np.uint8
    assert values.tolist() == [0, 64, 128, 191, 255, 255]


def test_to_uint8_is_the_formula_of_the_exported_graph():
    ties = (np.arange(256) + 0.5) / 127.5 - 1
    near = np.concatenate([np.nextafter(ties[:-1], side, dtype=np.float32) for side in (-2, 2)])
    x = np.concatenate([np.random.default_rng(0).uniform(-1, 1, 100_000), ties[:-1], near]).astype(np.float32)

    @tf.function
    def graph(x):
        return tf.cast(tf.clip_by_value(tf.floor((x + 1) * 127.5 + 0.5), 0, 255), tf.uint8)

    np.testing.assert_array_equal(images.to_uint8(x), graph(tf.constant(x)).numpy())


def test_to_uint8_passes_bytes_through():
    x = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3)
    assert images.to_uint8(x) is x


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        (np.array([0.0, np.nan]), "NaN"),
        (np.array([0.0, np.inf]), "infinite"),
        (np.array([0.0, 255.0]), r"\[-1, 1\] but span \[0, 255\]"),
        (np.array([0, 1]), "int64"),
    ],
)
def test_to_uint8_refuses(x, sentence):
    with pytest.raises(ValueError, match=sentence):
        images.to_uint8(x)


def test_grid_places_images_row_by_row():
    x = np.arange(1, 4, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 2, 1), np.uint8)
    picture = images.grid(x, padding=1, background=9)  # three images 1 x 2 -> two columns
    assert picture[..., 0].tolist() == [
        [9, 9, 9, 9, 9, 9, 9],
        [9, 1, 1, 9, 2, 2, 9],
        [9, 9, 9, 9, 9, 9, 9],
        [9, 3, 3, 9, 9, 9, 9],
        [9, 9, 9, 9, 9, 9, 9],
    ]


def test_grid_scales_pixels():
    x = np.array([10, 20], np.uint8).reshape(1, 1, 2, 1)
    assert images.grid(x, padding=0, scale=2)[..., 0].tolist() == [[10, 10, 20, 20]] * 2
    assert images.grid(np.zeros((10, 8, 8, 3))).shape == (3 * 10 + 2, 4 * 10 + 2, 3)


def test_grid_refuses():
    with pytest.raises(ValueError, match="at least one image"):
        images.grid(np.zeros((0, 8, 8, 1)))
    with pytest.raises(ValueError, match=r"\(8, 8, 1\)"):
        images.grid(np.zeros((8, 8, 1)))
    with pytest.raises(ValueError, match="columns=0"):
        images.grid(np.zeros((1, 8, 8, 1)), columns=0)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_png_round_trip(tmp_path, channels):
    image = np.random.default_rng(0).integers(0, 256, (5, 7, channels), dtype=np.uint8)
    path = tmp_path / "new" / "folder" / "image.png"
    images.write_png(path, image)
    np.testing.assert_array_equal(np.asarray(Image.open(path)).reshape(image.shape), image)
    assert os.listdir(path.parent) == ["image.png"]


def test_png_refuses_other_shapes(tmp_path):
    with pytest.raises(ValueError, match=r"\(4, 4, 2\)"):
        images.write_png(tmp_path / "image.png", np.zeros((4, 4, 2)))
    assert not os.listdir(tmp_path)


def test_unwritable_place_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    path = tmp_path / "file" / "image.png"
    with pytest.raises(OSError, match=f"^Cannot write {path}: .*; choose another place"):
        images.write_png(path, np.zeros((4, 4)))
    (tmp_path / "image.png").mkdir()
    with pytest.raises(OSError, match="Cannot write"):
        images.write_png(tmp_path / "image.png", np.zeros((4, 4)))
    assert sorted(os.listdir(tmp_path)) == ["file", "image.png"]


def test_full_disk_leaves_the_old_file(tmp_path):
    path = tmp_path / "image.png"
    images.write_png(path, np.zeros((4, 4)))
    before = path.read_bytes()
    noise = np.random.default_rng(0).integers(0, 256, (200, 200), dtype=np.uint8)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OSError, match=f"Cannot write {path}"):
            images.write_png(path, noise)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["image.png"]


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp"])
def test_animation_round_trip(tmp_path, suffix):
    frames = [np.full((8, 8, 3), value, np.uint8) for value in (0, 100, 200)]
    path = tmp_path / f"film{suffix}"
    images.write_animation(path, iter(frames), frames_per_second=10)
    with Image.open(path) as film:
        assert film.n_frames == 3
        for index, frame in enumerate(frames):
            film.seek(index)
            np.testing.assert_array_equal(np.asarray(film.convert("RGB")), frame)
            assert film.info["duration"] == 100
    assert os.listdir(tmp_path) == [path.name]


def test_animation_refuses(tmp_path):
    frame = np.zeros((4, 4))
    for name, frames, speed, sentence in (
        ("film.mp4", [frame], 10, "must end in"),
        ("film.gif", [], 10, "at least one frame"),
        ("film.gif", [frame], 0, "frames_per_second=0"),
    ):
        with pytest.raises(ValueError, match=sentence):
            images.write_animation(tmp_path / name, frames, speed)
    assert not os.listdir(tmp_path)


def test_tiles_are_what_a_grid_was_made_of():
    made = np.random.default_rng(0).integers(0, 256, (7, 4, 6, 3), "uint8")
    for scale in (1, 3):
        picture = images.grid(made, columns=3, scale=scale)
        np.testing.assert_array_equal(images.tiles(picture, 7, (4, 6, 3), scale=scale), made)
    assert images.visible(28) == 2 and images.visible(64) == 1
    with pytest.raises(ValueError, match="holds 9 tiles, not 10"):
        images.tiles(picture, 10, (4, 6, 3), scale=3)
