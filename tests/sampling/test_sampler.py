"""Every image has a number: nothing but the seed and the label decides it."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest
from worker import ENVIRONMENT, SCRIPT, game

from keras_gan import GAN, data
from keras_gan.networks import dcgan, gan
from keras_gan.sampling import latents

IMAGES = np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype("float32")


@pytest.fixture(scope="module")
def trained():
    model = game(average_decay=0.9, pair_options={"dropout": 0.2, "normalised": True})
    model.fit(IMAGES, batch_size=8, verbose=0)
    return model


@pytest.fixture(scope="module")
def conditional():
    return game(classes=3)


def large(name):
    keras.utils.set_random_seed(0)
    if name == "mlp":
        return GAN(gan.generator((28, 28, 1)), gan.discriminator((28, 28, 1)))
    return GAN(dcgan.generator((28, 28, 1), width=16), dcgan.discriminator((28, 28, 1), width=16))


@pytest.mark.parametrize("name", ["mlp", "dcgan"])
def test_an_image_depends_on_its_seed_alone(name):
    """Bit for bit in any position, number and batch: also where matrix products are blocked and convolutions tiled."""
    model = large(name)
    images = model.sample(130, seed=-3)
    for seed in (-3, -1, 0, 28, 60, 61, 125, 126):
        assert model.sample(1, seed=seed).tobytes() == images[seed + 3 : seed + 4].tobytes()
    assert model.sample(65, seed=0).tobytes() == images[3:68].tobytes()
    order = np.random.default_rng(0).permutation(130)
    assert model.sample_seeds(order - 3).tobytes() == images[order].tobytes()
    assert len(np.unique(images.reshape(130, -1), axis=0)) == 130


def test_numbers_overlap(trained):
    assert trained.sample(5, seed=3)[2:].tobytes() == trained.sample(3, seed=5).tobytes()
    assert trained.latents(5, seed=3)[2:].tobytes() == trained.latents(3, seed=5).tobytes()
    assert trained.images_of(trained.latents(5, seed=3)).tobytes() == trained.sample(5, seed=3).tobytes()


def test_seeds_beyond_32_bits_are_others(trained):
    far = np.concatenate([trained.sample(1, seed=seed) for seed in (0, 2**32, -(2**32), 2**62, -1)])
    assert len(np.unique(far.reshape(5, -1), axis=0)) == 5


@pytest.mark.parametrize("latent", [latents.Normal(), latents.Uniform(-3.0, 3.0), latents.Stratified(-5.0, 5.0)])
def test_sampling_needs_no_step_and_leaves_no_trace(latent):
    model = game(latent=latent, average_decay=0.9, seed=1)
    other = game(latent=latent, average_decay=0.9, seed=2)
    assert model.sample(4).tobytes() == other.sample(4).tobytes()
    before = [w.tobytes() for w in model.get_weights()]
    model.sample(4)
    assert before == [w.tobytes() for w in model.get_weights()]


def test_saved_loaded_and_in_a_fresh_process(trained, tmp_path):
    path, out = tmp_path / "model.keras", tmp_path / "images.npy"
    trained.save(path)
    expected = trained.sample(5, seed=-2)
    assert keras.saving.load_model(path).sample(5, seed=-2).tobytes() == expected.tobytes()
    order = json.dumps({"path": str(path), "out": str(out)})
    subprocess.run([sys.executable, str(SCRIPT), "sampled", order], env=ENVIRONMENT, check=True, timeout=300)
    assert np.load(out).tobytes() == expected.tobytes()


def test_the_average_is_what_is_sampled(trained):
    """And the raw generator where it is asked for; the two differ after training."""
    z = trained.latents(64)
    for average, player in ((True, trained.average_generator), (False, trained.generator)):
        expected = player(z, training=False).numpy()
        np.testing.assert_allclose(trained.sample(64, average=average), expected, atol=1e-6)
    assert np.abs(trained.sample(8) - trained.sample(8, average=False)).max() > 1e-3
    np.testing.assert_allclose(trained(z).numpy(), trained.sample(64), atol=1e-6)


def test_sampling_follows_training():
    """No weight is frozen into a compiled function."""
    model = game()
    before = model.sample(2)
    model.fit(IMAGES, verbose=0)
    assert (model.sample(2) != before).any()
    weights = model.get_weights()
    model.set_weights([np.zeros_like(w) for w in weights])
    np.testing.assert_array_equal(model.sample(2), np.zeros((2, 8, 8, 1)))


def test_truncation_scales_z(trained):
    expected = trained.images_of(0.5 * trained.latents(4, seed=9))
    assert trained.sample(4, seed=9, truncation=0.5).tobytes() == expected.tobytes()
    centre = trained.sample(4, truncation=0.0)
    assert all((image == centre[0]).all() for image in centre)


@pytest.mark.parametrize("n", [0, -1])
def test_no_images_are_refused(trained, n):
    for ask in (trained.sample, trained.latents):
        with pytest.raises(ValueError, match=f"n={n}"):
            ask(n)


def test_labels(conditional):
    one = conditional.sample(4, seed=2, label=1)
    assert one.tobytes() == conditional.sample(4, seed=2, label=[1, 1, 1, 1]).tobytes()
    mixed = conditional.sample(4, seed=2, label=np.array([0, 1, 2, 1]))
    assert mixed[[1, 3]].tobytes() == one[[1, 3]].tobytes()
    assert (mixed[[0, 2]] != one[[0, 2]]).any()
    assert conditional.sample(1, seed=2, label=np.int64(1)).tobytes() == one[:1].tobytes()
    assert conditional.sample(100, label=np.arange(100) % 3).shape == (100, 8, 8, 1)


@pytest.mark.parametrize("label", [None, 3, -1, [0, 1], [[0, 1, 2, 0, 1]], 1.5, "one"])
def test_bad_labels_are_refused(conditional, label):
    with pytest.raises(ValueError, match="label|Label"):
        conditional.sample(4, label=label)


def test_a_label_for_an_unconditional_model_is_refused(trained):
    with pytest.raises(ValueError, match="label"):
        trained.sample(2, label=1)


@pytest.mark.parametrize("z", [np.zeros((2, 5)), np.zeros(4), np.zeros((0, 4)), np.full((1, 4), np.nan)])
def test_bad_latents_are_refused(trained, z):
    with pytest.raises(ValueError, match="z "):
        trained.images_of(z)


def test_images_stay_in_range_and_points_are_free():
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(64), keras.layers.Reshape((8, 8, 1))])
    generator.set_weights([100 * np.ones((2, 64)), np.zeros(64)])
    critic = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    images = GAN(generator, critic).sample(32)
    assert (images.min(), images.max()) == (-1.0, 1.0)
    linear = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    linear.set_weights([100 * np.ones((2, 1)), np.zeros(1)])
    assert np.abs(GAN(linear, keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])).sample(32)).max() > 10


def test_sampling_traces_once():
    """Another n, another seed, another call: no function is traced again, which would take seconds each."""
    calls = []

    class Counted(keras.layers.Layer):
        def call(self, inputs):
            calls.append(1)
            return inputs

    generator = keras.Sequential([keras.Input((2,)), Counted(), keras.layers.Dense(1)])
    model = GAN(generator, keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]))
    model.sample(1)
    traced = len(calls)
    for n in (2, 63, 64, 65, 200):
        model.sample(n, seed=n)
    assert len(calls) == traced


def test_seeds_reach_to_both_ends_of_64_bits_and_no_further():
    model = game()
    last, first = 2**63 - 1, -(2**63)
    ends = model.sample_seeds([last - 1, last, first])
    np.testing.assert_array_equal(model.sample(2, seed=last - 1), ends[:2])
    np.testing.assert_array_equal(model.sample(1, seed=first), ends[2:])
    for n, seed in ((2, last), (1, 2**63), (1, first - 1)):
        with pytest.raises(ValueError, match=r"from -2\*\*63 to 2\*\*63 - 1"):
            model.sample(n, seed=seed)


def test_the_average_has_a_name_of_its_own_in_the_summary():
    lines = []
    game(average_decay=0.9).summary(print_fn=lines.append)
    assert sum("average_generator" in line for line in "".join(lines).splitlines()) == 1


def test_classes_have_names_where_the_data_have(tmp_path):
    """From strings beside the images to `sample(label="seven")`, through a file, too."""
    names = np.array(["seven", "one", "seven", "two"] * 10)
    images = np.random.default_rng(0).uniform(-1, 1, (40, 8, 8, 1)).astype("float32")
    batches = data.load(images, batch_size=20, labels=names, with_labels=True)
    assert batches.class_names == ("one", "seven", "two") and batches.classes == 3
    model = game(classes=3)
    model.fit(batches, verbose=0)
    np.testing.assert_array_equal(model.sample(4, label="seven"), model.sample(4, label=1))
    np.testing.assert_array_equal(model.sample(2, label=["two", "one"]), model.sample(2, label=[2, 0]))
    model.save(tmp_path / "named.keras")
    again = keras.models.load_model(tmp_path / "named.keras")
    np.testing.assert_array_equal(again.sample(4, label="seven"), model.sample(4, label=1))
    with pytest.raises(ValueError, match="no class 'sevn'; did you mean seven"):
        model.sample(1, label="sevn")


def test_many_models_sample_without_a_warning_of_retracing(caplog):
    """TensorFlow warns where functions of one place in the code are traced again and again, as by one model after
    another."""
    for number in range(8):
        game(seed=number).sample(3)
    assert not [record for record in caplog.records if "retracing" in record.getMessage()]


def attributes_and_an_image():
    """A game whose players are told three attributes and an image."""
    keras.utils.set_random_seed(0)
    z, x = keras.Input((4,), name="z"), keras.Input((8, 8, 1), name="images")
    attributes, sketch = keras.Input((3,), name="attributes"), keras.Input((8, 8, 1), name="sketch")
    flat = keras.layers.Flatten()
    joined = keras.layers.Concatenate()([z, attributes, flat(sketch)])
    made = keras.layers.Reshape((8, 8, 1))(keras.layers.Dense(64, "tanh")(joined))
    judged = keras.layers.Dense(1)(keras.layers.Concatenate()([flat(x), attributes, flat(sketch)]))
    generator = keras.Model([z, attributes, sketch], made, name="generator")
    return GAN(generator, keras.Model([x, attributes, sketch], judged, name="discriminator"), discriminator_steps=2)


def test_a_condition_may_be_several_attributes_and_an_image():
    model = attributes_and_an_image()
    model.compile("sgd", "sgd")
    random = np.random.default_rng(0)
    x, sketch = (random.uniform(-1, 1, (20, 8, 8, 1)).astype("float32") for _ in range(2))
    attributes = random.uniform(0, 1, (20, 3)).astype("float32")
    history = model.fit(x, (attributes, sketch), batch_size=10, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    named = model.sample(2, label={"sketch": sketch[:2], "attributes": attributes[:2]})
    np.testing.assert_array_equal(named, model.sample(2, label=[attributes[:2], sketch[:2]]))
    assert np.abs(named - model.sample(2, label=[attributes[2:4], sketch[:2]])).max() > 1e-3
    with pytest.raises(ValueError, match="needs a condition of the shapes"):
        model.sample(2)
    with pytest.raises(ValueError, match="beside each sample it needs"):
        model.fit(x, batch_size=10, verbose=0)
