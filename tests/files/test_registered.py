"""Keras finds every class that a file may name, whichever of the two is imported first, in a fresh process."""

import ast
import importlib
import math
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from worker import pair

import keras_gan
import zoo
from keras_gan.files.registered import HOMES
from keras_gan.networks import (
    cgan,
    cyclegan,
    dcgan,
    ebgan,
    gan,
    gan_conv,
    gdnet,
    improved,
    pix2pix,
    points,
    r3gan,
    sngan,
)

ROOT = Path(__file__).parents[2]
MNIST = (28, 28, 1)
NETWORKS = {
    "cgan": lambda: (cgan.generator(MNIST, 10), cgan.discriminator(MNIST, 10)),
    "cyclegan": lambda: (cyclegan.generator((8, 8, 3), width=4, blocks=1), cyclegan.discriminator((16, 16, 3), 16, 4)),
    "dcgan": lambda: (dcgan.generator((33, 9, 3), width=4), dcgan.discriminator(MNIST, 4, minibatch_kernels=3)),
    "ebgan": lambda: (ebgan.generator(MNIST, width=9), ebgan.discriminator(MNIST, width=9)),
    "gan": lambda: (gan.generator(MNIST, hidden=(("relu", 9),)), gan.discriminator(MNIST, ((9, 2),), maximum_norm=2.0)),
    "gan_conv": lambda: (gan_conv.discriminator((32, 32, 3)),),
    "gdnet": lambda: (gdnet.noise_generator(), gdnet.pixel_discriminator(), gdnet.dense_discriminator(10)),
    "improved": lambda: (improved.virtually_normalised(improved.plane_generator(normalised=True), 5),),
    "pix2pix": lambda: (pix2pix.unet((16, 16, 3), width=4), pix2pix.discriminator((16, 16, 3), receptive_field=16)),
    "points": lambda: (points.generator(2, 2, (("relu", 9),), "he_normal"),),
    "r3gan": lambda: (r3gan.generator(MNIST, (16, 8)), r3gan.discriminator(MNIST, (16, 8), classes=3)),
    "labels": lambda: (r3gan.generator(MNIST, (16, 8), classes=(3, 2)), dcgan.discriminator(MNIST, 4, classes=(3, 2))),
    "sngan": lambda: (sngan.generator(MNIST, width=4), sngan.discriminator(MNIST, width=4)),
}
LOAD = """
import sys
sys.path.insert(0, sys.argv[1])
{imports}
import numpy as np
assert not [name for name in sys.modules if name.startswith(("keras_gan.games", "keras_gan.layers", "keras_gan.fast"))]
for path in sys.argv[2:]:
    model = keras.models.load_model(path)
    weights = np.concatenate([np.ravel(weight) for weight in model.get_weights()])
    print(path, type(model).__name__, float(np.abs(weights.astype("float64")).sum()))
"""


def registered():
    """{module: names} of the classes that register themselves, read from the source."""
    found = {}
    for file in sorted((ROOT / "keras_gan").rglob("*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(file.read_text()).body:
            decorators = [ast.unparse(one) for one in getattr(node, "decorator_list", ())]
            if any("register_keras_serializable('keras_gan')" in one for one in decorators):
                found.setdefault(module, []).append(node.name)
    return found


def test_the_table_is_what_the_classes_say():
    assert {home: tuple(sorted(names)) for home, names in registered().items()} == {
        home: tuple(sorted(names)) for home, names in HOMES.items()
    }


def test_each_name_is_a_class_that_registers_under_it():
    for home, names in HOMES.items():
        for name in names:
            real = getattr(importlib.import_module(home), name)
            assert keras.saving.get_registered_object(f"keras_gan>{name}") is real


def pixels(record):
    """Of a variant's images; 0 for points, infinity for no variant."""
    return math.inf if record is None else math.prod(record.image_shape or (0,))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """{name: (path, model)}: a .keras file of a model of each game, and of each kind of network."""
    families = {}  # {what stands before the dot of a name: its variant of the smallest images}
    for record in map(zoo.variant, zoo.list_models()):
        family = record.name.partition(".")[0]
        if "large" not in record.tags and pixels(record) < pixels(families.get(family)):
            families[family] = record
    models = {}
    for model in (record.build() for record in families.values()):
        game = type(model).__name__
        if game not in models or model.count_params() < models[game].count_params():
            models[game] = model
    for model in models.values():
        model.compile()
    for name, build in NETWORKS.items():
        models |= {f"{name}_{number}": network for number, network in enumerate(build())}
    models["augmented"] = keras_gan.GAN(*pair(), augmentation=keras_gan.DiffAugment())
    folder = tmp_path_factory.mktemp("saved")
    for name, model in models.items():
        model.save(folder / f"{name}.keras")
    return {name: (folder / f"{name}.keras", model) for name, model in models.items()}


@pytest.mark.parametrize("imports", ["import keras, keras_gan", "import keras_gan, keras"])
def test_every_game_and_network_loads_in_a_fresh_process(files, imports):
    run = subprocess.run(
        [sys.executable, "-c", LOAD.format(imports=imports), str(ROOT), *(str(path) for path, _ in files.values())],
        capture_output=True, text=True, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, cwd="/",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    said = [line.split() for line in run.stdout.splitlines()]
    assert len(said) == len(files) > 20
    for (path, kind, total), (saved, model) in zip(said, files.values(), strict=True):
        weights = np.concatenate([np.ravel(weight) for weight in model.get_weights()])
        assert (path, kind) == (str(saved), type(model).__name__)
        assert float(total) == pytest.approx(np.abs(weights.astype("float64")).sum())


def test_games_of_all_papers_are_among_them(files):
    games = {name for home, names in HOMES.items() if home.startswith("keras_gan.games.") for name in names}
    assert games <= set(files)
