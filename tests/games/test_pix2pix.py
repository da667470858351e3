"""pix2pix: its terms by hand, what it is given, and its translations."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from PIL import Image

from keras_gan import Pix2Pix, data
from keras_gan.data.faces.styles import PALETTE as FACES
from keras_gan.networks import pix2pix
from keras_gan.sampling.palettes import rgb
from keras_gan.step.turn import Turn
from zoo.registry import variant
from zoo.runs.sources import source_of

SHAPE = (8, 8, 3)
PALETTE = {"sky": "#0000ff", "ground": "#00ff00"}
RANDOM = np.random.default_rng(0)
INPUTS, TARGETS = (RANDOM.integers(0, 256, (12, *SHAPE), "uint8") for _ in range(2))


def game(**options):
    keras.utils.set_random_seed(0)
    model = Pix2Pix(pix2pix.unet(SHAPE, 3, 4), pix2pix.discriminator(SHAPE, 3, 7, 4), **options)
    model.compile()
    return model


def constant(value):
    """[z, input] -> an image of one value, with a weight."""
    z, given = keras.Input((1,)), keras.Input((4, 4, 1))
    plane = layers.Dense(1, use_bias=False, kernel_initializer="zeros")(given)
    return keras.Model([z, given], layers.Rescaling(1.0, offset=value)(plane))


def judge(conditional):
    """The sum of image and input (or the image alone) as a map of logits."""
    images, given = keras.Input((4, 4, 1)), keras.Input((4, 4, 1))
    x = layers.Add()([images, given]) if conditional else images
    scores = layers.Dense(1, use_bias=False, kernel_initializer="ones")(x)
    return keras.Model([images, given] if conditional else images, scores)


@pytest.mark.parametrize("conditional", [True, False])
def test_terms_by_hand(conditional):
    """x = 2, y = 1, G(x) = -1: logits 3 and 1 where D sees the input, else 1 and -1; |y - G(x)| = 2."""
    model = Pix2Pix(constant(-1.0), judge(conditional), l1_weight=10.0, adversarial_weight=0.5)
    real, given, fake = (tf.fill((2, 4, 4, 1), value) for value in (1.0, 2.0, -1.0))
    turn = Turn(model, real, (given,), model.seed_of(0))
    named = model.discriminator_terms(real, fake, turn) | model.generator_terms(real, fake, turn)
    above, below = (3.0, 1.0) if conditional else (1.0, -1.0)
    softplus = lambda a: float(np.log1p(np.exp(a)))  # noqa: E731
    assert {name: float(value) for name, value in named.items()} == pytest.approx({
        "d_real_fake": 0.5 * (softplus(-above) + softplus(below)), "g_fool": 0.5 * softplus(-below), "g_l1": 20.0,
    })  # fmt: skip


def test_without_the_adversary_d_rests():
    model = game(adversarial_weight=0.0)
    before = model.discriminator.get_weights()
    generator = model.generator.get_weights()
    model.fit(INPUTS, TARGETS, batch_size=6, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.discriminator.get_weights(), strict=True))
    assert np.abs(generator[0] - model.generator.get_weights()[0]).max() > 1e-5


def test_pairs_are_input_and_target_however_they_come():
    """uint8 and floats, arrays and data sets, with fit and with evaluate."""
    floats = [array.astype("float32") / 127.5 - 1 for array in (INPUTS, TARGETS)]
    ends = []
    for pairs in ((INPUTS, TARGETS), floats):
        for as_dataset in (False, True):
            model = game(average_decay=0.5)
            x = tf.data.Dataset.from_tensor_slices(tuple(pairs)).batch(6) if as_dataset else pairs[0]
            y, size = (None, None) if as_dataset else (pairs[1], 6)
            model.fit(x, y, batch_size=size, shuffle=False, verbose=0)
            ends.append([*model.generator.get_weights(), *model.evaluate(x, y, batch_size=size, verbose=0)])
    for end in ends[1:]:
        for one, two in zip(end, ends[0], strict=True):
            np.testing.assert_allclose(one, two, atol=1e-5)


def test_what_is_no_pair_is_one_sentence():
    model = game()
    with pytest.raises(ValueError, match="beside each sample it needs .*input"):
        model.fit(TARGETS, batch_size=6)
    with pytest.raises(ValueError, match="condition of 12 samples must have the shapes"):
        model.fit(INPUTS[:, :4], TARGETS, batch_size=6)
    with pytest.raises(ValueError, match="The data have shape"):
        model.fit(INPUTS, TARGETS[:, :4], batch_size=6)
    with pytest.raises(ValueError, match="The inputs reach from"):
        model.fit(INPUTS.astype("float32"), TARGETS, batch_size=6)


def test_two_sets_without_partners_are_refused():
    unpaired = data.Source("a <-> b", TARGETS, None, None, "", "", inputs=INPUTS, paired=False)
    with pytest.raises(ValueError, match="without partners, from which CycleGAN learns; this model needs pairs"):
        game().fit(data.load(unpaired, batch_size=6).map(lambda *batch: batch))
    with pytest.raises(ValueError, match=r"pix2pix\.faces_lines needs pairs, and 'digits <-> digits' is two sets"):
        source_of(variant("pix2pix.faces_lines"), "digits <-> digits", "train", 0)


def test_a_recipe_of_label_maps_knows_them_in_a_folder(tmp_path):
    colours = rgb(FACES)
    for number in range(2):
        maps = colours[RANDOM.integers(0, len(colours), (80, 80))]
        Image.fromarray(np.concatenate([maps, maps], axis=1)).save(tmp_path / f"{number}.png")
    source = source_of(variant("pix2pix.faces_labels"), str(tmp_path), "train", 0)
    assert source.palette == FACES and source.inputs.shape == (2, 64, 64, 3)
    assert {tuple(one) for one in source.inputs.reshape(-1, 3)} == {tuple(one) for one in colours}
    Image.new("RGB", (160, 80), "#010203").save(tmp_path / "2.png")
    with pytest.raises(ValueError, match="2.png' has the colour #010203 at row 0"):
        source_of(variant("pix2pix.faces_labels"), str(tmp_path), "train", 0)


def test_a_translation_is_a_function_of_its_input_and_its_seed():
    model = game()
    model.fit(INPUTS, TARGETS, batch_size=6, verbose=0)
    made = model.translate(INPUTS, seed=3)
    assert made.shape == (12, *SHAPE) and made.dtype == np.float32 and np.abs(made).max() <= 1
    np.testing.assert_array_equal(made[5:7], model.translate(INPUTS[5:7], seed=8))
    np.testing.assert_array_equal(made, model.translate(INPUTS.astype("float32") / 127.5 - 1, seed=3))
    assert np.abs(made - model.translate(INPUTS, seed=4)).max() > 1e-4  # dropout is another
    assert np.abs(made - model.translate(TARGETS, seed=3)).max() > 1e-3


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (INPUTS[:, :4], r"translates images \[n, 8, 8, 3\], at least one; got \[12, 4, 8, 3\]"),
        (INPUTS[0], r"got \[8, 8, 3\]"),
        (INPUTS.astype("float32"), r"The images reach from 0 to 255; images must lie in \[-1, 1\]"),
        (INPUTS.astype("int64"), r"The images must be floats in \[-1, 1\] or uint8 images; got int64"),
        (np.full((1, *SHAPE), np.nan, "float32"), "The images contain NaN"),
        (INPUTS[:0], r"at least one; got \[0, 8, 8, 3\]"),
    ],
)
def test_other_images_are_refused(images, says):
    with pytest.raises(ValueError, match=says):
        game().translate(images)


def test_colours_that_are_no_labels_are_named():
    model = game(palette=PALETTE)
    maps = np.zeros((2, *SHAPE), "uint8")
    maps[..., 2] = 255
    assert model.translate(maps).shape == maps.shape
    maps[1, 2, 3] = (255, 0, 16)
    with pytest.raises(ValueError, match="Image 1 has the colour #ff0010 at row 2, column 3, .* sky #0000ff, ground"):
        model.translate(maps)
    with pytest.raises(ValueError, match="Image 1 has the colour #ff0010"):
        model.fit(maps, TARGETS[:2], batch_size=2)
    with pytest.raises(ValueError, match="condition of 2 samples must have the shapes"):
        model.fit(maps[..., :1], TARGETS[:2], batch_size=2)
    again = Pix2Pix.from_config(model.get_config())
    assert again.palette == PALETTE
    assert game(palette={"sky": "#FFffFF"}).palette == {"sky": "#ffffff"}
    for wrong in ({}, {"sky": "blue"}, ["#ffffff"]):
        with pytest.raises(ValueError, match="palette"):
            game(palette=wrong)
    with pytest.raises(ValueError, match=r"Label maps in colours are \[h, w, 3\], not \[8, 8, 1\]"):
        Pix2Pix(pix2pix.unet(SHAPE, 1, 4), pix2pix.discriminator(SHAPE, 1, 7, 4), palette=PALETTE)
