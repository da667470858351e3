"""`keras-gan evaluate` as a person meets it: the same images score the same however they come, records and cards
follow, and what does not fit is one sentence."""

import json
import os
import re
import shutil
from functools import partial

import keras
import numpy as np
import pytest
from command import keras_gan
from PIL import Image

import export
import zoo
from keras_gan import data
from keras_gan.cli import evaluate as page
from keras_gan.evaluation import check, floor
from keras_gan.evaluation.encoders import encoder
from keras_gan.evaluation.figures import FIGURES
from keras_gan.evaluation.image_scores import score_classes, score_images
from keras_gan.evaluation.protocol import Protocol, Score
from keras_gan.evaluation.reference import Reference
from keras_gan.evaluation.toy_scores import score_points
from keras_gan.files.images import write_png
from zoo import scores as records
from zoo import shards
from zoo.presets import cards
from zoo.presets.preset import write_metadata
from zoo.registry import variant
from zoo.targets import open_target

N = 60


evaluate = partial(keras_gan, "evaluate")


def scores_in(path):
    """{short name: Score} of a file that --json wrote."""
    return {score.name: score for score in map(Score.from_json, json.loads(path.read_text())["scores"])}


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """Digits of 28 pixels: 60 "samples", uint8, and a file with 200 others as the real data."""
    images = data.read("digits", image_shape=(28, 28, 1), split="test").values
    folder = tmp_path_factory.mktemp("digits")
    np.save(folder / "real.npy", images[-200:])
    return folder, images[:N]


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A copy of a pretrained variant, measured by its whole protocol."""
    folder = tmp_path_factory.mktemp("presets") / "gan.gaussian1d"
    shutil.copytree(variant("gan.gaussian1d").folder, folder)
    assert evaluate(folder) == 0
    return folder


def test_samples_drawn_by_several_processes_score_as_those_of_one(digits, monkeypatch, capfd):
    folder, _ = digits
    monkeypatch.setattr(shards, "ROWS", 25)
    found = []
    for workers in ((), ("--workers", 2)):
        options = ("--dataset", folder / "real.npy", "--encoder", "mnistcnn", "-n", N, "--json", folder / "out.json")
        assert evaluate("dcgan_conditional.mnist", *options, *workers) == 0, capfd.readouterr().err
        found.append({name: score.value for name, score in scores_in(folder / "out.json").items()})
    assert "3 of 3 parts, by 2 processes" in capfd.readouterr().out
    assert found[1] == pytest.approx(found[0], rel=1e-3)  # a level of 256 may differ where 1e-5 crosses a half


def test_processes_draw_no_images_that_are_there_already(digits, capfd):
    folder, _ = digits
    assert evaluate(folder / "real.npy", "--dataset", "digits", "--workers", 2) == 1
    assert "--workers draws samples of a variant" in capfd.readouterr().err


def test_bytes_floats_and_a_folder_of_png_score_the_same(digits, capfd):
    folder, images = digits
    np.save(folder / "bytes.npy", images)
    np.savez(folder / "floats.npz", images=images.astype("float32") / 127.5 - 1)
    for number, image in enumerate(images):
        write_png(folder / "png" / f"{number:03d}.png", image)
    found = []
    for name in ("bytes.npy", "floats.npz", "png"):
        options = ("--dataset", folder / "real.npy", "--encoder", "mnistcnn", "--json", folder / "out.json")
        assert evaluate(folder / name, *options) == 0, capfd.readouterr().err
        found.append({name: (score.value, score.protocol) for name, score in scores_in(folder / "out.json").items()})
    assert found[0] == found[1] == found[2]
    assert {"fid", "kid", "precision", "recall", "density", "coverage", "inception_score"} <= {
        name.split("@")[0] for name in found[0]
    }
    protocol = next(iter(found[0].values()))[1]
    assert (protocol.n_fake, protocol.n_real, protocol.quantisation) == (N, 200, "uint8")
    assert protocol.real == "real train 28x28x1" and protocol.encoder.startswith("mnistcnn-")
    said = capfd.readouterr().out
    assert "fid@60/mnistcnn-" in said and "+-" in said and "Frechet distance ..." in said


def test_a_saved_model_scores_as_its_model(tmp_path):
    export.saved_model(zoo.load("dcgan.digits"), tmp_path / "served")
    found = []
    for what in (tmp_path / "served", "dcgan.digits"):
        options = ("--dataset", "digits", "-n", N, "--seed", 5, "--json", tmp_path / "out.json")
        assert evaluate(what, *options) == 0
        found.append(scores_in(tmp_path / "out.json"))
    served, preset = found
    assert served.keys() == preset.keys() >= {"classes@60", "class_entropy@60", "parzen@60"}
    for name, score in served.items():
        assert score.samples == "seeds 5 to 64"
        low, high = preset[name].band
        assert score.minus(preset[name]) == pytest.approx(0, abs=1e-3) and low <= score.value <= high


def test_a_conditional_saved_model_is_asked_for_each_class_in_turn(tmp_path):
    images = data.read("digits", image_shape=(28, 28, 1), split="test")
    np.savez(tmp_path / "real.npz", images=images.values[:100], labels=images.labels[:100])
    export.saved_model(zoo.load("dcgan_conditional.mnist"), tmp_path / "served")
    found = []
    for what in (tmp_path / "served", "dcgan_conditional.mnist"):
        options = ("--dataset", tmp_path / "real.npz", "--encoder", "mnistcnn", "--json", tmp_path / "out.json")
        assert evaluate(what, *options, "-n", 40) == 0
        found.append({score.protocol.metric: score.value for score in scores_in(tmp_path / "out.json").values()})
    assert found[0] == pytest.approx(found[1], abs=0.02) and found[0]["label_agreement"] > 0.8


def test_labels_are_held_against_what_the_classifier_sees():
    """Four classes told by their brightness; the encoder is a perfect classifier of it."""
    levels, features = np.array([20, 90, 160, 230]), keras.layers.Flatten()
    model = keras.Sequential([keras.Input((4, 4, 1)), features, keras.layers.Dense(4, "softmax")], name="brightness")
    x = levels / 127.5 - 1
    slopes = np.tile(200 * x / 16, (16, 1))  # logits 200 (m x_c - x_c^2 / 2): the largest is that of the nearest level
    model.layers[-1].set_weights([slopes, -100 * x**2])
    labels = np.arange(40) % 4
    images = np.full((40, 4, 4, 1), 0, np.uint8) + levels[labels].astype(np.uint8)[:, None, None, None]
    images[..., 0, 0, 0] += np.arange(40, dtype=np.uint8) % 9
    asked = np.where(np.arange(40) < 10, 0, labels)  # of the first ten, three are of class 0
    real = Reference("levels", images.copy(), classes=4)
    scores = {score.protocol.metric: score for score in score_images(images, real, model, labels=asked)}
    assert scores["label_agreement"].value == pytest.approx(33 / 40)
    assert scores["label_agreement"].plus_minus == pytest.approx(np.sqrt(33 / 40 * 7 / 40 / 40))
    assert scores["classes"].value == 4
    assert scores["class_entropy"].value == pytest.approx(np.log(4)) and scores["class_entropy"].plus_minus < 1e-6
    assert scores["fid"].value == pytest.approx(0, abs=1e-6) and scores["precision"].value == 1
    assert scores["inception_score"].value == pytest.approx(4, abs=0.01)
    # The mean share of a class is 1/4, and a certain classifier's p(y|x) is 1e-20 or less for the other three.
    assert 0.25 * np.log(1e20) < scores["modified_inception_score"].value <= 0.75 * 88


def test_entropy_error_is_that_of_repeated_draws():
    """10,000 draws of 500 from known shares."""
    shares, n = np.array([0.6, 0.3, 0.1]), 500
    counts = np.random.default_rng(0).multinomial(n, shares, size=10_000) / n
    spread = (-(counts * np.log(counts)).sum(axis=1)).std()
    assert entropy_of(np.repeat(np.arange(3), (shares * n).astype(int)))[1] == pytest.approx(spread, rel=0.05)


def test_the_entropy_of_one_class_is_0_without_a_sign():
    entropy, error = entropy_of(np.full(9, 3))
    assert f"{entropy:.3f}" == "0.000" and error == 0.0


def entropy_of(predicted):
    """(the class entropy, its standard error)."""
    scores = {}
    book = type("Kept", (), {"add": lambda self, name, *row, **settings: scores.update({name: row})})()
    score_classes(book, predicted, None)
    return scores["class_entropy"][:2]


def test_points_of_a_toy_world(tmp_path):
    world = data.toys.TOYS["ring"]
    points = world.sample(400, seed=3)
    np.save(tmp_path / "points.npy", points[points[:, 0] > -0.5])  # without the mode at angle pi and its two neighbours
    assert evaluate(tmp_path / "points.npy", "--dataset", "ring", "--json", tmp_path / "out.json") == 0
    scores = {score.protocol.metric: score for score in scores_in(tmp_path / "out.json").values()}
    assert scores["modes"].value == 5 and scores["modes"].protocol.settings == "of=8"
    assert scores["mode_kl"].value == pytest.approx(np.log(8 / 5), abs=0.03)
    assert scores["high_quality"].value > 0.97
    assert 0.5 < scores["two_sample_accuracy"].value < 0.8


def test_points_on_a_line_and_their_discriminator():
    """0.5 z + 3 with D = 3/4 everywhere, against N(-1, 1)."""
    points = 0.5 * np.random.default_rng(0).standard_normal((20_000, 1)) + 3
    scores = score_points(points, "gaussian1d", probability=lambda x: np.full(len(x), 0.75))
    values = {score.protocol.metric: score.value for score in scores}
    expected = {"mean": 3, "standard_deviation": 0.5, "data_mean": -1, "data_standard_deviation": 1}
    assert {name: values[name] for name in expected} == pytest.approx(expected, abs=0.03)
    assert values["discriminator_deviation"] == pytest.approx(0.25)
    assert values["two_sample_accuracy"] > 0.95
    assert scores[0].plus_minus == pytest.approx(0.5 / np.sqrt(20_000), rel=0.02)
    with pytest.raises(ValueError, match=r"points \[n, 1\], not \(20, 2\)"):
        score_points(np.zeros((20, 2)), "gaussian1d")


def test_the_record_and_the_card_hold_the_scores(preset):
    metadata = json.loads((preset / "metadata.json").read_text())
    scores = [Score.from_json(record) for record in metadata["scores"]]
    assert metadata["figures"] == {score.name: score.value for score in scores}
    assert cards.figures(preset / "card.md") == pytest.approx(metadata["figures"], rel=1e-5)
    text = (preset / "card.md").read_text()
    assert "--check" in text and "seeds 0 to 99999" in text and "standard error" in text
    assert metadata["command"] in text  # nothing else is lost
    assert [path.name for path in preset.iterdir() if path.name.startswith(".")] == []


def test_check_passes_on_a_fresh_record(preset, capfd):
    assert evaluate(preset, "--check") == 0
    assert "within their recorded bands" in capfd.readouterr().out


def altered(preset, change, folder):
    """A copy of a measured preset with a changed record."""
    shutil.copytree(preset, folder)
    metadata = json.loads((folder / "metadata.json").read_text())
    change(metadata)
    write_metadata(folder, metadata)
    return folder


def better(metadata):
    """A whole record with a better figure, consistent in itself."""
    score = next(score for score in metadata["scores"] if score["name"] == "two_sample_accuracy@2k")
    score["value"], score["band"] = 0.45, [0.44, 0.46]
    metadata["figures"][score["name"]] = 0.45


def test_check_fails_where_a_figure_was_altered_everywhere(preset, tmp_path, capfd):
    folder = altered(preset, better, tmp_path / "altered")
    target = open_target(folder)
    cards.write(target.card, json.loads((folder / "metadata.json").read_text()), folder)
    assert evaluate(folder, "--check") == 1
    said = capfd.readouterr().err
    assert "two_sample_accuracy@2k is 0.5" in said and "outside the recorded 0.44 to 0.46" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("where", ["figures", "scores", "card"])
def test_check_fails_at_once_where_the_record_disagrees_with_itself(where, preset, tmp_path, capfd):
    def change(metadata):
        if where == "figures":
            metadata["figures"]["mean@100k"] = -1.0
        if where == "scores":
            metadata["scores"][0]["value"] = -1.0

    folder = altered(preset, change, tmp_path / "altered")
    if where == "card":
        text = (folder / "card.md").read_text()
        (folder / "card.md").write_text(text.replace("| `mean@100k` | -0.97", "| `mean@100k` | -0.99"))
    assert evaluate(folder, "--check") == 1
    said = capfd.readouterr()
    assert "mean@100k" in said.err and "disagrees" in said.err and not said.out


def test_check_of_another_protocol_names_what_differs(preset):
    old = [Score.from_json(record) for record in json.loads((preset / "metadata.json").read_text())["scores"]]
    check.check(old, old)
    new = [Score(score.value, type(score.protocol)(**vars(score.protocol) | {"revision": 99})) for score in old]
    with pytest.raises(ValueError, match=r"cannot be compared; they differ in revision \(99 and "):
        check.check(old, new)
    with pytest.raises(ValueError, match="mean@100k is not measured any more"):
        check.check(old, old[1:])


def test_a_run_keeps_its_scores(tmp_path, capfd):
    zoo.train("gan.gaussian1d", tmp_path / "run", steps=3, verbose=0)
    before = json.loads((tmp_path / "run" / "result.json").read_text())
    (tmp_path / "run" / "result.json").write_text(json.dumps({"minutes": 1}))
    assert evaluate(tmp_path / "run", "--check") == 1
    assert "no recorded scores" in capfd.readouterr().err
    assert evaluate(tmp_path / "run") == 0
    after = json.loads((tmp_path / "run" / "result.json").read_text())
    assert after["minutes"] == 1 and after["scores"] == before["scores"]


def test_a_part_of_the_protocol_leaves_the_record_alone(preset, capfd):
    before = (preset / "metadata.json").read_text(), (preset / "card.md").read_text()
    assert evaluate(preset, "-n", 50) == 0 and "Updated" not in capfd.readouterr().out
    assert ((preset / "metadata.json").read_text(), (preset / "card.md").read_text()) == before


def test_a_folder_that_cannot_be_written_is_said(preset, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    before = (preset / "metadata.json").read_text()
    assert "cannot be written" in records.keep(open_target(preset), [])
    assert (preset / "metadata.json").read_text() == before


def test_floor_is_the_mean_and_the_spread_over_draws():
    values, protocol = [1.0, 2.0, 4.0], Protocol("fid", 10_000, 10_000)
    found = floor.over_draws([Score(value, protocol, 0.1, "standard error") for value in values])
    assert found.value == pytest.approx(7 / 3) and found.plus_minus == pytest.approx(np.std(values, ddof=1))
    assert found.interval == "standard deviation over 3 draws" and found.protocol == protocol


def test_the_shipped_floor_is_of_the_shipped_encoder():
    floor = {score.protocol.metric: score for score in cards.real_scores("mnist")}
    assert floor["fid"].name == f"fid@10k/{encoder('mnistcnn')}"
    assert 0 < floor["fid"].value < 0.1 and 0 < floor["fid"].plus_minus < 0.02
    model = Score(3.0, floor["fid"].protocol, samples="seeds 0 to 9999")
    assert list(cards.floor([model])) == [
        "Real training images have a `fid@10k/mnistcnn-fff1becb` of 0.0577 +- 0.0049."
    ]
    assert list(cards.floor([Score(3.0, Protocol("fid", 500))])) == []


def test_real_faces_have_a_floor_too():
    floor = {score.protocol.metric: score for score in cards.real_scores("faces")}
    assert floor["fid"].name == f"fid@10k/{encoder('facecnn')}" and 5 < floor["fid"].value < 12
    assert abs(floor["kid"].value) < floor["kid"].plus_minus  # unbiased: real faces have none
    assert floor["attribute_kl"].value < 0.001 and floor["missing_values"].value == 0
    assert floor["precision"].value > 0.9 and floor["recall"].value > 0.9 and "novelty" not in floor


ATTRIBUTES = [
    Score(0.2, Protocol("attribute_kl", 100, 50, "faces test"), detail={
        "hair": {"kl": 0.4, "shares": {"none": [0.5, 0.25], "bun": [0.0, 0.25], "bob": [0.5, 0.5]}},
        "skin_color": {"kl": 0.0, "shares": {"#eeb4a4": [1.0, 1.0]}},
    }),
    Score(1.0, Protocol("missing_values", 100), detail={"hair": ["bun"]}),
    Score(0.9, Protocol("label_agreement", 100), detail={"hair": 0.9}),
]  # fmt: skip


def test_a_card_says_of_each_attribute_what_samples_show():
    assert list(cards.attributes(ATTRIBUTES))[5:] == [
        "| attribute | KL, nats | never shown | as asked for |", "|---|---|---|---|",
        "| hair | 0.4000 | bun | 90.00% |", "| skin color | 0.0000 | - | - |",
    ]  # fmt: skip
    assert list(cards.attributes(ATTRIBUTES[:2]))[-2] == "| hair | 0.4000 | bun |"
    assert list(cards.attributes(ATTRIBUTES[1:])) == []


def test_evaluate_says_of_each_attribute_what_samples_show(tmp_path, capfd):
    page.finish("some", ATTRIBUTES, None)
    page.draw_attributes(ATTRIBUTES, tmp_path / "bars.png")
    said = capfd.readouterr().out
    assert re.search(r"hair +0\.4000 +90\.00% +bun *\n", said) and "bars.png" in said
    assert Image.open(tmp_path / "bars.png").size[0] > 300
    with pytest.raises(ValueError, match="tell no attributes"):
        page.draw_attributes(ATTRIBUTES[1:], tmp_path / "none.png")


def test_every_figure_has_a_band_around_it():
    for name, figure in FIGURES.items():
        for value in (-3.0, 0.0, 10.0):
            low, high = figure.band(value)
            assert low <= value <= high, name


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Give a target"),
        (("dcgan.digits", "--floor", "mnist"), "Give a target"),
        (("dcgan.mist",), "dcgan.mnist"),
        (("gan.tfd",), "train gan.tfd"),
        (("empty", "--dataset", "digits"), "no images"),
        (("small.npy",), "--dataset mnist"),
        (("small.npy", "--dataset", "nothing.here"), "nothing.here"),
        (("small.npy", "--dataset", "other.npy"), "--encoder"),
        (("small.npy", "--dataset", "other.npy", "--encoder", "resnet"), "mnistcnn, facecnn, inception"),
        (("small.npy", "--dataset", "other.npy", "-n", "5"), "At least 20"),
        (("small.npy", "--dataset", "other.npy", "-n", "500"), "fewer than the 500"),
        (("small.npy", "--dataset", "other.npy", "--seed", "5"), "--seed"),
        (("small.npy", "--dataset", "ring"), "points"),
        (("text.npy", "--dataset", "ring"), "text.npy"),
        (("wide.npy", "--dataset", "other.npy"), "[-1, 1]"),
        (("dcgan.digits", "--check", "-n", "50"), "--check"),
        (("dcgan.digits", "--json", "out.txt"), ".json"),
        (("dcgan.digits", "--attributes", "out.svg"), ".png"),
        (("--floor", "mnist", "-n", "50"), "--floor"),
    ],
)
def test_bad_input_is_one_sentence(arguments, says, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.npy").write_text("text")
    images = np.random.default_rng(0).integers(0, 256, (30, 6, 6, 1), np.uint8)
    np.save("small.npy", images)
    np.save("other.npy", images)
    np.save("wide.npy", images.astype("float32"))
    before = sorted(tmp_path.rglob("*"))
    assert evaluate(*arguments) == 1
    said = capfd.readouterr().err
    assert says in said and said.startswith("keras-gan: ") and said.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before
