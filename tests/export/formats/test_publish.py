"""Versions of a SavedModel as TF Serving meets them: numbered, whole, warmed up, with a card."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format, wrappers_pb2

import export
import zoo
from keras_gan import GAN
from keras_gan.files.weights import digest, to_safetensors
from keras_gan.networks import gan

ROOT = Path(__file__).parents[3]


def points_model(steps=1):
    model = GAN(gan.generator((2,), 3, [("relu", 16)], output="linear"), gan.discriminator((2,)))
    model.steps.assign(steps)
    return model


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    return export.saved_model(
        "dcgan_conditional.mnist",
        tmp_path_factory.mktemp("served"),
        batch_sizes=(1, 5),
        batching={"max_enqueued_batches": 10, "max_batch_size": 32},
    )


def test_without_a_number_it_is_the_next_version(tmp_path):
    model = points_model()
    (tmp_path / "not a version").mkdir()
    assert [export.saved_model(model, tmp_path).name for _ in range(2)] == ["1", "2"]
    assert export.saved_model(model, tmp_path, version=10).name == "10"
    assert export.saved_model(model, tmp_path).name == "11"


def test_warmup_requests_are_answered_by_the_graph(served):
    log = pytest.importorskip("tensorflow_serving.apis.prediction_log_pb2", reason="pip install keras_gan[serve]")
    signatures = tf.saved_model.load(str(served)).signatures
    records = tf.data.TFRecordDataset(str(served / "assets.extra" / "tf_serving_warmup_requests"))
    asked = []
    for record in records.as_numpy_iterator():
        request = log.PredictionLog.FromString(record).predict_log.request
        signature = signatures[request.model_spec.signature_name]
        given = {key: tf.constant(tf.make_ndarray(value)) for key, value in request.inputs.items()}
        assert set(given) == set(signature.structured_input_signature[1])
        (made,) = signature(**given).values()
        asked.append((request.model_spec.signature_name, len(made)))
    assert sorted(asked) == sorted((name, size) for name in signatures for size in (1, 5))


def test_no_warmup_where_none_is_asked_for(tmp_path):
    folder = export.saved_model(points_model(), tmp_path, batch_sizes=())
    assert sorted(os.listdir(folder / "assets.extra")) == ["card.json", "card.md"]
    assert not (folder / "batching_params.pbtxt").exists()


def batching_parameters():
    """BatchingParameters of TF Serving's session_bundle_config.proto, which the wheel does not have."""
    file = descriptor_pb2.FileDescriptorProto(name="batching.proto", package="batching", syntax="proto3")
    file.dependency.append(wrappers_pb2.DESCRIPTOR.name)
    message = file.message_type.add(name="BatchingParameters")
    names = ("max_batch_size", "batch_timeout_micros", "max_enqueued_batches", "num_batch_threads")
    for number, name in enumerate(names, 1):
        message.field.add(name=name, number=number, label=1, type=11, type_name=".google.protobuf.Int64Value")
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(wrappers_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("batching.BatchingParameters"))


def test_batching_parameters_are_what_tf_serving_parses(served):
    parsed = text_format.Parse((served / "batching_params.pbtxt").read_text(), batching_parameters()())
    assert parsed.max_batch_size.value == 32 and parsed.max_enqueued_batches.value == 10
    assert not parsed.HasField("batch_timeout_micros")


def test_the_card_of_a_pretrained_model_tells_its_origin(served):
    card = json.loads((served / "assets.extra" / "card.json").read_text())
    metadata = json.loads((zoo.variant("dcgan_conditional.mnist").folder / "metadata.json").read_text())
    model = zoo.load("dcgan_conditional.mnist")
    assert card["name"] == "dcgan_conditional.mnist" and card["steps"] == metadata["steps"]
    assert card["figures"] == metadata["figures"] and card["recipe"]["command"] == metadata["command"]
    assert card["sha256"] == digest(to_safetensors(model.sampler))
    assert card["latent"] == {"distribution": "Normal", "dimension": 100} and card["classes"] == 10
    assert card["licence"] == {"weights": "Apache-2.0", "data": metadata["licence"]}
    text = (served / "assets.extra" / "card.md").read_text()
    assert all(part in text for part in (metadata["command"], card["sha256"], metadata["licence"], "Apache-2.0"))


def test_a_card_follows_the_weights(tmp_path):
    model = zoo.load("dcgan.digits")
    cards = []
    for _ in range(2):
        folder = export.saved_model(model, tmp_path, batch_sizes=())
        cards.append(json.loads((folder / "assets.extra" / "card.json").read_text()))
        model.sampler.weights[0].assign(model.sampler.weights[0].value * 1.1)
    assert cards[0]["name"] == "dcgan.digits" and cards[0]["figures"]
    assert cards[1]["name"] is None and not cards[1]["figures"] and not cards[1]["recipe"]
    assert cards[0]["sha256"] != cards[1]["sha256"] and cards[1]["licence"] == {"weights": None, "data": None}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("dcgan.mist",), "dcgan.mnist"),
        (("gan.tfd",), "no weights in the package"),
        ((points_model(steps=0),), "never trained"),
    ],
)
def test_bad_models_are_one_sentence_and_leave_nothing(arguments, sentence, tmp_path):
    with pytest.raises(ValueError, match=sentence) as caught:
        export.saved_model(*arguments, tmp_path / "new")
    assert "\n" not in str(caught.value) and os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"batch_sizes": (0,)}, "at least 1"),
        ({"batch_sizes": (True,)}, "at least 1"),
        ({"batch_sizes": range(1, 300)}, "1000 warmup requests"),
        ({"batching": {"max_batch": 2}}, "max_batch_size"),
        ({"batching": {"max_batch_size": 0}}, "at least 1"),
    ],
)
def test_bad_options_are_one_sentence_and_leave_nothing(options, sentence, tmp_path):
    with pytest.raises(ValueError, match=sentence):
        export.saved_model(points_model(), tmp_path / "new", **options)
    assert os.listdir(tmp_path) == []


# The parent imports TensorFlow and starts nothing in it, so that each child begins at once.
PUBLISHERS = """
import os, signal, sys
import export, keras_gan, zoo
from keras_gan.networks import gan
for line in sys.stdin:
    child = os.fork()
    if not child:
        signal.alarm(200)  # a child that hangs ends with SIGALRM, and the test fails
        model = keras_gan.GAN(gan.generator((2,), 3, [("relu", 16)], output="linear"), gan.discriminator((2,)))
        model.steps.assign(1)
        print("begins", os.getpid(), flush=True)
        export.saved_model(model, sys.argv[1])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print("ended", os.waitstatus_to_exitcode(status), flush=True)
"""


def versions(base):
    """{number: its files with their sizes} of what TF Serving would read now."""
    return {
        int(folder.name): {str(file.relative_to(folder)): file.stat().st_size for file in folder.rglob("*")}
        for folder in base.iterdir()
        if folder.name.isdecimal()
    }


def test_a_publisher_killed_at_any_moment_never_shows_a_partial_version(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISHERS, str(tmp_path)], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def publish(kill_after=None):
        """-> (exit code, seconds)"""
        process.stdin.write("next\n")
        process.stdin.flush()
        child, started = int(process.stdout.readline().split()[1]), time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):  # it was faster
                os.kill(child, signal.SIGKILL)
        return int(process.stdout.readline().split()[1]), time.monotonic() - started

    draw = random.Random(0)
    code, seconds = publish()
    assert code == 0
    (whole,) = versions(tmp_path).values()
    assert whole["saved_model.pb"] and whole["variables/variables.index"] and whole["assets.extra/card.json"]
    killed = 0
    for _ in range(8):
        code, _ = publish(draw.uniform(0.1, 0.9) * seconds)
        assert code in (0, -signal.SIGKILL)
        killed += code != 0
        for files in versions(tmp_path).values():
            assert files.keys() == whole.keys()
            different = {name for name in files if files[name] != whole[name]}
            assert different <= {"variables/variables.index"}, different
    process.stdin.close()
    assert process.wait(60) == 0 and killed >= 2
    newest = tmp_path / str(max(versions(tmp_path)))
    points = tf.saved_model.load(str(newest)).signatures["sample"](seed=tf.constant([7], tf.int64))["points"]
    assert np.isfinite(points).all()
    assert export.saved_model(points_model(), tmp_path).name == str(max(versions(tmp_path)))
