import json
import math
import sys

import keras
import numpy as np
import pytest
from worker import mirrored

import zoo
from keras_gan import GAN, Pix2Pix, data
from keras_gan.cli.app import main
from keras_gan.data.attributes import Attributes
from keras_gan.doctor import SYMPTOMS, Doctor, Probe, diagnose, measurements, read_records
from keras_gan.networks import dcgan, pix2pix

RANDOM = np.random.default_rng(0)
DIGITS = data.images_of(data.read("digits"), 64)
HELD_OUT = data.images_of(data.read("digits", split="test"), 64)

HEALTHY = {
    "diversity": 0.98, "nearest_pair": 1.05, "modes": 0.95, "separation": 0.8, "held_out_separation": 0.55,
    "accuracy_real": 0.8, "accuracy_fake": 0.7, "accuracy_held_out": 0.75, "discriminator_error": 0.3,
    "largest_loss": 1.6, "discriminator_gradient": 2.0, "generator_gradient": 3.0, "saturation": -0.1, "checker": 1.1,
    "checker_share": 0.001, "movement": 0.3, "non_finite": 0.0, "data_deviation": 0.5,
}  # fmt: skip

BROKEN = {
    "not_finite": {"non_finite": 2.0, "largest_loss": None},
    "constant_data": {"data_deviation": 0.0},
    "exploding": {"largest_loss": 300.0},
    "frozen": {"movement": 0.0},
    "constant_output": {"diversity": 0.001, "modes": 0.1},
    "few_modes": {"modes": 0.3},
    "discriminator_too_strong": {"separation": 1.0, "discriminator_error": 0.001},
    "discriminator_overfits": {"held_out_separation": 0.99},
    "saturated_output": {"saturation": 0.4},
    "checker_artefacts": {"checker": 12.0, "checker_share": 0.2},
}


def course(*changes):
    """Records of a healthy run with changes, one for each measurement."""
    return [{"step": 10 * number, **HEALTHY, **change} for number, change in enumerate(changes)]


def names(records):
    return [verdict.symptom.name for verdict in diagnose(records)]


def game(rate=1e-3, seed=0, classes=None):
    keras.utils.set_random_seed(seed)
    nets = [net((8, 8, 1), width=4, classes=classes) for net in (dcgan.generator, dcgan.discriminator)]
    model = GAN(*nets, classes=classes)
    model.compile(keras.optimizers.Adam(rate), keras.optimizers.Adam(rate))
    return model


def fit(model, *watchers, epochs=2):
    return model.fit(DIGITS, batch_size=16, epochs=epochs, verbose=0, shuffle=False, callbacks=list(watchers))


def test_the_healthy_are_healthy():
    assert names([]) == [] and names(course({})) == [] and names(course(*[{}] * 30)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_each_symptom_is_named_alone_and_with_its_evidence(name):
    (verdict,) = diagnose(course(*[BROKEN[name]] * 12))
    assert verdict.symptom is SYMPTOMS[name] and verdict.step == 110
    assert len(verdict.evidence) >= len(verdict.symptom.tests) and name in str(verdict)
    assert verdict.symptom.remedy and verdict.symptom.source


def test_orbiting_is_being_right_and_wrong_by_turns():
    swings = [{"separation": 0.5 + 0.45 * math.sin(number)} for number in range(24)]
    assert names(course(*swings)) == ["orbiting"]
    assert names(course(*swings[:7])) == []  # too few to tell
    assert names(course(*swings, *[{}] * 24)) == []  # it has settled
    assert names(course(*[{"separation": 0.2}] * 24)) == []  # wrong, but not by turns


def test_every_symptom_has_a_case():
    assert {*BROKEN, "orbiting"} == set(SYMPTOMS)


def test_one_measurement_is_noise_and_early_ones_are_history():
    assert names(course(*[{}] * 9, {"modes": 0.1})) == []
    assert names(course(*[{"modes": 0.1}] * 20, *[{}] * 5)) == []


def test_what_was_not_measured_is_not_named():
    assert names([{"step": 1, "non_finite": 0.0, "modes": None}]) == []


def test_verdicts_and_symptoms_are_frozen():
    with pytest.raises(AttributeError):
        diagnose(course(BROKEN["few_modes"]))[0].step = 3


def test_deviation_and_nearest_pair_by_hand():
    points = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 4.0], [0.0, 2.0]])
    # variances 9/4 and 11/4; nearest: 2, 0, 0, 2
    assert measurements.deviation(points) == pytest.approx(math.sqrt((9 / 4 + 11 / 4) / 2))
    assert measurements.nearest_pair(points) == pytest.approx(1.0)
    assert measurements.deviation(np.ones((5, 4, 4, 1))) == 0.0


def test_effective_number_of_modes_by_hand():
    assert measurements.effective_number(np.array([0, 0, 1, 1])) == pytest.approx(2.0)
    assert measurements.effective_number(np.array([3, 3])) == pytest.approx(1.0)
    both = np.array([[0, 5], [0, 6], [1, 7], [1, 8]])  # of two values and of four
    assert measurements.effective_number(both) == pytest.approx((2 * 4) ** 0.5)


def test_separation_by_hand():
    assert measurements.separation([1.0, 2.0], [0.0, 1.0]) == pytest.approx((1 + 1 + 1 + 0.5) / 4)


def test_separation_of_as_many_scores_as_patches_have():
    """A hundred thousand million pairs do not fit into memory."""
    assert measurements.separation(np.arange(1.0, 300_001.0), np.arange(300_000.0)) == pytest.approx(0.5, abs=1e-5)


def test_checker_tells_the_pattern_from_noise_and_from_smooth_images():
    rows, columns = np.mgrid[:16, :16]
    smooth = np.sin(2 * np.pi * rows / 16)[None, ..., None] * np.ones((4, 1, 1, 1))
    pattern = smooth + 0.3 * ((-1.0) ** columns)[None, ..., None]
    contrast, share = measurements.checker(pattern)
    # power of the pattern: (0.3 n)^2 on one of the two lines; of the sine: twice (n / 2)^2
    assert share == pytest.approx(0.09 / (0.09 + 0.5)) and contrast > 1e3
    assert measurements.checker(RANDOM.normal(size=(400, 16, 16, 1)))[0] == pytest.approx(1, abs=0.1)
    assert measurements.checker(smooth)[1] < 1e-12
    assert measurements.checker(np.zeros((2, 8, 8, 1))) == (0.0, 0.0)


def test_probe_leaves_every_bit_of_the_model():
    model = game()
    fit(model)
    before = [np.array(variable) for variable in (*model.variables, *model.optimizer.variables)]
    probe = Probe(model, DIGITS, HELD_OUT)
    first, second = probe(), probe()
    for variable, value in zip((*model.variables, *model.optimizer.variables), before, strict=True):
        np.testing.assert_array_equal(variable, value)
    assert second.pop("movement") == 0.0 and first == second
    assert all(math.isfinite(value) for value in first.values())


def test_training_is_the_same_to_the_bit_with_the_doctor(tmp_path):
    alone, watched = game(), game()
    fit(alone)
    doctor = Doctor(DIGITS, HELD_OUT, every=3, path=tmp_path / "doctor.jsonl")
    fit(watched, doctor)
    for a, b in zip(alone.variables, watched.variables, strict=True):
        np.testing.assert_array_equal(a, b)
    assert [record["step"] for record in doctor.records] == [0, 3, 6]
    assert read_records(tmp_path / "doctor.jsonl") == doctor.records


def test_probe_counts_classes_where_an_encoder_is_given():
    class Encoder:
        def probabilities(self, images):
            return np.eye(2)[(np.asarray(images).mean(axis=(1, 2, 3)) > DIGITS.mean()).astype(int)]

    model = game()
    kernel = model.generator.get_layer("pixels").kernel
    kernel.assign(0.0 * kernel)  # every image is one and the same: one of two classes
    found = Probe(model, DIGITS, encoder=Encoder())()
    data_modes = measurements.effective_number(Encoder().probabilities(DIGITS).argmax(axis=1))
    assert found["modes"] == pytest.approx(1 / data_modes) and found["diversity"] == 0.0
    assert "held_out_separation" not in found


def test_probe_counts_what_samples_show_where_the_encoder_tells_attributes():
    class Encoder:
        values = {"weight": ("light", "heavy"), "side": ("left", "right")}

        def attributes(self, images):
            mass = np.asarray(images) + 1
            left, right = mass[:, :, :4].sum((1, 2, 3)), mass[:, :, 4:].sum((1, 2, 3))
            codes = [left + right > 0.6 * mass[0].size, left < right]
            return Attributes(np.stack(codes, axis=1).astype(np.int32), self.values)

    model = game()
    kernel = model.generator.get_layer("pixels").kernel
    kernel.assign(0.0 * kernel)
    of_data = measurements.effective_number(Encoder().attributes(DIGITS).codes)
    assert 1.5 < of_data <= 2
    assert Probe(model, DIGITS, encoder=Encoder())()["modes"] == pytest.approx(1 / of_data)


def test_probe_takes_fewer_pictures_where_maps_are_as_large_as_they():
    pictures = np.zeros((300, 8, 8, 1), np.float32)
    translator = Pix2Pix(pix2pix.unet((8, 8, 1), 1, 4), pix2pix.discriminator((8, 8, 1), 1, 7, 4))
    translator.compile()
    assert len(Probe(translator, (pictures, pictures)).real) == 64
    assert len(Probe(translator, (pictures, pictures), samples=100).real) == 100


def test_probe_of_a_conditional_model_needs_labels():
    model, labels = game(classes=10), np.arange(64) % 10
    assert Probe(model, (DIGITS, labels), (HELD_OUT, labels))()["non_finite"] == 0
    with pytest.raises(ValueError, match="label"):
        Probe(model, DIGITS)
    with pytest.raises(ValueError, match="at least 8 real samples; got 3|at least 8"):
        Probe(game(), DIGITS[:3])


def test_critics_have_no_confidence():
    model = game()
    model.logits = False
    found = Probe(model, DIGITS)()
    assert "separation" in found and not {"accuracy_real", "discriminator_error"} & found.keys()


def test_a_frozen_run_is_caught_and_stopped():
    model = game(rate=0.0)
    doctor = Doctor(DIGITS, every=1, stop_on=("frozen",), patience=2, warm_up=0)
    fit(model, doctor, epochs=20)
    assert doctor.stopped.symptom.name == "frozen" and int(model.steps.numpy()) == 4  # at once, then the epoch ends
    assert "frozen" in [verdict.symptom.name for verdict in doctor.verdicts()]


def test_nothing_stops_before_the_warm_up():
    model = game(rate=0.0)
    doctor = Doctor(DIGITS, every=1, stop_on=("frozen",), patience=1)
    fit(model, doctor, epochs=3)
    assert doctor.stopped is None and int(model.steps.numpy()) == 12


def test_a_diverged_run_is_caught_and_its_file_is_strict_json(tmp_path):
    model = game()
    model.compile(keras.optimizers.SGD(1e30), keras.optimizers.SGD(1e30))
    doctor = Doctor(DIGITS, every=1, path=tmp_path / "doctor.jsonl", stop_on=("not_finite",))
    fit(model, doctor, epochs=9)
    assert doctor.stopped.symptom.name == "not_finite" and [v.symptom.name for v in doctor.verdicts()] == ["not_finite"]
    text = (tmp_path / "doctor.jsonl").read_text()
    assert "NaN" not in text and "Infinity" not in text and json.loads(text.splitlines()[-1])["largest_loss"] is None


def test_measurements_enter_the_logs_for_stock_checkpoints(tmp_path):
    best = tmp_path / "best.keras"
    keep = keras.callbacks.ModelCheckpoint(best, monitor="doctor_modes", mode="max", save_best_only=True)
    history = fit(game(), Doctor(DIGITS, every=4, logged=("modes", "movement")), keep).history
    assert history["doctor_modes"][-1] > 0 and best.is_file() and math.isfinite(history["doctor_movement"][0])


def test_a_share_of_the_time_is_kept():
    doctor = Doctor(DIGITS, share=1e-9)
    fit(game(), doctor)
    assert [record["step"] for record in doctor.records] == [0, 1]


def test_a_resumed_run_drops_what_it_measures_again(tmp_path):
    path = tmp_path / "doctor.jsonl"
    path.write_text('{"step": 0}\n{"step": 3}\n{"step": 9}\n{"ste')
    model = game()
    model.steps.assign(4)
    doctor = Doctor(DIGITS, every=100, path=path)
    fit(model, doctor, epochs=1)
    assert [record["step"] for record in doctor.records] == [0, 3, 4] == [r["step"] for r in read_records(path)]


@pytest.mark.parametrize(
    ("options", "says"),
    [({"stop_on": ("tired",)}, "tired"), ({"logged": ("mood",)}, "mood"), ({"every": 0}, "every=0")],
)
def test_doctor_refuses(options, says):
    with pytest.raises(ValueError, match=says):
        Doctor(DIGITS, **options)


def command(*arguments, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["keras-gan", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return zoo.train("dcgan.digits", tmp_path_factory.mktemp("runs") / "run", steps=12, verbose=0)[1]


def test_the_command_examines_a_run(run, tmp_path, monkeypatch, capsys):
    assert command("doctor", run, "--plot", tmp_path / "doctor.png", monkeypatch=monkeypatch) == 0
    said = capsys.readouterr().out
    assert "diversity" in said and "step 12" in said  # the checkpoint is later than what was measured in training
    assert (tmp_path / "doctor.png").stat().st_size > 1000


def test_the_command_names_verdict_remedy_and_source(run, monkeypatch, capsys):
    (run / "doctor.jsonl").write_text("".join(json.dumps(r) + "\n" for r in course(*[BROKEN["few_modes"]] * 9)))
    assert command("doctor", run, monkeypatch=monkeypatch) == 0
    said = capsys.readouterr().out
    assert "few_modes" in said and "median of the last five of modes is 0.3" in said and "1606.03498" in said


def test_the_command_refuses_other_folders_in_one_sentence(tmp_path, monkeypatch, capsys):
    assert command("doctor", tmp_path, monkeypatch=monkeypatch) == 1
    said = capsys.readouterr().err
    assert said.startswith("keras-gan: ") and said.count("\n") == 1


def test_train_stops_on_what_the_doctor_finds(tmp_path):
    with pytest.raises(ValueError, match="stop_on does not know nonsense"):
        zoo.train("dcgan.digits", tmp_path / "run", steps=2, stop_on=("nonsense",), verbose=0)


def test_the_doctor_works_on_two_replicas():
    with mirrored().scope():
        model = game()
    alone = game()
    assert Probe(model, DIGITS)() == pytest.approx(Probe(alone, DIGITS)(), rel=1e-4)
    doctor = Doctor(DIGITS, every=4)
    fit(model, doctor, epochs=1)
    assert [record["step"] for record in doctor.records] == [0, 4] and doctor.records[1]["movement"] > 0


def test_data_that_do_not_vary_are_named_and_nothing_else_is_made_up():
    same = np.repeat(DIGITS[:1], 200, axis=0)
    doctor = Doctor(same, DIGITS[:50], every=5)
    game().fit(same, batch_size=16, epochs=1, verbose=0, callbacks=[doctor])
    assert [verdict.symptom.name for verdict in doctor.verdicts()] == ["constant_data"]
    assert not {"diversity", "modes", "nearest_pair", "checker", "movement"} & set(doctor.records[-1])
    assert "do not vary" in str(doctor.verdicts()[0])
