"""Colour pictures of 64 x 64 pixels over REST and gRPC: those of the model, to 1e-5, and their PNG files."""

import io

import keras
import numpy as np
import pytest
import servers
from PIL import Image

import export
import zoo
from keras_gan import GAN, CycleGAN, Pix2Pix
from keras_gan.data.faces.styles import PALETTE
from keras_gan.files.images import to_uint8
from keras_gan.networks import cyclegan, dcgan, pix2pix

SHAPE = (64, 64, 3)
NAMES = {"hair_color": ("none", "#362c47", "#e15c66"), "eyes": ("glasses", "wink")}
PRETRAINED = [name for name in zoo.list_models(pretrained=True) if zoo.variant(name).image_shape == SHAPE]
MADE = {
    "parts": lambda: GAN(
        dcgan.generator(SHAPE, width=4, classes=(3, 2)),
        dcgan.discriminator(SHAPE, width=4, classes=(3, 2)),
        classes=6,
        class_names=NAMES,
    ),
    "labels": lambda: Pix2Pix(
        pix2pix.unet(SHAPE, 3, 4), pix2pix.discriminator(SHAPE, 3, 16, 4), palette=PALETTE, average_decay=0.9
    ),
    "both": lambda: CycleGAN(cyclegan.generator(SHAPE, 4, 1), cyclegan.discriminator(SHAPE, 7, 4)),
}


@pytest.fixture(scope="module")
def models():
    keras.utils.set_random_seed(0)
    made = {name: zoo.load(name) for name in PRETRAINED} | {name: make() for name, make in MADE.items()}
    for name in MADE:
        made[name].steps.assign(1)
    return made


@pytest.fixture(scope="module")
def addresses(models, tmp_path_factory):
    with servers.of_models(models, tmp_path_factory.mktemp("colour")) as (url, grpc, _):
        yield url, f"grpc://{grpc}"


def inputs_of(model):
    """Inputs of a translator: bands in the colours of its palette, or noise."""
    if getattr(model, "palette", None) is None:
        return np.random.default_rng(0).integers(0, 256, (3, *model.input_image_shape), "uint8")
    colours = [list(bytes.fromhex(colour[1:])) for colour in model.palette.values()]
    return np.broadcast_to(np.repeat(np.array(colours, "uint8"), 8, axis=0)[:64, None], (3, *SHAPE))


@pytest.mark.parametrize("name", [*PRETRAINED, *MADE])
def test_over_rest_and_grpc(name, models, addresses):
    model = models[name]
    for address in addresses:
        client = export.Client(f"{address}/{name}")
        if model.from_input:
            for options in [{"to": "a"}, {"to": "b"}, {}] if isinstance(model, CycleGAN) else [{"seed": 5}]:
                made = client.translate(inputs_of(model), **options)
                np.testing.assert_allclose(made, model.translate(inputs_of(model), **options), rtol=0, atol=1e-5)
            continue
        label = None if model.classes is None else np.arange(3) % model.classes
        wanted = model.sample(3, 5, label)
        np.testing.assert_allclose(client.sample(3, 5, label), wanted, rtol=0, atol=1e-5)
        files = [np.asarray(Image.open(io.BytesIO(file))) for file in client.png(3, 5, label)]
        assert np.abs(np.stack(files).astype(int) - to_uint8(wanted).astype(int)).max() <= 1


def test_what_cannot_be_translated_is_refused(models, addresses):
    client = export.Client(f"{addresses[0]}/labels")
    with pytest.raises(ValueError, match="no label"):
        client.translate(np.full((1, *SHAPE), 200, "uint8"))
    with pytest.raises(ValueError, match="at least one"):
        client.translate(np.zeros((0, *SHAPE), "uint8"))
    with pytest.raises(ValueError, match='"a" or "b"'):
        client.translate(np.zeros((1, *SHAPE), "uint8"), to="c")
