"""Generators of the zoo in the page: numbered images, truncation, the walk and the class, as the library has them."""

import json
import math

import numpy as np
import pytest

import zoo
from keras_gan.cli.playground import OTHERS
from keras_gan.playground.pretrained import exported
from keras_gan.sampling.paths import interpolation

DIGITS = "dcgan_conditional.mnist"
FACES = "r3gan_conditional.faces"


@pytest.fixture
def drawn(opened):
    """drawn(act): does `act`, and returns what the page then draws."""
    opened.page.evaluate("""() => {
      const { drawn } = page.engine.listeners;
      page.engine.listeners.drawn = (message) => { window.drawn = [...message.values]; drawn(message); };
    }""")

    def after(act):
        opened.page.evaluate("window.drawn = null")
        act()
        opened.page.wait_for_function("() => window.drawn")
        shape = opened.page.evaluate("page.pretrained.model.shape")
        return np.reshape(opened.page.evaluate("window.drawn"), (-1, *shape))

    return after


def control(opened, name):
    return opened.page.locator(f"[data-control={name}]")


def alike(found, expected):
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_digits_by_number_and_class(opened, drawn):
    model = zoo.load(DIGITS)
    each_in_turn = drawn(lambda: control(opened, "pretrained").select_option(DIGITS))
    alike(each_in_turn, model.sample(24, seed=0, label=np.arange(24) % 10))
    sevens = drawn(lambda: opened.page.get_by_label("Class", exact=True).select_option("7"))
    alike(sevens, model.sample(24, seed=0, label=7))
    control(opened, "first").fill("5")
    alike(drawn(lambda: control(opened, "first").press("Enter")), model.sample(24, seed=5, label=7))
    assert control(opened, "first").input_value() == "5"

    kind = "spherical" if type(model.latent).__name__ == "Normal" else "linear"
    halfway = interpolation(model, 5, 6, steps=3, kind=kind, label=7)[1]
    alike(drawn(lambda: control(opened, "walk").fill("0.5"))[0], halfway)
    alike(drawn(lambda: control(opened, "walk").fill("1")), model.sample(24, seed=6, label=7))
    drawn(lambda: control(opened, "walk").fill("0"))
    truncated = drawn(lambda: control(opened, "truncation").fill("0.5"))
    alike(truncated, model.images_of(0.5 * np.asarray(model.latents(24, 5)), label=7))
    assert opened.page.locator(".pretrained canvas").get_attribute("aria-label") == DIGITS


def test_points_have_no_class(opened, drawn):
    points = drawn(lambda: control(opened, "pretrained").select_option("gan.ring"))
    alike(points, zoo.load("gan.ring").sample(len(points), seed=0))
    assert opened.page.get_by_label("Class", exact=True).count() == 0


def test_faces_by_what_they_are_to_show(opened, drawn):
    model = zoo.load(FACES)
    turns = {name: np.arange(24) % len(values) for name, values in model.class_names.items()}
    in_turn = drawn(lambda: control(opened, "pretrained").select_option(FACES))
    alike(in_turn, model.sample(24, seed=0, label=turns))
    hair = model.class_names["hair"]
    drawn(lambda: opened.page.get_by_label("Hair", exact=True).select_option(hair[3]))
    found = drawn(lambda: opened.page.get_by_label("Eyes", exact=True).select_option("glasses"))
    alike(found, model.sample(24, seed=0, label=turns | {"hair": hair[3], "eyes": "glasses"}))


def said(model):
    """What the labels of a model say."""
    if isinstance(model.class_names, dict):
        return list(model.class_names)
    return [] if model.classes is None else ["class"]


@pytest.mark.parametrize("name", zoo.list_models(pretrained=True))
def test_what_is_offered_can_be_drawn_from(name):
    """A variant that the page cannot have is named in OTHERS, and only such a one."""
    model = zoo.load(name)
    if name in OTHERS:
        with pytest.raises(ValueError, match="playground|page"):
            exported(model)
    else:
        content = json.loads(exported(model))
        values = content["values"]
        assert content["generator"] and content["arrays"] and list(values) == said(model)
        assert math.prod(map(len, values.values())) == (model.classes or 1)
