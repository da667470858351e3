"""The fully connected pairs of 2014: sizes, first weights, ranges and dropout of the authors' YAML files."""

import keras
import numpy as np
import pytest
from scipy import stats

from keras_gan.initializers import Sparse
from keras_gan.layers.maxout import Maxout
from keras_gan.networks import gan

MNIST, TFD, CIFAR = (28, 28, 1), (48, 48, 1), (32, 32, 3)
HIDDEN = {"hidden": (("relu", 8000), ("sigmoid", 8000))}


@pytest.mark.parametrize(
    "network, parameters, millions",
    [
        # 100 x 1200 + 1200; 1200 x 1200 + 1200; 1200 x 784 + 784
        (lambda: gan.generator(MNIST), 121_200 + 1_441_200 + 941_584, 2.50),
        # (784 + 1) x 240 x 5; (240 + 1) x 240 x 5; 240 + 1
        (lambda: gan.discriminator(MNIST), 942_000 + 289_200 + 241, 1.23),
        # 101 x 8000; 8001 x 8000; 8001 x 2304
        (lambda: gan.generator(TFD, **HIDDEN), 808_000 + 64_008_000 + 18_434_304, 83.3),
        # (2304 + 1) x 1200 x 5; (1200 + 1) x 1200 x 5; 1200 + 1
        (lambda: gan.discriminator(TFD, ((1200, 5), (1200, 5))), 13_830_000 + 7_206_000 + 1_201, 21.0),
        # 101 x 8000; 8001 x 8000; 8001 x 3072
        (lambda: gan.generator(CIFAR, **HIDDEN, output="linear"), 808_000 + 64_008_000 + 24_579_072, 89.4),
        # (3072 + 1) x 1600 x 5; (1600 + 1) x 1600 x 5; 1600 + 1
        (lambda: gan.discriminator(CIFAR, ((1600, 5), (1600, 5))), 24_584_000 + 12_808_000 + 1_601, 37.4),
    ],
    ids=["MNIST G", "MNIST D", "TFD G", "TFD D", "CIFAR-10 G", "CIFAR-10 D"],
)
def test_parameters(network, parameters, millions):
    """Worked out from the layers' sizes; in millions as the paper's nets are listed."""
    assert network().count_params() == parameters
    assert parameters / 1e6 == pytest.approx(millions, abs=0.05 if millions > 10 else 0.005)


@pytest.fixture(scope="module")
def generator():
    keras.utils.set_random_seed(0)
    return gan.generator(MNIST)


@pytest.fixture(scope="module")
def discriminator():
    keras.utils.set_random_seed(1)
    return gan.discriminator(MNIST)


def weighted(network):
    return [layer for layer in network.layers if layer.weights]


@pytest.mark.parametrize("name, reach", [("generator", 0.05), ("discriminator", 0.005)])
def test_first_weights_fill_the_papers_interval(name, reach, request):
    for layer in weighted(request.getfixturevalue(name)):
        kernel = layer.kernel.numpy().ravel() / reach
        assert np.abs(kernel).max() <= 1
        assert stats.kstest(kernel[:20_000], stats.uniform(-1, 2).cdf).pvalue > 1e-4
        assert not layer.bias.numpy().any()


def test_layers_do_not_start_alike(generator):
    """One initialiser object with one seed for two layers would give equal numbers."""
    first, second, third = (layer.kernel.numpy().ravel()[:1000] for layer in weighted(generator))
    np.testing.assert_allclose(np.corrcoef([first, second, third]), np.eye(3), atol=5 / 1000**0.5)


def test_options_reach_the_layers():
    pair = (
        gan.generator((4, 4, 1), 3, (("relu", 6), ("sigmoid", 5)), "linear", 0.05, "ones", -2.0, 1.9365),
        (gan.discriminator((4, 4, 1), ((6, 2),), maximum_norm=1.9365)),
    )
    relu, sigmoid, pixels = weighted(pair[0])
    assert not relu.bias.numpy().any() and (sigmoid.bias.numpy() == -2).all() and (pixels.kernel.numpy() == 1).all()
    constrained = [relu, sigmoid, pixels, *(layer for layer in weighted(pair[1]) if isinstance(layer, Maxout))]
    assert [layer.kernel_constraint.max_value for layer in constrained] == [1.9365] * 4
    assert all(layer.kernel_constraint.axis in (0, (0,), [0]) for layer in constrained)


def test_sparse_weights_have_their_number_in_every_unit():
    """TFD's output layer: 100 of 8,000 weights into each pixel, N(0, 1)."""
    kernel = np.asarray(Sparse(100)((8000, 300), "float32"))
    assert (np.count_nonzero(kernel, axis=0) == 100).all()
    assert stats.kstest(kernel[kernel != 0], "norm").pvalue > 1e-3
    rows = np.nonzero(kernel)[0]
    assert stats.kstest((rows + 0.5) / 8000, "uniform").pvalue > 1e-3  # any input may be among them
    twin = keras.initializers.deserialize(keras.initializers.serialize(Sparse(100, seed=3)))
    assert twin.get_config() == {"nonzeros": 100, "seed": 3}
    np.testing.assert_array_equal(twin((200, 3)), Sparse(100, seed=3)((200, 3)))
    with pytest.raises(ValueError, match="at least as many inputs"):
        Sparse(5)((4, 2))


def test_ranges(generator, discriminator):
    z = np.random.default_rng(0).normal(size=(20, 100)).astype("float32")
    images = generator(100 * z).numpy()
    assert images.shape == (20, *MNIST) and images.dtype == np.float32
    assert -1 <= images.min() < -0.99 and 0.99 < images.max() <= 1
    assert discriminator(images).shape == (20, 1)
    unbounded = gan.generator((4, 4, 1), hidden=(("relu", 50),), output="linear", output_initializer="ones")
    assert np.abs(unbounded(100 * z)).max() > 1
    with pytest.raises(ValueError, match="output"):
        gan.generator(MNIST, hidden=(("relu", 5),), output="tanh")


def test_generator_is_the_papers_formula(generator):
    z = np.random.default_rng(1).uniform(-1, 1, (3, 100)).astype("float32")
    (a, b), (c, d), (e, f) = (layer.get_weights() for layer in weighted(generator))
    pixels = 1 / (1 + np.exp(-(np.maximum(np.maximum(z @ a + b, 0) @ c + d, 0) @ e + f)))
    np.testing.assert_allclose((generator(z).numpy().reshape(3, -1) + 1) / 2, pixels, atol=1e-6)


def test_discriminator_is_the_papers_formula(discriminator):
    """On pixels in [0, 1], without dropout; the output is the logit of D."""
    x = np.random.default_rng(2).uniform(-1, 1, (3, *MNIST)).astype("float32")
    (a, b), (c, d), (e, f) = (layer.get_weights() for layer in weighted(discriminator))
    h = (((x.reshape(3, -1) + 1) / 2) @ a + b).reshape(3, 240, 5).max(-1)
    h = (h @ c + d).reshape(3, 240, 5).max(-1)
    np.testing.assert_allclose(discriminator(x), h @ e + f, atol=1e-6)


def test_output_bias_is_the_logit_of_the_mean_pixel():
    generator = gan.generator((1, 4, 1), hidden=(("relu", 3),))
    # Pixels in [0, 1]: (0, 1/4, 1/2, 1) on average. log 1/3 = -1.098612, log 1 = 0; 0 and 1 are clipped to 1e-7 from
    # the end: log(1e-7 / (1 - 1e-7)) = -16.118096 and its negative.
    images = 2 * np.array([[0, 0, 1, 1], [0, 0.5, 0, 1]], "float32").reshape(2, 1, 4, 1) - 1
    gan.set_output_bias(generator, images)
    pixels = generator.get_layer("pixels")
    np.testing.assert_allclose(pixels.bias, [-16.118096, -1.098612, 0, 16.118096], atol=1e-5)
    # So a generator whose weights are silent makes the mean image.
    pixels.kernel.assign(np.zeros(pixels.kernel.shape))
    np.testing.assert_allclose(generator(np.ones((1, 100)))[0], images.mean(axis=0), atol=1e-6)


def test_dropout_keeps_four_fifths_of_the_input_and_half_of_the_hidden(discriminator):
    dropouts = [layer for layer in discriminator.layers if isinstance(layer, keras.layers.Dropout)]
    assert [next(iter(layer._outbound_nodes)).operation.name for layer in dropouts] == [
        layer.name for layer in weighted(discriminator)
    ]
    ends = [end for layer in dropouts for end in (layer.input, layer.output)]
    white = np.ones((60, *MNIST), "float32")
    before_and_after = keras.Model(discriminator.input, ends)(white, training=True)
    for keep, before, after in zip((0.8, 0.5, 0.5), before_and_after[::2], before_and_after[1::2], strict=True):
        before, after = np.asarray(before), np.asarray(after)
        kept = after != 0
        np.testing.assert_allclose(after[kept], (before / keep)[kept], rtol=1e-6)  # x 1.25, x 2
        assert kept[before != 0].mean() == pytest.approx(keep, abs=5 * (keep * (1 - keep) / after.size) ** 0.5)
        assert not (kept == kept[0]).all(), "every row must have a mask of its own"
    quiet = keras.Model(discriminator.input, ends)(white, training=False)
    for before, after in zip(quiet[::2], quiet[1::2], strict=True):
        np.testing.assert_array_equal(before, after)


def test_generator_has_no_noise_of_its_own(generator):
    z = np.ones((2, 100), "float32")
    np.testing.assert_array_equal(generator(z, training=True), generator(z, training=False))


def test_preprocessing_takes_the_place_of_the_map_to_0_1():
    images = np.random.default_rng(3).uniform(-1, 1, (5, 4, 4, 1)).astype("float32")
    plain = gan.discriminator((4, 4, 1), ((3, 2),))
    raw = gan.discriminator((4, 4, 1), ((3, 2),), preprocessing=keras.layers.Identity())
    raw.set_weights(plain.get_weights())
    np.testing.assert_allclose(raw((images + 1) / 2), plain(images), atol=1e-7)
