"""Which figures a variant's model gets: those of its data set's protocol, and label agreement if conditional."""

import numpy as np
import pytest

import zoo
from keras_gan import data
from keras_gan.evaluation.encoders import encoder
from keras_gan.evaluation.measure import measure_model
from zoo.presets import cards
from zoo.registry import variants

CONDITIONAL = zoo.list_models(dataset="mnist", conditional=True)


@pytest.fixture(scope="module")
def labelled_digits(tmp_path_factory):
    """A file of 40 digits of MNIST's size with their labels, in the place of MNIST."""
    digits = data.read("digits", image_shape=(28, 28, 1), split="test")
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    np.savez(path, images=digits.values[:40], labels=digits.labels[:40])
    return path


@pytest.mark.parametrize("name", CONDITIONAL)
def test_a_conditional_model_is_held_to_its_labels(name, labelled_digits):
    """Untrained: the agreement is that of whatever the encoder sees in its samples."""
    assert variants()[name].measured
    model = variants()[name].build()
    scores = measure_model(model, labelled_digits, n=20, encoder="mnistcnn")
    found = {score.protocol.metric: score for score in scores}
    samples = model.sample(20, seed=0, label=np.arange(20) % 10)
    seen = encoder("mnistcnn").probabilities(samples).argmax(axis=1)
    assert found["label_agreement"].value == np.mean(seen == np.arange(20) % 10)
    assert found["label_agreement"].protocol.settings == "by=encoder"


@pytest.mark.parametrize("name", [name for name in CONDITIONAL if variants()[name].pretrained])
def test_the_released_figures_hold_the_agreement_and_that_it_is_no_chance(name):
    figures = {full.split("@")[0]: value for full, value in cards.metadata(variants()[name])["figures"].items()}
    assert figures["label_agreement"] > 0.5


def test_some_variant_is_conditional():
    assert CONDITIONAL
