"""The networks of the later papers: shapes, sizes worked out by hand, layers as in the papers, sound configs."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.fast.grouped_conv import GroupedConv2D
from keras_gan.layers.sum_over_places import SumOverPlaces
from keras_gan.networks import began, cgan, dcgan, ebgan, r3gan, sngan

MNIST, COLOUR = (28, 28, 1), (32, 32, 3)

NETWORKS = {
    "cgan G": lambda: cgan.generator(MNIST, classes=10),
    "cgan D": lambda: cgan.discriminator(MNIST, classes=10),
    "grid G": lambda: ebgan.generator(MNIST, depth=3, width=20),
    "grid D": lambda: ebgan.discriminator(MNIST, depth=3, width=20),
    "grid classifier": lambda: ebgan.classifier(MNIST, depth=2, width=20),
    "decoder": lambda: began.decoder(COLOUR, latent_dim=8, width=4),
    "autoencoder": lambda: began.discriminator(COLOUR, code_units=8, width=4),
    "sngan G": lambda: sngan.generator(COLOUR, latent_dim=8, width=4),
    "sngan D": lambda: sngan.discriminator(COLOUR, width=4),
    "sngan G labels": lambda: sngan.generator(MNIST, latent_dim=8, width=4, classes=10),
    "sngan D labels": lambda: sngan.discriminator(MNIST, width=4, classes=10),
    "r3gan G": lambda: r3gan.generator(MNIST, widths=(16, 8), latent_dim=8),
    "r3gan D": lambda: r3gan.discriminator(MNIST, widths=(16, 8)),
    "r3gan G labels": lambda: r3gan.generator(COLOUR, widths=(16, 8), patch=1, blocks=2, classes=10),
    "r3gan D labels": lambda: r3gan.discriminator(COLOUR, widths=(16, 8), patch=1, blocks=2, classes=10),
}


def inputs_of(network, rows=3):
    """Random z or images, and labels in turn."""
    first, *labels = network.inputs
    x = np.random.default_rng(0).uniform(-1, 1, (rows, *first.shape[1:])).astype("float32")
    return [x, np.arange(rows, dtype="int32")] if labels else x


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_outputs_are_finite_and_a_config_makes_the_same_network(name):
    network = NETWORKS[name]()
    x = inputs_of(network)
    outputs = tf.nest.flatten(network(x))
    assert all(np.isfinite(output).all() for output in outputs)
    again = type(network).from_config(network.get_config())
    again.set_weights(network.get_weights())
    for one, two in zip(outputs, tf.nest.flatten(again(x)), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", [name for name in sorted(NETWORKS) if " G" in name])
def test_generators_make_images_in_range_that_depend_on_z_and_label(name):
    network = NETWORKS[name]()
    x = inputs_of(network)
    images = np.asarray(network(x))
    assert images.shape[1:] in (MNIST, COLOUR) and np.abs(images).max() <= 1.0
    assert np.abs(images[0] - images[1]).max() > 1e-6
    if isinstance(x, list):
        other = np.asarray(network([x[0], (x[1] + 1) % 10]))
        assert np.abs(images - other).max() > 1e-6


def test_the_conditional_pair_has_the_papers_layers():
    generator, discriminator = cgan.generator(MNIST, classes=10), cgan.discriminator(MNIST, classes=10)
    # G: 100-200 and 1200-1200 with four numbers a unit for the batch's statistics, 10-1000, 1200-784.
    # D: 784-(240 x 5), 10-(50 x 5), 290-(240 x 4), 240-1, with biases.
    assert generator.count_params() == 104 * 200 + 11 * 1000 + 1204 * 1200 + 1201 * 784
    assert discriminator.count_params() == 785 * 1200 + 11 * 250 + 291 * 960 + 241
    assert [layer.rate for layer in discriminator.layers if isinstance(layer, keras.layers.Dropout)] == [0.2, 0.5, 0.5]


def test_the_grid_counts_weight_layers_as_the_paper_does():
    """nLayerG 5, sizeG 800 and nLayerD 2, sizeD 1024 (the decoder is one layer); on 32 x 32: 2.82 and 2.10 million."""
    generator = ebgan.generator((32, 32, 1), depth=5, width=800)
    discriminator = ebgan.discriminator((32, 32, 1), depth=2, width=1024)
    dense = [layer for layer in generator.layers if isinstance(layer, keras.layers.Dense)]
    assert len(dense) == 5 and [layer.units for layer in dense] == [800] * 4 + [1024]
    weights = sum(w.shape[0] * w.shape[1] for w in generator.trainable_weights if len(w.shape) == 2)
    assert weights == 100 * 800 + 3 * 800 * 800 + 800 * 1024
    assert discriminator.count_params() == 2 * (1024 * 1024 + 1024)
    assert np.std(discriminator.layers[-2].kernel) == pytest.approx(0.002, rel=0.02)
    assert np.std(dense[1].kernel) == pytest.approx(0.02, rel=0.02)


def test_spectral_discriminators_have_no_plain_weights():
    for options in ({}, {"classes": 10}, {"hidden": 6}):
        network = sngan.discriminator(MNIST, width=4, **options)
        plain = [layer for layer in network.layers if type(layer) in (keras.layers.Dense, keras.layers.Conv2D)]
        assert not plain and any(w.name == "u" for w in network.non_trainable_weights)


def test_a_spectral_discriminator_with_a_dense_layer_before_its_score():
    network = sngan.discriminator(MNIST, width=4, hidden=6)
    assert network.get_layer("hidden").kernel.shape == (7 * 7 * 16, 6)
    assert network.get_layer("scores").kernel.shape == (6, 1)
    with pytest.raises(ValueError, match="no dense layer"):
        sngan.discriminator(MNIST, width=4, hidden=6, classes=10)


def test_the_projection_is_an_inner_product_with_the_labels_embedding():
    # psi(phi) does not depend on the label: the scores of two labels differ by <e_1 - e_2, phi>.
    network = sngan.discriminator(MNIST, width=4, classes=10)
    images = inputs_of(network)[0]
    features = keras.Model(network.inputs, network.get_layer("features").output)
    zeros, ones = np.zeros(3, "int32"), np.ones(3, "int32")
    phi = np.asarray(features([images, zeros]))
    kernel = np.asarray(network.get_layer("embedding").normalised_kernel(training=False))
    difference = np.asarray(network([images, zeros]) - network([images, ones]))[:, 0]
    np.testing.assert_allclose(difference, phi @ (kernel[0] - kernel[1]), rtol=1e-3, atol=1e-5)


def test_residual_blocks_are_the_identity_at_the_start():
    """The last 1 x 1 of each block is zero: G is a linear function of z before the tanh, in every place."""
    generator = r3gan.generator(MNIST, widths=(16, 8), latent_dim=8)
    before = keras.Model(generator.input, generator.get_layer("pixels").output)
    z = np.random.default_rng(1).normal(size=(2, 8)).astype("float32")
    pixels, sums = np.asarray(before(z)), np.asarray(before(z.sum(axis=0, keepdims=True)))
    np.testing.assert_allclose(pixels.sum(axis=0), sums[0], rtol=1e-3, atol=1e-4)


SIZES = [(8, 8, 1), (9, 11, 3), (27, 27, 1), (30, 30, 1), (33, 33, 3), (28, 32, 1), (100, 60, 3), (8, 100, 1)]


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("classes", [None, 3])
@pytest.mark.parametrize("module", [dcgan, sngan, r3gan], ids=lambda module: module.__name__.rpartition(".")[2])
def test_images_of_any_size_play_a_step(module, shape, classes):
    """G makes exactly that size, D takes it, and every weight of both has a gradient."""
    options = {"widths": (32, 16)} if module is r3gan else {"width": 4}
    generator = module.generator(shape, latent_dim=5, classes=classes, **options)
    discriminator = module.discriminator(shape, classes=classes, **options)
    z, label = tf.random.stateless_normal([4, 5], [0, 1]), tf.constant([0, 1, 2, 0])
    with tf.GradientTape() as tape:
        images = generator([z, label] if classes else z, training=True)
        scores = discriminator([images, label] if classes else images, training=True)
        value = tf.reduce_sum(tf.sin(scores))
    assert images.shape == (4, *shape) and scores.shape == (4, 1)
    weights = generator.trainable_variables + discriminator.trainable_variables
    for weight, gradient in zip(weights, tape.gradient(value, weights), strict=True):
        assert gradient is not None and np.isfinite(gradient).all(), weight.path


@pytest.mark.parametrize("shape", [(27, 27, 1), (33, 20, 3)])
def test_an_auto_encoder_gives_back_images_of_any_size(shape):
    assert began.discriminator(shape, code_units=4, width=3)(tf.zeros([2, *shape])).shape == (2, *shape)


@pytest.mark.parametrize("shape", [(3, 8, 1), (8, 8), (8, 8, 0)])
@pytest.mark.parametrize("module", [dcgan, sngan, r3gan], ids=lambda module: module.__name__.rpartition(".")[2])
def test_what_is_no_image_is_refused(module, shape):
    for build in (module.generator, module.discriminator):
        with pytest.raises(ValueError, match="choose an image_shape such as"):
            build(shape)


def test_grouped_convolution_is_keras_own_in_values_and_gradients():
    x = tf.random.stateless_normal([2, 6, 6, 8], [0, 1])
    one, two = GroupedConv2D(16, 3, groups=4), keras.layers.Conv2D(16, 3, padding="same", groups=4)
    one.build(x.shape), two.build(x.shape)
    two.set_weights(one.get_weights())

    def value_and_gradient(layer):
        with tf.GradientTape() as tape:
            y = layer(x)
            loss = tf.reduce_sum(tf.sin(y))
        return y, tape.gradient(loss, layer.kernel.value)

    for ours, theirs in zip(value_and_gradient(one), value_and_gradient(two), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="same"):
        GroupedConv2D(16, 3, padding="valid")


def test_sum_over_places():
    assert np.ravel(SumOverPlaces()(tf.ones([1, 3, 2, 2]))) == pytest.approx([6.0, 6.0])


def test_the_basis_is_scaled_by_each_channel():
    basis = r3gan.Basis(2, 2)
    x = tf.constant([[[[1.0, 3.0]]]])
    np.testing.assert_allclose(basis(x)[0], basis.basis * np.array([1.0, 3.0]), rtol=1e-6)
