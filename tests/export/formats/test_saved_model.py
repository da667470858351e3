import io
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import absl.logging
import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import export
from keras_gan import GAN
from keras_gan.files.images import to_uint8
from keras_gan.networks import dcgan, gan

SEEDS = np.array([0, 1, 2, -7, 2**32, 2**40 + 3], "int64")
LABELS = np.array([9, 0, 3, 3, 5, 1], "int32")
TRUNCATION = np.array([1, 0.5, 0, 0.7, 2, 0.1], "float32")
ROOT = Path(__file__).parents[3]

# Runs outside the source tree, and where the package is installed all the same, it cannot be imported.
LOADER = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("keras_gan", "zoo", "export"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import numpy as np, tensorflow as tf
for folder, given, taken in zip(*[iter(sys.argv[1:])] * 3):
    loaded, inputs, outputs = tf.saved_model.load(folder), np.load(given), {}
    for name, signature in loaded.signatures.items():
        rows = {row: tf.constant(inputs[row]) for row in signature.structured_input_signature[1]}
        for key, value in signature(**rows).items():
            outputs[f"{name}/{key}"] = value.numpy().astype("S") if value.dtype == tf.string else value.numpy()
    np.savez(taken, **outputs)
assert "keras_gan" not in sys.modules
"""

FULL_DISK = """
import json, os, resource, signal, sys
import keras_gan, export
from keras_gan.networks import gan
model = keras_gan.GAN(gan.generator((2,), 2, [("relu", 8)], output="linear"), gan.discriminator((2,)))
model.steps.assign(1)
for limit in (0, 100, 2000, 30000):  # bytes a file may have: the variables fail, their index, the graph
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        export.saved_model(model, sys.argv[1], 1)
    except OSError as error:
        print(json.dumps([str(error), os.listdir(os.path.dirname(sys.argv[1]))]), flush=True)
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # now the kernel kills the process in the middle of the graph
export.saved_model(model, sys.argv[1])
"""


def scattered(model):
    """The model with weights that make varied images, others in the average than in the generator."""
    draw = np.random.default_rng(0)
    for scale, player in ((0.3, model.generator), (0.2, model.sampler)):
        for weight in player.weights:
            value = draw.normal(0, scale, weight.shape)
            weight.assign(np.exp(value) if weight.name in ("gamma", "moving_variance") else value)
    model.steps.assign(1)
    return model


def images_model(**options):
    options = {"average_decay": 0.99, **options}
    return scattered(GAN(dcgan.generator((32, 32, 3), 6, 4), dcgan.discriminator((32, 32, 3), 2), **options))


def conditional_model():
    networks = dcgan.generator((28, 28, 1), 6, 8, classes=10), dcgan.discriminator((28, 28, 1), 2, classes=10)
    return scattered(GAN(*networks, classes=10, average_decay=0.99))


def points_model():
    return scattered(GAN(gan.generator((2,), 3, [("relu", 16)], output="linear"), gan.discriminator((2,))))


@pytest.fixture(scope="module")
def models():
    return {"images": images_model(), "conditional": conditional_model(), "points": points_model()}


@pytest.fixture(scope="module")
def folders(models, tmp_path_factory):
    base = tmp_path_factory.mktemp("models")
    return {kind: export.saved_model(model, base / kind) for kind, model in models.items()}


@pytest.fixture(scope="module")
def loaded(folders):
    return {kind: tf.saved_model.load(str(folder)) for kind, folder in folders.items()}


def rows(kind, **given):
    """Inputs of a signature: with labels for the conditional model."""
    if kind == "conditional":
        n = len(next(iter(given.values())))
        given = {"label": np.resize(LABELS, n), **given}
    return {name: tf.constant(value) for name, value in given.items()}


def label_of(kind):
    return LABELS if kind == "conditional" else None


def isolated(*command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def answers(models, folders, tmp_path_factory):
    """What every signature of every model gives in a process that knows TensorFlow only."""
    place, empty = tmp_path_factory.mktemp("answers"), tmp_path_factory.mktemp("empty")
    arguments = []
    for kind, model in models.items():
        z = model.latents_of(SEEDS)
        np.savez(place / f"{kind}_in.npz", seed=SEEDS, label=LABELS, truncation=TRUNCATION, z=z)
        arguments += [str(folders[kind]), str(place / f"{kind}_in.npz"), str(place / f"{kind}_out.npz")]
    run = isolated(sys.executable, "-I", "-c", LOADER, *arguments, cwd=empty)
    assert run.returncode == 0, run.stderr
    return {kind: dict(np.load(place / f"{kind}_out.npz")) for kind in models}


@pytest.mark.parametrize("kind", ["images", "conditional", "points"])
def test_a_process_without_keras_gan_gives_the_images_of_sample(models, answers, kind):
    model, answer, label = models[kind], answers[kind], label_of(kind)
    output = "points" if kind == "points" else "images"
    expected = model.sample_seeds(SEEDS, label)
    assert expected.std() > 0.1
    for signature in ("sample", "serving_default", "from_latent"):
        np.testing.assert_allclose(answer[f"{signature}/{output}"], expected, rtol=0, atol=1e-5)
    for row, truncation in enumerate(TRUNCATION):
        one = model.sample_seeds(SEEDS[[row]], None if label is None else label[[row]], truncation=truncation)[0]
        np.testing.assert_allclose(answer[f"sample_truncated/{output}"][row], one, rtol=0, atol=1e-5)
    if kind != "points":
        decoded = [np.asarray(Image.open(io.BytesIO(png))) for png in answer["png/png_bytes"]]
        difference = np.reshape(decoded, expected.shape).astype(int) - to_uint8(expected)
        assert np.abs(difference).max() <= 1 and np.mean(difference != 0) < 1e-3


def test_saved_model_cli_gives_the_images_of_sample(models, folders, tmp_path):
    np.savez(tmp_path / "in.npz", seed=SEEDS, label=LABELS)
    inputs = f"seed={tmp_path}/in.npz[seed];label={tmp_path}/in.npz[label]"
    command = [Path(sys.executable).parent / "saved_model_cli", "run", "--dir", folders["conditional"]]
    command += ["--tag_set", "serve", "--signature_def", "sample", "--inputs", inputs, "--outdir", tmp_path]
    run = isolated(*map(str, command), cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    given = np.load(tmp_path / "images.npy")
    np.testing.assert_allclose(given, models["conditional"].sample_seeds(SEEDS, LABELS), rtol=0, atol=1e-5)


@pytest.mark.parametrize("kind", ["images", "conditional", "points"])
def test_a_row_depends_on_its_own_inputs_only(loaded, kind):
    sample = loaded[kind].signatures["sample"]
    inputs = rows(kind, seed=SEEDS)
    (together,) = sample(**inputs).values()
    (backwards,) = sample(**{name: value[::-1] for name, value in inputs.items()}).values()
    np.testing.assert_allclose(backwards[::-1], together, rtol=0, atol=1e-5)
    for row in range(len(SEEDS)):
        (alone,) = sample(**{name: value[row : row + 1] for name, value in inputs.items()}).values()
        np.testing.assert_allclose(alone[0], together[row], rtol=0, atol=1e-5)
    assert len({value.tobytes() for value in together.numpy()}) == len(SEEDS)


def test_the_averaged_generator_is_exported_and_only_that(models, folders, loaded):
    model = models["images"]
    images = loaded["images"].signatures["sample"](seed=tf.constant(SEEDS))["images"].numpy()
    assert np.abs(images - model.sample_seeds(SEEDS, average=False)).max() > 0.1
    for kind, folder in folders.items():
        stored = tf.train.list_variables(str(folder / "variables" / "variables"))
        numbers = sum(int(np.prod(shape)) for name, shape in stored if not name.startswith("_CHECKPOINTABLE"))
        assert numbers == models[kind].sampler.count_params()


def size(folder):
    files = [*folder.glob("*.pb"), *folder.glob("variables/*")]
    return sum(file.stat().st_size for file in files)


def test_size(models, folders, tmp_path):
    shape = (64, 64, 3)
    deep = GAN(dcgan.generator(shape, 64, 8, classes=10), dcgan.discriminator(shape, 2, classes=10), classes=10)
    deep.steps.assign(1)
    sizes = {kind: (size(folders[kind]), model.sampler.count_params() * 4) for kind, model in models.items()}
    sizes["deep"] = size(export.saved_model(deep, tmp_path)), deep.sampler.count_params() * 4
    for written, weights in sizes.values():
        assert weights < written <= 1.05 * weights + 100_000, sizes


SIGNATURES = {
    "serving_default": (["seed"], "images"),
    "sample": (["seed"], "images"),
    "sample_truncated": (["seed", "truncation"], "images"),
    "from_latent": (["z"], "images"),
    "png": (["seed"], "png_bytes"),
}


@pytest.mark.parametrize("kind, shape", [("images", (32, 32, 3)), ("conditional", (28, 28, 1)), ("points", (2,))])
def test_signatures(models, loaded, kind, shape):
    specs = {
        "seed": ([None], tf.int64),
        "label": ([None], tf.int32),
        "truncation": ([None], tf.float32),
        "z": ([None, models[kind].latent_dim], tf.float32),
    }
    signatures = loaded[kind].signatures
    assert set(signatures) == set(SIGNATURES) - ({"png"} if kind == "points" else set())
    for name, signature in signatures.items():
        inputs, output = SIGNATURES[name]
        output = "points" if kind == "points" else output
        inputs = inputs + ["label"] if kind == "conditional" else inputs
        expected = {row: tf.TensorSpec(*specs[row], name=row) for row in inputs}
        assert signature.structured_input_signature == ((), expected)
        (made,) = signature.structured_outputs.items()
        batch = ([None], tf.string) if output == "png_bytes" else ([None, *shape], tf.float32)
        assert (made[0], made[1].shape.as_list(), made[1].dtype) == (output, *batch)


ZEROS = np.zeros([1, 6], "float32")
TWO = np.array([1, 2], "int64")
REFUSALS = [
    ("sample", {"seed": TWO[:0]}, "The batch is empty"),
    ("png", {"seed": TWO[:0]}, "The batch is empty"),
    ("from_latent", {"z": ZEROS[:0]}, "The batch is empty"),
    ("from_latent", {"z": np.concatenate([ZEROS, ZEROS * np.nan])}, "z must be finite"),
    ("from_latent", {"z": np.concatenate([ZEROS - np.inf, ZEROS])}, "z must be finite"),
    ("sample", {"seed": TWO, "label": np.int32([1, -1])}, "label must lie in 0 to 9"),
    ("sample", {"seed": TWO, "label": np.int32([10, 1])}, "label must lie in 0 to 9"),
    ("png", {"seed": TWO, "label": np.int32([10, 1])}, "label must lie in 0 to 9"),
    ("sample", {"seed": TWO, "label": np.int32([1])}, "Each row needs one label"),
    ("sample", {"seed": TWO[:1], "label": np.int32([1, 2])}, "Each row needs one label"),
    ("sample_truncated", {"seed": TWO, "truncation": np.float32([1, np.nan])}, "truncation must be finite"),
    ("sample_truncated", {"seed": TWO, "truncation": np.float32([np.inf, 1])}, "truncation must be finite"),
    ("sample_truncated", {"seed": TWO, "truncation": np.float32([-0.1, 1])}, "finite and not negative"),
    ("sample_truncated", {"seed": TWO, "truncation": np.float32([1])}, "Each seed needs one truncation"),
]


@pytest.fixture(scope="module")
def session(folders):
    """The runtime that TensorFlow Serving embeds: a session, not tf.function."""
    graph = tf.Graph()
    session = tf.compat.v1.Session(graph=graph)
    with graph.as_default():
        meta = tf.compat.v1.saved_model.load(session, ["serve"], str(folders["conditional"]))

    def run(name, inputs):
        signature = meta.signature_def[name]
        feed = {signature.inputs[row].name: value for row, value in inputs.items()}
        return session.run([output.name for output in signature.outputs.values()], feed)

    yield run
    session.close()


@pytest.mark.parametrize("signature, inputs, sentence", REFUSALS)
def test_the_graph_refuses(loaded, session, signature, inputs, sentence):
    inputs = {name: tensor.numpy() for name, tensor in rows("conditional", **inputs).items()}
    with pytest.raises(tf.errors.InvalidArgumentError, match=sentence):
        loaded["conditional"].signatures[signature](**{name: tf.constant(value) for name, value in inputs.items()})
    with pytest.raises(tf.errors.InvalidArgumentError, match=sentence):
        session(signature, inputs)


@pytest.mark.parametrize("kind", ["images", "points"])
def test_the_graph_refuses_without_labels_too(models, loaded, kind):
    signatures = loaded[kind].signatures
    with pytest.raises(tf.errors.InvalidArgumentError, match="The batch is empty"):
        signatures["sample"](seed=tf.constant(TWO[:0]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="z must be finite"):
        signatures["from_latent"](z=tf.fill([1, models[kind].latent_dim], np.nan))


def linear_images(policy="float32", noise=False):
    """A generator whose images are unbounded, in the policy's precision, and noisy if asked for."""

    class Noise(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.generator = keras.random.SeedGenerator(0)

        def call(self, x):
            return x + keras.random.normal(keras.ops.shape(x), seed=self.generator)

    z = keras.Input((3,))
    x = keras.layers.Dense(4 * 4 * 5, kernel_initializer="ones", dtype=policy)(Noise()(z) if noise else z)
    generator = keras.Model(z, keras.layers.Reshape((4, 4, 5), dtype=policy)(x))
    model = GAN(generator, dcgan.discriminator((4, 4, 5), 2))
    model.steps.assign(1)
    return model


def test_unbounded_images_of_half_precision_are_float32_in_range(tmp_path):
    model = linear_images("mixed_bfloat16")
    signatures = tf.saved_model.load(str(export.saved_model(model, tmp_path))).signatures
    assert "png" not in signatures  # five channels
    images = signatures["sample"](seed=tf.constant(SEEDS))["images"]
    assert images.dtype == tf.float32 and np.abs(images).max() == 1.0
    np.testing.assert_allclose(images, model.sample_seeds(SEEDS), rtol=0, atol=1e-2)


def test_a_generator_with_a_state_of_its_own_is_refused(tmp_path):
    with pytest.raises(ValueError, match="seed_generator_state.* besides its weights"):
        export.saved_model(linear_images(noise=True), tmp_path)
    assert os.listdir(tmp_path) == []


def test_a_generator_that_diverged_is_refused(tmp_path):
    model = linear_images()
    model.sampler.weights[0].assign(np.full((3, 80), np.nan))
    with pytest.raises(ValueError, match="it has diverged"):
        export.saved_model(model, tmp_path / "new")
    assert os.listdir(tmp_path) == []


def test_a_model_made_under_a_strategy(tmp_path):
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        model = points_model()
    points = tf.saved_model.load(str(export.saved_model(model, tmp_path))).signatures["sample"](seed=tf.constant(SEEDS))
    np.testing.assert_allclose(points["points"], model.sample_seeds(SEEDS), rtol=0, atol=1e-5)


def test_versions_stand_side_by_side_and_are_not_replaced(models, tmp_path):
    model = models["points"]
    assert export.saved_model(model, tmp_path / "deep" / "er", version=2) == tmp_path / "deep" / "er" / "2"
    assert export.saved_model(model, str(tmp_path / "deep" / "er"), version=10) == tmp_path / "deep" / "er" / "10"
    assert sorted(os.listdir(tmp_path / "deep" / "er")) == ["10", "2"]
    (tmp_path / "1").mkdir()
    with pytest.raises(FileExistsError, match="1 exists already; export another"):
        export.saved_model(model, tmp_path, version=1)
    assert os.listdir(tmp_path / "1") == []


@pytest.mark.parametrize("version", [0, -1, 1.0, "1", True])
def test_version_must_be_a_positive_integer(models, tmp_path, version):
    with pytest.raises(ValueError, match="version must be an integer of at least 1"):
        export.saved_model(models["points"], tmp_path / "new", version)
    assert os.listdir(tmp_path) == []


def test_other_models_are_refused(models, tmp_path):
    with pytest.raises(TypeError, match="keras_gan's models, .* not Functional"):
        export.saved_model(models["points"].generator, tmp_path / "new")
    assert os.listdir(tmp_path) == []


def test_a_place_that_cannot_be_written(models, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="file/a new version cannot be written: .*; choose another place"):
        export.saved_model(models["points"], tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_failed_or_killed_export_leaves_no_version(models, tmp_path):
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "base")]
    core = lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # noqa: E731
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, preexec_fn=core)
    assert run.returncode == -signal.SIGXFSZ, run.stderr
    sentence = f"{tmp_path}/base/1 cannot be written: File too large; choose another place or make room for it."
    assert [json.loads(line) for line in run.stdout.splitlines()] == [[sentence, []]] * 4
    (debris,) = os.listdir(tmp_path / "base")
    assert debris.startswith(".new.")
    assert export.saved_model(models["points"], tmp_path / "base") == tmp_path / "base" / "1"


def test_what_a_killed_process_of_the_same_id_left_is_not_exported(models, tmp_path):
    left = tmp_path / f".new.{os.getpid()}.{threading.get_native_id()}" / "assets"
    left.mkdir(parents=True)
    (left / "half_written").write_text("")
    export.saved_model(models["points"], tmp_path)
    assert os.listdir(tmp_path) == ["1"] and not list(tmp_path.rglob("half_written"))


def test_nothing_is_printed(models, tmp_path, capfd, caplog):
    loggers = [tf.get_logger(), logging.getLogger("absl")]
    verbosity = [absl.logging.get_verbosity(), loggers[0].level]
    try:
        absl.logging.set_verbosity("info")
        loggers[0].setLevel("INFO")
        for logger in loggers:
            logger.addHandler(caplog.handler)
        tf.saved_model.save(tf.Module(), str(tmp_path / "plain"))
        assert "Assets written" in caplog.text
        caplog.clear()
        capfd.readouterr()
        export.saved_model(models["conditional"], tmp_path)
        assert caplog.text == "" and capfd.readouterr() == ("", "")
        tf.saved_model.save(tf.Module(), str(tmp_path / "again"))
        assert "Assets written" in caplog.text
    finally:
        absl.logging.set_verbosity(verbosity[0])
        loggers[0].setLevel(verbosity[1])
        for logger in loggers:
            logger.removeHandler(caplog.handler)
