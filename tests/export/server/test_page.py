"""The start page in a real browser: what one draws, and what the server makes of it."""

import base64
import io

import numpy as np
import pytest
import servers
from browsers import chromium, needs_chromium, watched
from PIL import Image

from keras_gan import GAN, CycleGAN, Pix2Pix
from keras_gan.files.images import png_bytes, to_uint8
from keras_gan.networks import cyclegan, dcgan, pix2pix

SHAPE = (32, 32, 3)
PALETTE = {"sky": "#0000ff", "ground": "#00ff00", "a_tree": "#804000"}
SKY, GROUND, TREE = (tuple(bytes.fromhex(colour[1:])) for colour in PALETTE.values())
NAMES = {"hair": ("none", "red"), "eyes": ("<glasses>", "wink", "open")}
pytestmark = needs_chromium


@pytest.fixture(scope="module")
def models():
    made = {
        "labels": Pix2Pix(pix2pix.unet(SHAPE, 3, 4), pix2pix.discriminator(SHAPE, 3, 7, 4), palette=PALETTE),
        "both": CycleGAN(cyclegan.generator(SHAPE, 4, 1), cyclegan.discriminator(SHAPE, 7, 4)),
        "parts": GAN(
            dcgan.generator((8, 8, 3), width=4, classes=(2, 3)),
            dcgan.discriminator((8, 8, 3), width=4, classes=(2, 3)),
            classes=6,
            class_names=NAMES,
        ),
    }
    for model in made.values():
        model.steps.assign(1)
    return made


@pytest.fixture(scope="module")
def page(models, tmp_path_factory):
    with (
        servers.of_models(models, tmp_path_factory.mktemp("drawn")) as (url, _, _),
        chromium() as browser,
        watched(browser, url, viewport={"width": 1200, "height": 900}) as page,
    ):
        yield page


def section(page, name):
    return page.locator("section").filter(has=page.get_by_role("heading", name=name, exact=True))


def image(address):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB"))


def drawing(place):
    return image(place.locator("canvas").evaluate("canvas => canvas.toDataURL()"))


def settled(place, wanted):
    """Waits until the picture beside the drawing is the wanted one, byte for byte but for rounding."""

    def there():
        source = place.locator(".made").get_attribute("src")
        return source and np.abs(image(source).astype(int) - to_uint8(wanted)[0].astype(int)).max() <= 1

    for _ in range(300):
        if there():
            return
        place.page.wait_for_timeout(20)
    assert there()


def at(canvas, x, y):
    """The point of the page over the middle of a pixel of the drawing."""
    box = canvas.bounding_box()
    return box["x"] + (x + 0.5) * box["width"] / SHAPE[1], box["y"] + (y + 0.5) * box["height"] / SHAPE[0]


def stroke(page, canvas, start, end):
    page.mouse.move(*at(canvas, *start))
    page.mouse.down()
    page.mouse.move(*at(canvas, *end), steps=5)
    page.mouse.up()


def test_a_label_map_is_drawn_and_translated(page, models, tmp_path):
    place, translate = section(page, "labels"), models["labels"].translate
    canvas = place.locator("canvas")
    canvas.scroll_into_view_if_needed()
    blank = drawing(place)
    assert (blank == SKY).all()
    settled(place, translate(blank[None]))
    place.get_by_label("ground").check(force=True)  # the swatch, whose button is not seen
    stroke(page, canvas, (4, 16), (28, 16))
    drawn = drawing(place)
    assert (drawn[16, 4:28] == GROUND).all() and (drawn[:12] == SKY).all()
    assert {tuple(colour) for colour in drawn.reshape(-1, 3)} == {SKY, GROUND}  # no smoothing between them
    settled(place, translate(drawn[None]))
    assert not np.array_equal(to_uint8(translate(drawn[None])), to_uint8(translate(blank[None])))
    place.get_by_label("a tree").check(force=True)
    place.get_by_role("combobox", name="tool").select_option("fill")
    page.mouse.click(*at(canvas, 10, 30))
    filled = drawing(place)
    assert (filled[31] == (SKY if (drawn[16] == GROUND).all() else TREE)).all() and (filled[16, 4:28] == GROUND).all()
    settled(place, translate(filled[None]))
    place.get_by_role("button", name="undo").click()
    assert np.array_equal(drawing(place), drawn)
    settled(place, translate(drawn[None]))
    with page.expect_download() as download:
        place.get_by_role("button", name="save drawing").click()
    download.value.save_as(tmp_path / "drawing.png")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "drawing.png").convert("RGB")), drawn)
    with page.expect_download() as download:
        place.get_by_role("button", name="save picture").click()
    download.value.save_as(tmp_path / "made.png")
    assert Image.open(tmp_path / "made.png").size == (32, 32)
    place.get_by_role("button", name="clear").click()
    settled(place, translate(blank[None]))


def test_by_keyboard(page, models):
    place = section(page, "labels")
    canvas = place.locator("canvas")
    place.get_by_role("combobox", name="tool").select_option("brush")
    place.get_by_label("width, pixels").fill("1")
    before = drawing(place)
    canvas.focus()
    for key in ("ArrowLeft", "Shift+ArrowUp", "Space"):
        page.keyboard.press(key)
    row, column = np.argwhere((drawing(place) != before).any(axis=-1))[0]
    assert abs(row - 8) <= 1 and abs(column - 15) <= 1
    settled(place, models["labels"].translate(drawing(place)[None]))


def test_a_file_is_opened(page, models, tmp_path):
    """Of any size; a label map takes the nearest colours of the palette, another drawing is smoothed."""
    half = np.zeros((50, 100, 3), "uint8")
    half[:, :50], half[:, 50:] = (10, 240, 10), (20, 20, 250)
    (tmp_path / "half.png").write_bytes(png_bytes(half))
    place = section(page, "labels")
    place.get_by_label("open a picture").set_input_files(tmp_path / "half.png")
    wanted = np.zeros((1, *SHAPE), "uint8")
    wanted[:, :, :16], wanted[:, :, 16:] = GROUND, SKY
    settled(place, models["labels"].translate(wanted))
    both = section(page, "both")
    both.get_by_label("open a picture").set_input_files(tmp_path / "half.png")
    page.wait_for_function(
        "canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[1] > 200",
        arg=both.locator("canvas").element_handle(),
    )
    given = drawing(both)
    assert np.abs(given[:, :12].astype(int) - (10, 240, 10)).max() <= 2
    for way, to in (("a to b", "b"), ("b to a", "a")):
        both.get_by_label("which way").select_option(way)
        settled(both, models["both"].translate(given[None], to=to))
    (tmp_path / "none.png").write_text("no picture")
    place.get_by_label("open a picture").set_input_files(tmp_path / "none.png")
    place.get_by_text("This file is no picture that a browser can open.").wait_for()


def test_attributes_are_chosen_by_name(page, models):
    place = section(page, "parts")
    place.get_by_label("hair").select_option("red")
    place.get_by_label("eyes").select_option("<glasses>")
    place.get_by_label("first seed").fill("5")
    shown = place.get_by_alt_text("seed 40, label 3")
    shown.wait_for()
    wanted = models["parts"].sample_seeds([40], [3])
    assert np.abs(image(shown.get_attribute("src")).astype(int) - to_uint8(wanted)[0].astype(int)).max() <= 1
    place.get_by_label("eyes").select_option("")
    labels = "place => new Set([...place.querySelectorAll('.grid img')].map(image => image.alt.split(' ').pop()))"
    page.wait_for_function(f"place => ({labels})(place).size === 3", arg=place.element_handle())
