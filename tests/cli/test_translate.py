"""`keras-gan translate`: files and folders of any size and mode, and one sentence for what cannot be."""

from functools import partial

import numpy as np
import pytest
from command import keras_gan
from PIL import Image

import zoo
from keras_gan import CycleGAN, Pix2Pix
from keras_gan.files.images import to_uint8
from keras_gan.networks import cyclegan, pix2pix

SHAPE = (8, 8, 3)
PALETTE = {"sky": "#0000ff", "ground": "#00ff00"}


@pytest.fixture(scope="module")
def presets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("presets")
    pair = pix2pix.unet(SHAPE, 3, 4), pix2pix.discriminator(SHAPE, 3, 7, 4)
    zoo.save_to_preset(Pix2Pix(*pair), folder / "pix2pix")
    zoo.save_to_preset(Pix2Pix(*pair, palette=PALETTE), folder / "labels")
    zoo.save_to_preset(CycleGAN(cyclegan.generator(SHAPE, 4, 1), cyclegan.discriminator(SHAPE, 7, 4)), folder / "cycle")
    return folder


translate = partial(keras_gan, "translate")


def test_a_folder_of_any_sizes_and_modes(presets, tmp_path):
    random = np.random.default_rng(0)
    (tmp_path / "in" / "deeper").mkdir(parents=True)
    images = [random.integers(0, 256, (8, 8, 3), "uint8") for _ in range(2)]
    Image.fromarray(images[0]).save(tmp_path / "in" / "0.png")
    Image.fromarray(images[1]).save(tmp_path / "in" / "deeper" / "1.bmp")
    Image.fromarray(random.integers(0, 256, (20, 30, 4), "uint8"), "RGBA").save(tmp_path / "in" / "2.png")
    Image.fromarray(random.integers(0, 256, (9, 9), "uint8")).convert("P").save(tmp_path / "in" / "3.gif")
    assert translate(presets / "pix2pix", tmp_path / "in", tmp_path / "out", "--seed", 5) == 0
    made = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.png")}
    assert made == {"0.png", "2.png", "3.png", "deeper/1.png"}
    model = zoo.load(presets / "pix2pix")
    expected = to_uint8(model.translate(np.array(images[:1]), seed=5))[0]
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "out" / "0.png")), expected)


def test_one_file_both_ways(presets, tmp_path):
    Image.fromarray(np.arange(192, dtype="uint8").reshape(SHAPE)).save(tmp_path / "in.png")
    model, given = zoo.load(presets / "cycle"), np.asarray(Image.open(tmp_path / "in.png"))[None]
    for way in ("a", "b"):
        assert translate(presets / "cycle", tmp_path / "in.png", tmp_path / f"{way}.png", "--to", way) == 0
        made = np.asarray(Image.open(tmp_path / f"{way}.png"))
        np.testing.assert_array_equal(made, to_uint8(model.translate(given, to=way))[0])


def test_label_maps_are_scaled_without_new_colours(presets, tmp_path):
    drawn = np.zeros((24, 32, 3), "uint8")
    drawn[:12, :, 2], drawn[12:, :, 1] = 255, 255
    Image.fromarray(drawn).save(tmp_path / "map.png")
    assert translate(presets / "labels", tmp_path / "map.png", tmp_path / "out.png") == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("pix2pix", "none.png", "out.png"), "There is no file or folder"),
        (("pix2pix", "in.png", "out.jpg"), "must end in .png"),
        (("pix2pix", ".", "out.png"), "need a folder"),
        (("labels", "in.png", "out.png"), "is no label"),
        (("pix2pix", "in.png", "out.png", "--to", "a"), "--to for a CycleGAN"),
        (("cycle", "in.png", "out.png", "--seed", "3"), "--seed is for a Pix2Pix"),
        (("pix2pix", "twins", "out"), "differ in their suffix alone"),
        (("pix2pix", "in.png", "./in.png"), "lies where the originals are"),
        (("pix2pix", "twins", "twins/out"), "lies where the originals are"),
        (("labels", "maps", "out"), "maps/b.png has the colour #ff0000"),
    ],
)
def test_bad_input_is_one_sentence(arguments, says, presets, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (8, 8), "red").save("in.png")
    (tmp_path / "twins").mkdir()
    for suffix in ("png", "bmp"):
        Image.new("RGB", (8, 8)).save(f"twins/one.{suffix}")
    (tmp_path / "maps").mkdir()
    Image.new("RGB", (8, 8), "blue").save("maps/a.png")
    Image.new("RGB", (8, 8), "red").save("maps/b.png")
    before = (tmp_path / "in.png").read_bytes()
    assert translate(presets / arguments[0], *arguments[1:]) == 1
    said = capfd.readouterr().err
    assert says in said and said.startswith("keras-gan: ") and said.count("\n") == 1
    assert not (tmp_path / "out.png").exists() and not (tmp_path / "out").exists()
    assert (tmp_path / "in.png").read_bytes() == before


def test_a_model_of_noise_is_refused(tmp_path, capfd):
    Image.new("RGB", (8, 8)).save(tmp_path / "in.png")
    assert translate("dcgan.digits", tmp_path / "in.png", tmp_path / "out.png") == 1
    assert "keras-gan sample draws them" in capfd.readouterr().err
