"""Runs of recipes that learn from few labels: the seed chooses them, and the doctor looks on. That a restart is exact
is tested with the games."""

import json

import keras
import numpy as np
import pytest
from worker import pair

import zoo
from keras_gan import EBGANLN
from keras_gan.doctor import Probe
from keras_gan.networks import ladder
from zoo.runs.health import samples_of
from zoo.runs.sources import source_of, told
from zoo.tools.make_weights import NOT_SHIPPED

QUIET = {"verbose": 0, "pictures_every": 1000, "dataset": "digits"}  # which as the user's own are not measured


def test_a_run_keeps_how_many_labels_it_has_and_the_doctor_looks_on(tmp_path):
    name = "improved_semi.digits"
    _, run = zoo.train(name, tmp_path / "run", steps=4, stop_at=1, labelled=50, seed=1, **QUIET)
    assert json.loads((run / "config.json").read_text())["labelled"] == 50
    measured = json.loads((run / "doctor.jsonl").read_text().splitlines()[-1])
    assert measured["d_labelled"] > 0 and measured["non_finite"] == 0
    with pytest.raises(ValueError, match="cannot be resumed with 20"):
        zoo.train(name, run, resume=True, labelled=20, **QUIET)


def test_the_seed_of_a_run_chooses_the_labels():
    record = zoo.variant("improved_semi.digits")
    source = source_of(record, "digits", "train", 0)
    chosen = [told(source, record, None, seed).labels for seed in (0, 0, 1)]
    assert (chosen[0] >= 0).sum() == 100
    np.testing.assert_array_equal(chosen[0], chosen[1])
    assert (chosen[0] != chosen[2]).any()


def test_the_doctor_measures_a_ladder_with_labelled_samples():
    """Also the branch that its fakes are in, within a scope that keeps no state."""
    record = zoo.variant("ebgan_ln.digits")
    source = told(source_of(record, "digits", "train", 0), record, None, 0)
    real, (few, labels) = samples_of(source, False, few_labels=True)
    assert len(few) == len(labels) == 100 and labels.min() == 0 and len(real) == 256
    margin = keras.optimizers.schedules.PolynomialDecay(16.0, 10, 0.0)
    model = EBGANLN(pair()[0], ladder.discriminator((8, 8, 1), 10, (12,)), margin=margin)
    before = model.get_weights()
    found = Probe(model, (real, (few, labels)), (real, (few, labels)))()
    assert found["non_finite"] == 0 and found["d_contrast"] > 0 and found["generator_gradient"] > 0
    assert all(np.array_equal(one, other) for one, other in zip(before, model.get_weights(), strict=True))
    with pytest.raises(ValueError, match="labelled samples"):
        Probe(model, real)


def test_other_recipes_have_no_use_for_a_number_of_labels(tmp_path):
    with pytest.raises(ValueError, match="leave labelled out"):
        zoo.train("dcgan.digits", tmp_path / "run", labelled=10)


@pytest.mark.parametrize("game", ["improved_semi", "ebgan_ln", "ladder"])
def test_every_number_of_labels_of_the_papers_is_a_recipe(game):
    numbers = {zoo.variant(name).labelled: name for name in zoo.list_models(f"{game}*.mnist")}
    assert set(numbers) == ({20, 50, 100, 200} if game == "improved_semi" else {100, 200, 1000})
    assert numbers[100] == f"{game}.mnist" and all(NOT_SHIPPED & set(zoo.variant(n).tags) for n in numbers.values())
