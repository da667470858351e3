"""The recipes of 2014 on data of the user's own, with narrow nets in the place of the paper's: two stages on faces in
the layout of the Toronto Face Database, and colour images from a folder and an array."""

import json
from dataclasses import replace

import numpy as np
import pytest
from faces import layout
from scipy.io import savemat

import zoo
from keras_gan import GAN
from keras_gan.files.images import write_png
from keras_gan.networks import gan
from zoo.presets import cards
from zoo.presets.release import release
from zoo.registry import variant, variants

QUIET = {"verbose": 0, "pictures_every": 1000}
FACE = (48, 48, 1)
FRONT = (("relu", 12), ("sigmoid", 100))


def narrow(*front):
    generator = gan.generator(FACE, hidden=(*front, ("relu", 10), ("sigmoid", 10)), sigmoid_bias=-2.0)
    return GAN(generator, gan.discriminator(FACE, ((6, 2),)))


@pytest.fixture
def stages(tmp_path, monkeypatch):
    """The recipes of both stages on narrow nets; a file of faces; a run of the first stage."""
    for name, front in (("gan.tfd_pretrain", ()), ("gan.tfd", FRONT)):
        monkeypatch.setitem(variants(), name, replace(variants()[name], build=lambda front=front: narrow(*front)))
    savemat(tmp_path / "tfd.mat", layout())
    options = {"dataset": str(tmp_path / "tfd.mat"), "batch_size": 10, **QUIET}
    zoo.train("gan.tfd_pretrain", tmp_path / "first", steps=2, seed=1, **options)
    return tmp_path, options


def dense(model):
    return [layer.get_weights() for layer in model.generator.layers if layer.get_weights()]


def test_the_second_stage_starts_from_the_first_ones_generator(stages):
    folder, options = stages
    first = zoo.load(folder / "first")
    taken = {}
    record = variants()["gan.tfd"]

    def spy(model, first):
        record.take_over(model, first)
        taken["weights"] = dense(model)

    variants()["gan.tfd"] = replace(record, take_over=spy)  # the fixture puts the registry back
    model, run = zoo.train("gan.tfd", folder / "second", steps=3, start_from=folder / "first", **options)
    for old, new in zip(dense(first), taken["weights"][2:], strict=True):
        for before, after in zip(old, new, strict=True):
            np.testing.assert_array_equal(before, after)
    assert any((a != b).any() for a, b in zip(dense(model)[3], taken["weights"][3], strict=True)), "it trains on"
    assert json.loads((run / "config.json").read_text())["start_from"] == str(folder / "first")
    published = release(run, folder / "published")
    assert f"started from the generator of `{folder / 'first'}`" in (published / "card.md").read_text()


def test_a_resumed_second_stage_is_an_uninterrupted_one(stages):
    folder, options = stages
    whole, _ = zoo.train("gan.tfd", folder / "whole", steps=4, start_from=folder / "first", **options)
    zoo.train("gan.tfd", folder / "parts", steps=4, stop_at=2, start_from=folder / "first", **options)
    parts, _ = zoo.train("gan.tfd", folder / "parts", steps=4, resume=True, **options)
    for one, other in zip(whole.get_weights(), parts.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_cannot_be_started_from_is_one_sentence(stages):
    folder, options = stages
    with pytest.raises(
        ValueError, match="goes on from the generator of gan.tfd_pretrain: .*--start-from runs/gan.tfd_"
    ):
        zoo.train("gan.tfd", folder / "none", **options)
    with pytest.raises(ValueError, match="goes on from gan.tfd_pretrain; dcgan.digits is of dcgan.digits"):
        zoo.train("gan.tfd", folder / "digits", start_from="dcgan.digits", **options)
    with pytest.raises(ValueError, match="one stage: leave --start-from out"):
        zoo.train("gan.tfd_pretrain", folder / "first2", start_from=folder / "first", **options)
    with pytest.raises(ValueError, match="cannot be resumed with"):
        zoo.train("gan.tfd_pretrain", folder / "first", resume=True, start_from="elsewhere", **options)


def test_layers_of_other_sizes_are_refused():
    with pytest.raises(ValueError, match="are not the last ones of generator"):
        gan.put_in_front(narrow(("relu", 12)).generator, narrow().generator)
    with pytest.raises(ValueError, match="are not the last ones of generator"):
        gan.put_in_front(narrow().generator, narrow().generator)


def test_both_stages_of_the_paper_fit_each_other_and_deviate_in_nothing():
    record = variant("gan.tfd")
    assert record.first_stage == "gan.tfd_pretrain" and not record.deviations
    first, second = variant(record.first_stage).build(), record.build()
    record.take_over(second, first)
    old, new = dense(first), dense(second)
    assert len(new) == len(old) + 2
    np.testing.assert_array_equal(old[0][0][:2], new[2][0][:2])
    np.testing.assert_array_equal(old[-1][1], new[-1][1])


@pytest.mark.parametrize("name", ["gan.cifar10", "gan_conv.cifar10"])
@pytest.mark.parametrize("kind", ["array", "folder"])
def test_colour_images_of_the_users_own(name, kind, tmp_path, monkeypatch):
    """Data, optimisers, steps, checkpoint and pictures are the recipe's; the nets are narrow ones of its kind."""
    shape = (32, 32, 3)
    small = replace(
        variants()[name],
        build=lambda: GAN(
            gan.generator(shape, hidden=(("relu", 8),), output="linear"), gan.discriminator(shape, ((6, 2),))
        ),
    )
    monkeypatch.setitem(variants(), name, small)
    images = np.random.default_rng(0).integers(0, 256, (12, *shape), np.uint8)
    for number, image in enumerate(images):
        write_png(tmp_path / "photographs" / f"{number}.png", image)
    dataset = images if kind == "array" else str(tmp_path / "photographs")
    model, run = zoo.train(name, tmp_path / "run", dataset=dataset, steps=2, batch_size=6, verbose=0, pictures_every=1)
    assert int(model.steps) == 2 and (run / "result.json").is_file()
    assert model.sample(2).shape == (2, *shape) and np.isfinite(model.sample(2)).all()
    assert list((run / "samples").iterdir())


def test_only_cards_of_second_stages_name_a_first():
    for name in zoo.list_models(pretrained=True):
        card, first = cards.card(variant(name), cards.metadata(variant(name))), variant(name).first_stage
        assert (f"- started from the generator of `{first}`" in card) if first else ("started from" not in card)
