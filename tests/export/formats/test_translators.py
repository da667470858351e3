"""Exported translators: the images of `translate`, tensors and bytes, and a sentence for what is no input."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import export
from keras_gan import CycleGAN, Pix2Pix
from keras_gan.files.images import to_uint8
from keras_gan.networks import cyclegan, pix2pix

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
    large = png(INPUTS[0].repeat(4, axis=0).repeat(4, axis=1))
    (content,) = found["translate_png"](png_bytes=tf.constant([large]))["png_bytes"].numpy()
    assert pixels(content).shape == SHAPE


def test_cyclegan_both_ways(tmp_path):
    model = trained(CycleGAN(cyclegan.generator(SHAPE, 4, 1), cyclegan.discriminator(SHAPE, 7, 4)))
    found = served(model, tmp_path)
    assert set(found) == {"serving_default", "translate_a", "translate_b", "translate_png_a", "translate_png_b"}
    for to in ("a", "b"):
        made = found[f"translate_{to}"](input=FLOATS)["images"].numpy()
        np.testing.assert_allclose(made, model.translate(INPUTS, to=to), atol=1e-5)


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
