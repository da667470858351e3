"""Exported translators: the images of `translate`, tensors and bytes, and a sentence for what is no input."""

import io
from importlib.util import find_spec

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import export
import zoo
from export.formats.onnx_file import onnx_graph
from keras_gan import GAN, CycleGAN, Pix2Pix
from keras_gan.files.images import to_uint8
from keras_gan.networks import cyclegan, dcgan, pix2pix

SHAPE = (8, 8, 3)
PALETTE = {"sky": "#0000ff", "ground": "#00ff00"}
INPUTS = np.random.default_rng(0).integers(0, 256, (5, *SHAPE), "uint8")
FLOATS = INPUTS.astype("float32") / 127.5 - 1


def trained(model):
    model.steps.assign(1)
    return model


def game(**options):
    return trained(Pix2Pix(pix2pix.unet(SHAPE, 3, 4), pix2pix.discriminator(SHAPE, 3, 7, 4), **options))


def served(model, folder):
    return tf.saved_model.load(str(export.saved_model(model, folder))).signatures


def png(image):
    content = io.BytesIO()
    Image.fromarray(image).save(content, "PNG")
    return content.getvalue()


def pixels(content):
    return np.asarray(Image.open(io.BytesIO(content)))


def test_pix2pix(tmp_path):
    model = game(average_decay=0.9)
    found = served(model, tmp_path)
    assert set(found) == {"serving_default", "translate", "translate_seeded", "translate_png"}
    seeds = np.arange(5, dtype="int64") + 7
    made = found["translate_seeded"](input=FLOATS, seed=seeds)["images"].numpy()
    np.testing.assert_allclose(made, model.translate(INPUTS, seed=7), atol=1e-5)
    made = found["translate"](input=FLOATS)["images"].numpy()
    for row in range(5):
        np.testing.assert_allclose(made[row], model.translate(INPUTS[row : row + 1])[0], atol=1e-5)
    content = found["translate_png"](png_bytes=tf.constant([png(image) for image in INPUTS]))["png_bytes"].numpy()
    drawn = np.stack([pixels(one) for one in content]).astype(int)
    assert np.abs(drawn - to_uint8(made).astype(int)).max() <= 1
    for height, width in ((65, 65), (133, 200), (3, 50)):  # resized, white may not leave [-1, 1] by rounding
        white = png(np.full((height, width, 3), 255, "uint8"))
        (content,) = found["translate_png"](png_bytes=tf.constant([white]))["png_bytes"].numpy()
        wanted = to_uint8(model.translate(np.full((1, *SHAPE), 255, "uint8")))[0].astype(int)
        assert np.abs(pixels(content).astype(int) - wanted).max() <= 1


def test_cyclegan_both_ways(tmp_path):
    model = trained(CycleGAN(cyclegan.generator(SHAPE, 4, 1), cyclegan.discriminator(SHAPE, 7, 4)))
    found = served(model, tmp_path)
    assert set(found) == {"serving_default", "translate_a", "translate_b", "translate_png_a", "translate_png_b"}
    for to in ("a", "b"):
        made = found[f"translate_{to}"](input=FLOATS)["images"].numpy()
        np.testing.assert_allclose(made, model.translate(INPUTS, to=to), atol=1e-5)


@pytest.mark.skipif(not (find_spec("tf2onnx") and find_spec("onnxruntime")), reason="keras_gan[onnx]")
def test_onnx_and_presets_without_tensorflow(tmp_path):
    model = game(palette=None, average_decay=0.9)
    sampler = export.Sampler(export.onnx(model, tmp_path / "model.onnx"))
    np.testing.assert_allclose(sampler.translate(INPUTS, seed=7), model.translate(INPUTS, seed=7), atol=1e-5)
    assert sampler.card["input_shape"] == list(SHAPE)
    labels = game(palette=PALETTE)
    zoo.save_to_preset(labels, tmp_path / "preset")
    onnx_graph(labels, tmp_path / "preset")
    sampler = export.Sampler(tmp_path / "preset")
    with pytest.raises(ValueError, match="which is no label; there are sky #0000ff, ground #00ff00"):
        sampler.translate(INPUTS)
    maps = np.full((2, *SHAPE), (0, 0, 255), "uint8")
    np.testing.assert_allclose(sampler.translate(maps), labels.translate(maps), atol=1e-5)
    with pytest.raises(ValueError, match="makes images from images: translate"):
        sampler.sample(2)
    both = trained(CycleGAN(cyclegan.generator(SHAPE, 4, 1), cyclegan.discriminator(SHAPE, 7, 4)))
    sampler = export.Sampler(export.onnx(both, tmp_path / "both.onnx"))
    for to in ("a", "b"):
        np.testing.assert_allclose(sampler.translate(INPUTS, to=to), both.translate(INPUTS, to=to), atol=1e-5)
    noise = GAN(dcgan.generator(SHAPE, 4, 4), dcgan.discriminator(SHAPE, 4))
    sampler = export.Sampler(export.onnx(trained(noise), tmp_path / "noise.onnx"))
    with pytest.raises(ValueError, match="from noise, not from images"):
        sampler.translate(INPUTS)


def test_what_is_no_input_is_refused_with_a_sentence(tmp_path):
    found = served(game(palette=PALETTE), tmp_path)
    maps = np.zeros((2, *SHAPE), "uint8")
    maps[..., 2] = 255
    known = maps.astype("float32") / 127.5 - 1
    assert found["translate"](input=known)["images"].shape == (2, *SHAPE)
    for given, says in ((FLOATS, "no label; there are sky #0000ff"), (known * 2, "reach beyond"), (known[:0], "empty")):
        with pytest.raises(tf.errors.InvalidArgumentError, match=says):
            found["translate"](input=given)
    with pytest.raises(tf.errors.InvalidArgumentError, match="seed has another length"):
        found["translate_seeded"](input=known, seed=np.zeros(3, "int64"))
    scaled = png(maps[0].repeat(5, axis=0).repeat(3, axis=1))
    assert len(found["translate_png"](png_bytes=tf.constant([scaled]))["png_bytes"].numpy()) == 1
