"""Labels by name, and several attributes in one label."""

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan import data, networks
from keras_gan.callbacks import SampleGrid
from keras_gan.cli.arguments import label_of
from keras_gan.data.attributes import Attributes
from keras_gan.networks.labels import Digits, one_hot
from keras_gan.sampling.labels import as_json, as_names, count, numbered, to_show

NAMES = {"hair_color": ("none", "#362c47", "#e15c66"), "eyes": ("glasses", "wink")}


def test_a_dictionary_is_the_number_of_the_combination():
    assert numbered({"hair_color": "#e15c66", "eyes": "glasses"}, NAMES) == 4  # 2 * 2 + 0
    assert numbered({"eyes": 1, "hair_color": 1}, NAMES) == 3
    assert numbered({"hair": "#e15c66", "eyes": "wink"}, NAMES) == 5  # "hair" with a colour means its colour
    np.testing.assert_array_equal(numbered({"hair_color": ["none", "#362c47"], "eyes": "wink"}, NAMES), [1, 3])
    assert count(NAMES) == 6 and count(("a", "b")) == 2
    np.testing.assert_array_equal(numbered([0, 5], NAMES), [0, 5])


def test_what_is_left_open_is_drawn_by_the_seed_of_each_row_alone():
    seeds = np.arange(3, 400)
    labels = numbered({"eyes": "wink"}, NAMES, seeds)
    assert (labels % 2 == 1).all() and np.bincount(labels // 2).min() > 90
    np.testing.assert_array_equal(labels[50:60], numbered({"eyes": "wink"}, NAMES, seeds[50:60]))
    with pytest.raises(ValueError, match="Give hair_color too"):
        numbered({"eyes": "wink"}, NAMES)


@pytest.mark.parametrize(
    ("label", "names", "says"),
    [
        ({"eyes": "winks"}, NAMES, "There is no eyes 'winks'; did you mean wink"),
        ({"nose": "round"}, NAMES, "There is no attribute 'nose' to ask for; there are hair_color, eyes"),
        ({"eyes": 2}, NAMES, "eyes is a name, or a number from 0 to 1; got 2"),
        ({"hair": "#362c47", "hair_color": "none"}, NAMES, "says hair_color twice: '#362c47' and 'none'"),
        ({"eyes": 0.5}, NAMES, "eyes is a name, or a number"),
        ("wink", NAMES, "give a dictionary with some of hair_color, eyes"),
        ("wink", None, "give numbers"),
        ("cut", ("cat", "dog"), "There is no class 'cut'; did you mean cat"),
    ],
)
def test_one_sentence_for_what_there_is_not(label, names, says):
    with pytest.raises(ValueError, match=says) as error:
        numbered(label, names, np.arange(2))
    assert len(str(error.value).splitlines()) == 1


def test_names_survive_files():
    for names in (NAMES, ("a", "b"), None):
        assert as_names(as_json(names)) == names


def test_digits_are_numpys():
    labels = np.arange(24, dtype="int32")
    digits = Digits((2, 3, 4))(labels)
    for digit, expected in zip(digits, np.unravel_index(labels, (2, 3, 4)), strict=True):
        np.testing.assert_array_equal(digit[:, 0], expected)
    label = keras.Input((), dtype="int32")
    codes = keras.Model(label, one_hot(label, (2, 3, 4)))(labels).numpy()
    assert codes.shape == (24, 9) and (codes.sum(axis=1) == 3).all()
    np.testing.assert_array_equal(codes[23], [0, 1, 0, 0, 1, 0, 0, 0, 1])


@pytest.mark.parametrize("net", ["dcgan", "r3gan", "sngan"])
def test_a_model_of_two_attributes_trains_samples_by_name_and_survives_a_file(net, tmp_path):
    shape, pair = (8, 8, 3), getattr(networks, net)
    options = {"width": 4} if net != "r3gan" else {"widths": (16, 16)}
    model = keras_gan.GAN(
        pair.generator(shape, classes=(3, 2), **options),
        pair.discriminator(shape, classes=(3, 2), **options),
        classes=6,
    )
    random = np.random.default_rng(0)
    images = random.uniform(-1, 1, (12, *shape)).astype("float32")
    attributes = Attributes(np.stack([np.arange(12) % 3, np.arange(12) % 2], 1).astype("int32"), NAMES)
    source = data.Source("drawn", images, None, None, "ours", "code", attributes=attributes)
    batches = data.load(source, batch_size=6, with_labels=("hair_color", "eyes"))
    assert batches.classes == 6 and batches.class_names == NAMES
    model.compile()
    model.fit(batches, epochs=1, steps_per_epoch=2, verbose=0)
    assert model.class_names == NAMES
    asked = model.sample(3, label={"hair": "#e15c66", "eyes": "glasses"})
    np.testing.assert_array_equal(asked, model.sample(3, label=4))
    assert model.sample(3, label={"eyes": "wink"}).shape == (3, *shape)
    assert to_show(model, 5) == {} and len(np.unique(numbered({}, model.class_names, np.arange(50)))) == 6
    SampleGrid(tmp_path, n=9).write(model, "grid")
    assert Image.open(tmp_path / "grid.png").size == Image.open(tmp_path / "grid.png").size[::-1]  # three by three
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.class_names == NAMES
    np.testing.assert_array_equal(again.sample(3, label={"hair_color": "#e15c66", "eyes": "glasses"}), asked)


def test_the_command_line_takes_attributes():
    assert label_of("hair=#e15c66, eyes=glasses") == {"hair": "#e15c66", "eyes": "glasses"}
    assert (label_of("eyes=1"), label_of("3"), label_of("cat"), label_of(None)) == ({"eyes": 1}, 3, "cat", None)
