"""Other formats of the samplers: for each seed the image of `model.sample`, in the runtimes that read them."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import tfjs

import export
import zoo
from export import runtime
from export.formats.onnx_file import onnx_graph
from keras_gan import GAN
from keras_gan.networks import dcgan, gan
from keras_gan.sampling import latents, threefry

ROOT = Path(__file__).parents[3]
PRETRAINED = [name for name in zoo.list_models(pretrained=True) if not zoo.variant(name).translates]
FEW = ("dcgan_conditional.mnist", "gan.gaussian1d")
SEEDS = np.array([0, 1, -7, 2**40 + 3, -(2**63)], "int64")
LABELS = np.array([9, 0, 3, 3, 5], "int32")
needs_onnx = pytest.mark.skipif(not (find_spec("tf2onnx") and find_spec("onnxruntime")), reason="keras_gan[onnx]")


@pytest.fixture(scope="module")
def models():
    """{name: model}, each loaded once."""
    loaded = {}

    def load(name):
        if name not in loaded:
            loaded[name] = zoo.load(name)
        return loaded[name]

    return load


def label_of(model):
    return None if model.classes is None else LABELS


def expected(model):
    return model.sample_seeds(SEEDS, label_of(model))


def same(made, wanted, tolerance=1e-5):
    assert made.dtype == np.float32 and made.shape == wanted.shape
    np.testing.assert_allclose(made, wanted, rtol=0, atol=tolerance)


# The z of a seed without TensorFlow.


def test_threefry_and_latents_are_those_of_keras_gan():
    seeds = np.concatenate([SEEDS, np.random.default_rng(0).integers(-(2**63), 2**63, 200, "int64")])
    for ours, theirs in zip(runtime.uniforms(seeds, 33), threefry.uniforms(tf.constant(seeds), 33), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for latent in (latents.Normal(), latents.Uniform(-(3.0**0.5), 3.0**0.5), latents.Stratified(-5.0, 5.0)):
        card = {"distribution": type(latent).__name__, "dimension": 7, **latent.get_config()}
        np.testing.assert_allclose(
            runtime.latents(seeds, card), latent.numbered(tf.constant(seeds), 7), rtol=0, atol=1e-6
        )


def test_another_distribution_is_refused():
    with pytest.raises(ValueError, match="z ~ Cauchy is not known here"):
        runtime.latents(SEEDS, {"distribution": "Cauchy", "dimension": 2})


# ONNX.


@needs_onnx
@pytest.mark.parametrize("name", PRETRAINED)
def test_every_pretrained_graph_gives_the_images_of_its_seeds(name, models):
    """The graph that ships, with the weights that ship."""
    assert (zoo.variant(name).folder / runtime.GRAPH).is_file(), (
        f"keras-gan export {name} zoo/pretrained/{name} --format onnx-graph writes it"
    )
    model = models(name)
    sampler = export.Sampler(name)
    same(sampler.sample_seeds(SEEDS, label_of(model)), expected(model))
    label = None if model.classes is None else 0
    same(sampler.sample(70, 3, label), model.sample(70, 3, label))  # more than one batch


@needs_onnx
@pytest.mark.parametrize("name", PRETRAINED)
def test_onnx_of_every_pretrained_variant(name, models, tmp_path):
    import onnx

    model = models(name)
    path = export.onnx(model, tmp_path / "model.onnx")
    assert os.listdir(tmp_path) == ["model.onnx"]
    sampler = export.Sampler(path)
    same(sampler.sample_seeds(SEEDS, label_of(model)), expected(model))
    same(
        sampler.sample_seeds(SEEDS[1:2], label_of(model) if model.classes is None else LABELS[1:2]),
        expected(model)[1:2],
    )
    assert sampler.card["name"] == name and bool(sampler.card["figures"]) == zoo.variant(name).measured
    proto = onnx.load(path)
    assert [entry.version for entry in proto.opset_import if not entry.domain] == [18]
    assert all(value.type.tensor_type.shape.dim[0].dim_param for value in (*proto.graph.input, *proto.graph.output))


@needs_onnx
def test_stored_precisions(models, tmp_path):
    model = models("dcgan.digits")
    wanted, sizes = expected(model), {}
    for precision, tolerance in (("float32", 1e-5), ("float16", 1e-5), ("int8", 0.1)):
        path = export.onnx(model, tmp_path / f"{precision}.onnx", precision)
        made = export.Sampler(path).sample_seeds(SEEDS)
        same(made, wanted, tolerance)
        sizes[precision] = path.stat().st_size
    assert np.abs(made - wanted).max() > 1e-3  # eight bits do cost something
    assert sizes["float16"] < 0.55 * sizes["float32"] and sizes["int8"] < 0.3 * sizes["float32"]


def unbounded(strategy=None):
    """A generator of linear images of any size, never published."""
    z = keras.Input((3,))
    x = keras.layers.Dense(4 * 4 * 2, kernel_initializer="ones")(z)
    model = GAN(keras.Model(z, keras.layers.Reshape((4, 4, 2))(x)), dcgan.discriminator((4, 4, 2), 2))
    model.steps.assign(1)
    return model


@needs_onnx
def test_unbounded_images_are_clipped(tmp_path):
    model = unbounded()
    sampler = export.Sampler(export.onnx(model, tmp_path / "model.onnx"))
    assert np.abs(expected(model)).max() == 1.0
    same(sampler.sample_seeds(SEEDS), expected(model))
    assert sampler.card["name"] is None


WITHOUT_TENSORFLOW = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tensorflow", "keras", "tf2onnx", "matplotlib"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
sys.argv = ["keras-gan", *sys.argv[1:]]
from keras_gan.__main__ import main
main()
"""


def without_tensorflow(*arguments):
    command = [sys.executable, "-c", WITHOUT_TENSORFLOW, "sample", *map(str, arguments), "--runtime", "onnx"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


@needs_onnx
@pytest.mark.parametrize("name", FEW)
def test_the_command_line_samples_where_tensorflow_cannot_be_imported(name, models, tmp_path):
    run = without_tensorflow(name, "-n", 5, "--seed", 2, "--truncation", 0.5, "--out", tmp_path / "five.npy")
    assert run.returncode == 0, run.stderr
    model = models(name)
    same(np.load(tmp_path / "five.npy"), model.sample(5, 2, model.classes and np.arange(5), truncation=0.5))
    if name != "gan.gaussian1d":  # whose picture is a plot
        run = without_tensorflow(name, "--out", tmp_path / "grid.png")
        assert run.returncode == 0 and (tmp_path / "grid.png").stat().st_size > 1000, run.stderr


@needs_onnx
def test_a_preset_folder_and_its_damage(models, tmp_path):
    folder = zoo.save_to_preset(models("dcgan.digits"), tmp_path / "preset")
    with pytest.raises(ValueError, match="has no sampler.onnx; keras-gan export .* --format onnx-graph"):
        export.Sampler(folder)
    export.onnx_graph(folder, folder)
    same(export.Sampler(folder).sample_seeds(SEEDS), expected(models("dcgan.digits")))
    content = bytearray((folder / "average.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "average.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match=r"average\.safetensors is (missing|damaged)"):
        export.Sampler(folder)


@needs_onnx
def test_bad_input_to_the_sampler_is_one_sentence(tmp_path):
    (tmp_path / "not.onnx").write_bytes(b"nothing")
    for name, sentence in (
        ("dcgan.mist", "did you mean dcgan.mnist"),
        (tmp_path / "absent.onnx", "There is no file"),
        (tmp_path / "not.onnx", "not an ONNX file"),
        (tmp_path, "no pretrained name, preset or .onnx file"),
    ):
        with pytest.raises(ValueError, match=sentence) as caught:
            export.Sampler(name)
        assert "\n" not in str(caught.value)
    digits, conditional = export.Sampler("dcgan.digits"), export.Sampler("dcgan_conditional.mnist")
    for sampler, n, label, sentence in (
        (digits, 0, None, "At least one image"),
        (digits, 1, 3, "unconditional"),
        (conditional, 2, None, "conditional: it needs a label"),
        (conditional, 2, [1, 2, 3], "must be 2 whole numbers"),
        (conditional, 2, [1, 10], "0 to 9; got 1 to 10"),
        (conditional, 1, -1, "0 to 9"),
        (conditional, 1, 1.5, "whole numbers"),
    ):
        with pytest.raises(ValueError, match=sentence):
            sampler.sample(n, label=label)


# TensorFlow.js.


def test_tfjs_of_every_pretrained_variant(models, node_modules, tmp_path):
    folders = [export.tfjs(models(name), tmp_path / name) for name in PRETRAINED]
    for name, (z, made) in zip(PRETRAINED, tfjs.answers(node_modules, folders, SEEDS, LABELS), strict=True):
        model, wanted = models(name), expected(models(name))
        same(z.reshape(len(SEEDS), -1), model.latents_of(SEEDS), 1e-6)
        same(made.reshape(wanted.shape), wanted)


def test_tfjs_folder(models, tmp_path):
    folder = export.tfjs(models("dcgan.digits"), tmp_path / "new", "float16")
    assert sorted(os.listdir(folder)) == ["card.json", "latents.js", "model.json", "weights.bin"]
    manifest = json.loads((folder / "model.json").read_text())["weightsManifest"][0]["weights"]
    width = {"float32": 4, "int32": 4, "bool": 1}
    bytes_of = [
        int(np.prod(entry["shape"])) * (2 if "quantization" in entry else width[entry["dtype"]]) for entry in manifest
    ]
    assert (folder / "weights.bin").stat().st_size == sum(bytes_of)


# LiteRT and OpenVINO.


@pytest.mark.parametrize("name", PRETRAINED)
def test_litert(name, models, tmp_path):
    """TensorFlow's own interpreter is the one of ai-edge-litert."""
    model = models(name)
    path = export.litert(model, tmp_path / "model.tflite")
    interpreter = tf.lite.Interpreter(str(path))
    z = model.latents_of(SEEDS)
    given = {3 if detail["dtype"] is np.int32 else 0: detail["index"] for detail in interpreter.get_input_details()}
    interpreter.resize_tensor_input(given[0], z.shape)
    if model.classes:
        interpreter.resize_tensor_input(given[3], LABELS.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(given[0], z)
    if model.classes:
        interpreter.set_tensor(given[3], LABELS)
    interpreter.invoke()
    same(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]), expected(model))


@pytest.mark.parametrize("name", PRETRAINED)
def test_openvino(name, models, tmp_path):
    openvino = pytest.importorskip("openvino", reason="180 MB: pip install keras_gan[openvino]")
    model = models(name)
    path = export.openvino(model, tmp_path / "model.xml")
    compiled = openvino.Core().compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    z = model.latents_of(SEEDS)
    rows = {port: z if len(port.partial_shape) == 2 else LABELS for port in compiled.inputs}
    same(compiled(rows)[compiled.output(0)], expected(model))


# Bad input, for every exporter.

EXPORTERS = {"onnx": "m.onnx", "tfjs": "folder", "litert": "m.tflite"}


def untrained():
    return GAN(gan.generator((2,), 3, [("relu", 16)], output="linear"), gan.discriminator((2,)))


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_exporters_refuse_in_one_sentence_and_leave_nothing(exporter, models, tmp_path):
    write, target = getattr(export, exporter), tmp_path / EXPORTERS[exporter]
    diverged = unbounded()
    diverged.sampler.weights[0].assign(np.full((3, 32), np.nan))
    for model, sentence in (
        ("dcgan.mist", "dcgan.mnist"),
        ("gan.tfd", "no weights in the package"),
        (untrained(), "never trained"),
        (diverged, "has diverged"),
    ):
        with pytest.raises(ValueError, match=sentence) as caught:
            write(model, target)
        assert "\n" not in str(caught.value)
    with pytest.raises(TypeError, match="not Functional"):
        write(diverged.generator, target)
    assert os.listdir(tmp_path) == []
    target.write_text("mine")
    with pytest.raises(FileExistsError, match="exists already"):
        write(models("gan.gaussian1d"), target)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="annot write|cannot be written"):
        write(models("gan.gaussian1d"), tmp_path / "file" / target.name)
    assert sorted(os.listdir(tmp_path)) == sorted(["file", target.name]) and target.read_text() == "mine"


@pytest.mark.parametrize("exporter", [pytest.param("onnx", marks=needs_onnx), "tfjs"])
def test_layers_that_keras_compiles_are_refused(exporter, tmp_path):
    z = keras.Input((3,))
    x = keras.layers.Reshape((4, 4, 4))(keras.layers.Dense(4 * 4 * 4)(z))
    x = keras.layers.Conv2D(6, 3, groups=2, padding="same")(x)
    model = GAN(keras.Model(z, x), dcgan.discriminator((4, 4, 6), 2))
    model.steps.assign(1)
    with pytest.raises(ValueError, match=f"^{exporter} cannot hold a layer .* keras_gan.fast.grouped_conv"):
        getattr(export, exporter)(model, tmp_path / EXPORTERS[exporter])
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("exporter", ["onnx", "litert"])
def test_a_wrong_suffix_is_named(exporter, models, tmp_path):
    with pytest.raises(ValueError, match="must end in"):
        getattr(export, exporter)(models("gan.gaussian1d"), tmp_path / "model.txt")


@pytest.fixture(scope="module")
def attributes():
    """A model whose label says two things, and their names."""
    keras.utils.set_random_seed(0)
    shape = (8, 8, 3)
    names = {"hair_color": ("none", "#362c47", "#e15c66"), "eyes": ("glasses", "wink")}
    pair = [net(shape, width=4, classes=(3, 2)) for net in (dcgan.generator, dcgan.discriminator)]
    model = GAN(*pair, classes=6, class_names=names)
    model.steps.assign(1)
    return model


def test_several_attributes_in_a_saved_model(attributes, tmp_path):
    sample = tf.saved_model.load(str(export.saved_model(attributes, tmp_path / "served"))).signatures["sample"]
    labels = np.array([5, 0, 4, 3, 1], "int32")
    same(
        sample(seed=tf.constant(SEEDS), label=tf.constant(labels))["images"].numpy(),
        attributes.sample_seeds(SEEDS, labels),
    )


@needs_onnx
def test_several_attributes_by_name_without_tensorflow(attributes, tmp_path):
    asked = {"hair": "#e15c66"}  # the eyes are the seed's
    wanted = attributes.sample_seeds(SEEDS, asked)
    same(export.Sampler(export.onnx(attributes, tmp_path / "model.onnx")).sample_seeds(SEEDS, asked), wanted)
    zoo.save_to_preset(attributes, tmp_path / "preset")
    onnx_graph(attributes, tmp_path / "preset")
    same(export.Sampler(tmp_path / "preset").sample_seeds(SEEDS, asked), wanted)
