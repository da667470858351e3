"""The registry, and every variant in it: a new record is tested without a new test."""

import json
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_gan
import zoo
from keras_gan.files import manifest
from keras_gan.sampling import translation
from keras_gan.sampling.palettes import rgb
from keras_gan.step import conditions
from keras_gan.step.turn import Turn
from zoo.presets import cards
from zoo.presets.preset import FILES
from zoo.presets.release import first_image
from zoo.registry import register, variant, variants

NAMES = zoo.list_models()
PRETRAINED = zoo.list_models(pretrained=True)
DISTINCT = [name for name in NAMES if "same nets" not in variants()[name].tags]
SMALL = [name for name in DISTINCT if "large" not in variants()[name].tags]
ROWS = 4


def batch_for(model, rows=ROWS):
    """Rows of noise of the model's shape, with labels where it is conditional, behind inputs where it translates."""
    random = np.random.default_rng(0)
    real = random.uniform(-1, 1, (rows, *model.image_shape)).astype("float32")
    if getattr(model, "palette", None):
        colours = rgb(model.palette)
        return colours[random.integers(0, len(colours), (rows, *model.input_image_shape[:2]))], real
    if model.from_input:
        return random.uniform(-1, 1, (rows, *model.input_image_shape)).astype("float32"), real
    if model.half_labelled:
        return real, np.arange(rows) % model.labels
    return (real, np.arange(rows) % model.classes) if model.classes else (real, None)


def images_of(model):
    """Two images of any model."""
    if model.from_input:
        blank = translation.blank(model.input_image_shape, getattr(model, "palette", None))
        return model.translate(np.concatenate([blank, blank]))
    return model.sample(2, label=1 if model.classes else None)


@pytest.mark.parametrize("name", DISTINCT)
def test_both_players_have_finite_gradients_everywhere(name):
    model = zoo.build(name, total_steps=100)
    real, condition = conditions.unpack(batch_for(model), model)
    turn = Turn(model, real, condition, model.seed_of(0))
    for player in (model.discriminator, model.generator):
        turn.generate()
        with tf.GradientTape() as tape:
            objective, _ = model.objective_of(player, turn)
        for variable, gradient in zip(
            player.trainable_variables, tape.gradient(objective, player.trainable_variables), strict=True
        ):
            assert gradient is not None, f"{name}: {variable.path} has no gradient"
            assert np.isfinite(gradient).all(), f"{name}: {variable.path}"


@pytest.mark.parametrize("name", SMALL)
def test_one_step_moves_both_players_and_samples_fit(name):
    model = zoo.build(name, total_steps=100)
    before = [player.get_weights() for player in (model.generator, model.discriminator)]
    x, y = batch_for(model, ROWS * model.discriminator_steps)
    history = model.fit(x, y, batch_size=len(x), verbose=0).history
    assert set(history) == {*model.terms, *model.measures} and all(
        np.isfinite(values).all() for values in history.values()
    )
    for player, old in zip((model.generator, model.discriminator), before, strict=True):
        assert model.moves(player) is False or any(
            (new != was).any() for new, was in zip(player.get_weights(), old, strict=True)
        )
    samples = images_of(model)
    assert samples.shape == (2, *model.image_shape) and np.isfinite(samples).all()
    if samples.ndim == 4:
        assert samples.shape[1:] == variant(name).image_shape and abs(samples).max() <= 1.0


@pytest.mark.parametrize("name", SMALL)
def test_config_and_weights_round_trip(name, tmp_path):
    model = zoo.build(name, total_steps=100)
    model.steps.assign(7)
    model.generator.trainable_variables[0].assign_add(keras.ops.ones_like(model.generator.trainable_variables[0]))
    folder = zoo.save_to_preset(model, tmp_path / "preset")
    again = zoo.load(folder)
    assert int(again.steps) == 7
    for name, value in model.get_config().items():
        if name not in ("generator", "discriminator"):
            assert again.get_config()[name] == value
    for player, loaded in ((model.generator, again.generator), (model.discriminator, again.discriminator)):
        assert [(type(a), a.name) for a in loaded.layers] == [(type(a), a.name) for a in player.layers]
    for weight, loaded in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(weight, loaded)
    np.testing.assert_array_equal(images_of(model), images_of(again))


def test_something_is_pretrained():
    assert {"gan.gaussian1d", "gan.mnist", "dcgan.digits", "dcgan.mnist", "dcgan_conditional.mnist"} <= set(PRETRAINED)


@pytest.mark.parametrize("name", PRETRAINED)
def test_pretrained_weights_give_the_recorded_image(name):
    """Golden pixels: the released weights, read on this machine, make what they made when they were released."""
    model, metadata = zoo.load(name), cards.metadata(variant(name))
    np.testing.assert_allclose(first_image(model).ravel()[:8], metadata["first_pixels"], atol=1e-4)


@pytest.mark.parametrize("name", PRETRAINED)
def test_card_is_there_and_its_figures_are_the_recorded_ones(name):
    folder, metadata = variant(name).folder, cards.metadata(variant(name))
    figures = cards.figures(folder / "card.md")
    assert bool(figures) == variants()[name].measured and figures.keys() == metadata["figures"].keys()
    for figure, value in figures.items():
        assert value == pytest.approx(metadata["figures"][figure], rel=1e-5)
    text = (folder / "card.md").read_text()
    for fact in (metadata["command"], metadata["commit"], metadata["licence"], "seed", "samples.png"):
        assert fact in text
    assert (folder / "samples.png").stat().st_size > 1000
    if variant(name).image_shape and not variant(name).translates:
        assert (folder / "neighbours.png").stat().st_size > 1000


def test_shipped_files_are_small_enough():
    files = [path for name in PRETRAINED for path in variant(name).folder.iterdir()]
    assert max(path.stat().st_size for path in files) < 12e6
    encoders = (Path(keras_gan.__file__).parent / "evaluation" / "weights").iterdir()
    weights = [path for path in (*files, *encoders) if path.suffix == ".safetensors"]
    assert sum(path.stat().st_size for path in weights) < 90e6


def test_lists_filter():
    assert zoo.list_models("dcgan*.mnist") == ["dcgan.mnist", "dcgan_conditional.mnist"]
    conditional = zoo.list_models(dataset="mnist", conditional=True)
    assert "dcgan_conditional.mnist" in conditional and "dcgan.mnist" not in conditional
    assert {"gan.gaussian1d", "gan.ring"} <= set(zoo.list_models("gan.*", tag="toy"))
    assert not set(zoo.list_models(pretrained=False)) & set(PRETRAINED)
    assert zoo.is_model("dcgan.mnist") and not zoo.is_model("dcgan.mist")


@pytest.mark.parametrize(("typed", "meant"), [("dcgan.mist", "dcgan.mnist"), ("gan.gausian1d", "gan.gaussian1d")])
def test_an_unknown_name_names_the_nearest(typed, meant):
    with pytest.raises(ValueError, match=meant):
        zoo.load(typed)


def test_a_data_sets_name_alone_will_do_when_it_is_unique():
    assert variant("gaussian1d").name == "gan.gaussian1d"
    with pytest.raises(ValueError, match="dcgan.mnist"):
        variant("mnist")


def test_a_name_is_defined_once():
    with pytest.raises(ValueError, match="already defined"):
        register(variants()["gan.mnist"])


def test_untrained_variants_say_how_to_train():
    with pytest.raises(ValueError, match="keras-gan train gan.tfd"):
        zoo.load("gan.tfd")


@pytest.fixture
def preset(tmp_path):
    return zoo.save_to_preset(zoo.build("gan.gaussian1d"), tmp_path / "preset")


def test_truncated_weights_are_refused_before_they_are_read(preset):
    path = preset / "average.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match="average.safetensors is damaged"):
        zoo.load(preset)


def test_changed_weights_are_refused(preset):
    path = preset / "generator.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="generator.safetensors is damaged"):
        zoo.load(preset)


def test_missing_weights_are_named(preset):
    (preset / "discriminator.safetensors").unlink()
    with pytest.raises(ValueError, match="discriminator.safetensors is missing"):
        zoo.load(preset)


def test_a_folder_that_is_no_preset_is_refused(tmp_path):
    with pytest.raises(ValueError, match="neither a run nor a preset"):
        zoo.load(tmp_path)


def test_a_preset_does_not_overwrite(preset):
    with pytest.raises(FileExistsError, match="not empty"):
        zoo.save_to_preset(zoo.build("gan.gaussian1d"), preset)


def test_weights_of_another_shape_are_refused(preset, tmp_path):
    other = zoo.save_to_preset(zoo.build("dcgan.digits"), tmp_path / "other")
    shutil.copy(other / "generator.safetensors", preset)
    manifest.write(preset, FILES)
    with pytest.raises(ValueError, match="does not fit"):
        zoo.load(preset)


def test_half_precision_halves_the_files(preset, tmp_path):
    half = zoo.save_to_preset(zoo.build("dcgan.digits"), tmp_path / "half", dtype="float16")
    whole = zoo.save_to_preset(zoo.build("dcgan.digits"), tmp_path / "whole")
    ratio = (half / "generator.safetensors").stat().st_size / (whole / "generator.safetensors").stat().st_size
    assert 0.5 <= ratio < 0.52
    assert zoo.load(half).generator.weights[0].dtype == "float32"


def test_what_was_loaded_is_saved_again_and_gives_the_same_images(tmp_path):
    model = zoo.load("gan.gaussian1d")
    again = zoo.load(zoo.save_to_preset(model, tmp_path / "again"))
    np.testing.assert_array_equal(again.sample(3), model.sample(3))


def test_the_average_alone_is_half_of_the_generators_and_where_a_training_goes_on(tmp_path):
    model = zoo.build("gan.gaussian1d")
    model.average_generator.set_weights([weight + 1.0 for weight in model.generator.get_weights()])
    folder = zoo.save_to_preset(model, tmp_path / "alone", average_alone=True)
    assert not (folder / "generator.safetensors").exists()
    again = zoo.load(folder)
    np.testing.assert_array_equal(again.sample(3), model.sample(3))
    for player in (again.generator, again.average_generator):
        for found, weight in zip(player.get_weights(), model.average_generator.get_weights(), strict=True):
            np.testing.assert_array_equal(found, weight)


def test_an_average_alone_needs_an_average(tmp_path):
    with pytest.raises(ValueError, match="has no average of its generator"):
        zoo.save_to_preset(zoo.build("gdnet_info.mnist"), tmp_path / "alone", average_alone=True)
    assert not (tmp_path / "alone").exists()


def test_no_pickle_in_a_preset(preset):
    """safetensors begin with the length of a JSON header; a pickle would begin with 0x80."""
    for path in preset.glob("*.safetensors"):
        content = path.read_bytes()
        header = int.from_bytes(content[:8], "little")
        assert json.loads(content[8 : 8 + header])
