"""Exported translators: the images of `translate`, tensors and bytes, and a sentence for what is no input."""

import io
from importlib.util import find_spec

import numpy as np
import pytest
import tensorflow as tf
import tfjs
from PIL import Image

import export
import zoo
from export.formats.onnx_file import onnx_graph
from keras_gan import GAN, CycleGAN, Pix2Pix
from keras_gan.files.images import to_uint8
from keras_gan.networks import cyclegan, dcgan, pix2pix
from keras_gan.sampling.palettes import rgb

SHAPE = (8, 8, 3)
PALETTE = {"sky": "#0000ff", "ground": "#00ff00"}
INPUTS = np.random.default_rng(0).integers(0, 256, (5, *SHAPE), "uint8")
SEEDS = np.array([7, -3], "int64")
FLOATS = INPUTS.astype("float32") / 127.5 - 1


TRANSLATORS = [name for name in zoo.list_models(pretrained=True) if zoo.variant(name).translates]
EVERY = ("pix2pix", "cyclegan", *TRANSLATORS)


def trained(model):
    model.steps.assign(1)
    return model


def game(**options):
    return trained(Pix2Pix(pix2pix.unet(SHAPE, 3, 4), pix2pix.discriminator(SHAPE, 3, 7, 4), **options))


def both_ways():
    return trained(CycleGAN(cyclegan.generator(SHAPE, 4, 1), cyclegan.discriminator(SHAPE, 7, 4)))


@pytest.fixture(scope="module")
def models():
    """{name: model}, each made or loaded once."""
    made = {"pix2pix": game(average_decay=0.9), "cyclegan": both_ways()}
    return lambda name: made[name] if name in made else made.setdefault(name, zoo.load(name))


def asked(model, seeds=SEEDS):
    """(z, what the networks are given beside it, what they make of both)."""
    given = np.random.default_rng(1).uniform(-1, 1, (len(seeds), *model.sampler.inputs[-1].shape[1:]))
    given = given.astype("float32")
    z = model.latents_of(seeds)
    return z, given, np.clip(model.sampler.predict([z, given], verbose=0), -1, 1)


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
    model = both_ways()
    found = served(model, tmp_path)
    plain = {"serving_default", "translate", "translate_seeded", "translate_png"}
    assert set(found) == plain | {"translate_a", "translate_b", "translate_png_a", "translate_png_b"}
    made = found["translate_seeded"](input=FLOATS, seed=np.arange(5, dtype="int64"))["images"].numpy()
    np.testing.assert_allclose(made, model.translate(INPUTS), atol=1e-5)
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
    both = both_ways()
    sampler = export.Sampler(export.onnx(both, tmp_path / "both.onnx"))
    for to in ("a", "b"):
        np.testing.assert_allclose(sampler.translate(INPUTS, to=to), both.translate(INPUTS, to=to), atol=1e-5)
    noise = GAN(dcgan.generator(SHAPE, 4, 4), dcgan.discriminator(SHAPE, 4))
    sampler = export.Sampler(export.onnx(trained(noise), tmp_path / "noise.onnx"))
    with pytest.raises(ValueError, match="from noise, not from images"):
        sampler.translate(INPUTS)


@pytest.mark.skipif(not (find_spec("tf2onnx") and find_spec("onnxruntime")), reason="keras_gan[onnx]")
@pytest.mark.parametrize("name", TRANSLATORS)
def test_every_pretrained_graph_translates(name, models):
    """The graph that ships, with the weights that ship. A CycleGAN normalises maps that hardly vary, which magnifies
    rounding: on faces float32 differs from float64 by 4e-5, and ONNX from Python by 9e-5; on these frames by 4e-4."""
    source = inputs_of(name)
    sampler, model = export.Sampler(name), models(name)
    close = 1e-3 if isinstance(model, CycleGAN) else 1e-5
    for options in [{"to": "a"}, {"to": "b"}] if isinstance(model, CycleGAN) else [{"seed": 7}]:
        made = sampler.translate(source, **options)
        np.testing.assert_allclose(made, model.translate(source, **options), atol=close)


def inputs_of(name):
    """Three inputs of a pretrained variant: stripes of its palette's colours, or black frames on white."""
    model = zoo.load(name)
    inputs = np.full((3, *model.input_image_shape), 255, "uint8")
    if getattr(model, "palette", None) is None:
        for row in range(3):
            inputs[row, 8 * (row + 1) : -8, 8:-8] = 0
            inputs[row, 8 * (row + 1) + 1 : -9, 9:-9] = 255
        return inputs
    colours = list(map(tuple, rgb(model.palette)))
    for row in range(3):
        inputs[row, : 8 * (row + 1)] = colours[row % len(colours)]
        inputs[row, 8 * (row + 1) :] = colours[-1]
    return inputs


@pytest.mark.parametrize("name", EVERY)
def test_litert(name, models, tmp_path):
    z, given, wanted = asked(models(name))
    interpreter = tf.lite.Interpreter(str(export.litert(models(name), tmp_path / "model.tflite")))
    rows = {detail["index"]: z if len(detail["shape"]) == 2 else given for detail in interpreter.get_input_details()}
    for index, value in rows.items():
        interpreter.resize_tensor_input(index, value.shape)
    interpreter.allocate_tensors()
    for index, value in rows.items():
        interpreter.set_tensor(index, value)
    interpreter.invoke()
    made = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(made, wanted, atol=1e-5)


@pytest.mark.parametrize("name", EVERY)
def test_openvino(name, models, tmp_path):
    openvino = pytest.importorskip("openvino", reason="180 MB: pip install keras_gan[openvino]")
    z, given, wanted = asked(models(name))
    path = export.openvino(models(name), tmp_path / "model.xml")
    compiled = openvino.Core().compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    rows = {port: z if len(port.partial_shape) == 2 else given for port in compiled.inputs}
    np.testing.assert_allclose(compiled(rows)[compiled.output(0)], wanted, atol=1e-5)


def test_tfjs_of_every_translator(models, node_modules, tmp_path):
    folders = [export.tfjs(models(name), tmp_path / name) for name in EVERY]
    inputs = {folder: asked(models(name))[1] for name, folder in zip(EVERY, folders, strict=True)}
    for name, (_, made) in zip(EVERY, tfjs.answers(node_modules, folders, SEEDS, inputs=inputs), strict=True):
        wanted = asked(models(name))[2]
        np.testing.assert_allclose(made.reshape(wanted.shape), wanted, atol=1e-5)


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
