"""FreezeD: the first layers keep their weights through a training, a file and a replica; the rest learn."""

import keras
import numpy as np
import pytest

import keras_gan
from keras_gan import networks
from keras_gan.networks.freezing import freeze_first

SHAPE = (16, 16, 3)


def r3gan(convolutions):
    widths = (16, 16)
    discriminator = freeze_first(networks.r3gan.discriminator(SHAPE, widths), convolutions)
    model = keras_gan.R3GAN(networks.r3gan.generator(SHAPE, widths), discriminator, average_decay=0.9)
    model.compile()
    return model


def test_the_first_convolutions_stay_and_the_others_learn(tmp_path):
    keras.utils.set_random_seed(0)
    model = r3gan(3)
    before = [weight.numpy() for weight in model.discriminator.weights]
    images = np.random.default_rng(0).uniform(-1, 1, (16, *SHAPE)).astype("float32")
    model.fit(images, batch_size=8, epochs=2, verbose=0)
    moved = [(weight.numpy() != old).any() for weight, old in zip(model.discriminator.weights, before, strict=True)]
    convolutions = [layer for layer in model.discriminator.layers if "Conv" in type(layer).__name__]
    frozen = sum(len(layer.weights) for layer in convolutions[:3])
    assert not any(moved[:frozen]) and all(moved[frozen:])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    again.fit(images, batch_size=8, epochs=1, verbose=0)
    for weight, old in zip(again.discriminator.weights[:frozen], before[:frozen], strict=True):
        np.testing.assert_array_equal(weight, old)


@pytest.mark.parametrize("convolutions", [0, 99])
def test_one_sentence_for_nothing_or_all(convolutions):
    with pytest.raises(ValueError, match="convolutions must be 1 to 6, so that discriminator learns"):
        r3gan(convolutions)
