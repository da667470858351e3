"""DCGAN's rules: where batch normalisation stands, what has a bias, how the label spreads, and the sizes."""

import keras
import numpy as np
import pytest

from keras_gan.networks import dcgan

SHAPES = [(8, 8, 1), (28, 28, 1), (28, 28, 3), (32, 32, 3), (64, 64, 1), (64, 64, 3)]
CLASSES = 10


def pair(shape, classes=None, **options):
    return dcgan.generator(shape, classes=classes, **options), dcgan.discriminator(shape, classes=classes, **options)


@pytest.fixture(scope="module")
def small():
    keras.utils.set_random_seed(0)
    return pair((28, 28, 1))


@pytest.fixture(scope="module")
def conditional():
    return pair((28, 28, 1), CLASSES)


def weighted(network):
    """The layers with a kernel, from input to output."""
    return [layer for layer in network.layers if hasattr(layer, "kernel")]


def normalises(layer):
    return isinstance(layer, keras.layers.BatchNormalization)


def successor(layer):
    """The next layer that is not a change of shape."""
    following = [node.operation for node in layer._outbound_nodes]
    if len(following) == 1 and isinstance(following[0], keras.layers.Reshape):
        return successor(following[0])
    return following[0] if following else None


def trainable(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


def normal(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


@pytest.mark.parametrize("classes", [None, CLASSES])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_shapes_and_range(shape, classes):
    generator, discriminator = pair(shape, classes, width=8)
    z, labels = normal(4, 100), np.arange(4, dtype="int32")
    images = generator([z, labels] if classes else z).numpy()
    assert images.shape == (4, *shape) and images.dtype == np.float32
    assert -1 <= images.min() and images.max() <= 1
    assert discriminator([images, labels] if classes else images).shape == (4, 1)


@pytest.mark.parametrize(
    "shape, kernel, sizes",
    [
        # 28: 100 x 6272; BN 2 x 128; 5 x 5 x 128 x 64; BN 2 x 64; 5 x 5 x 64 + 1. The listed .84 M counts the
        # 6272 + 64 biases too, which batch normalisation makes idle.
        # D: 5 x 5 x 64 + 64; 5 x 5 x 64 x 128; BN 2 x 128; 7 x 7 x 128 + 1. Listed: .21 M.
        ((28, 28, 1), 5, (627_200 + 256 + 204_800 + 128 + 1_601, 1_664 + 204_800 + 256 + 6_273)),
        # pytorch/examples, 3.58 M + 2.77 M: 4 x 4 kernels, 512-256-128-64-3 and back.
        # G: 100 x 4 x 4 x 512; 16 x (512 x 256 + 256 x 128 + 128 x 64 + 64 x 3) + 3; BN 2 x (512 + 256 + 128 + 64).
        # D: 16 x (3 x 64 + 64 x 128 + 128 x 256 + 256 x 512) + 64; 4 x 4 x 512 + 1; BN 2 x (128 + 256 + 512).
        ((64, 64, 3), 4, (819_200 + 2_755_584 + 3 + 1_920, 2_755_584 + 64 + 8_193 + 1_792)),
    ],
)
def test_parameters(shape, kernel, sizes):
    networks = pair(shape, kernel=kernel)
    assert tuple(trainable(network) for network in networks) == sizes
    listed = (0.84, 0.21) if shape[0] == 28 else (3.58, 2.77)
    np.testing.assert_allclose(np.divide(sizes, 1e6), listed, rtol=0.015)


@pytest.mark.parametrize(
    "shape, generator_maps, discriminator_maps",
    [
        ((28, 28, 1), [(7, 7, 128), (14, 14, 64), (28, 28, 1)], [(14, 14, 64), (7, 7, 128)]),
        (
            (64, 64, 3),
            [(4, 4, 512), (8, 8, 256), (16, 16, 128), (32, 32, 64), (64, 64, 3)],
            [(32, 32, 64), (16, 16, 128), (8, 8, 256), (4, 4, 512)],
        ),
        ((8, 8, 1), [(2, 2, 128), (4, 4, 64), (8, 8, 1)], [(4, 4, 64), (2, 2, 128)]),
    ],
)
def test_maps_double_as_the_picture_halves(shape, generator_maps, discriminator_maps):
    generator, discriminator = pair(shape)
    project, *upward = weighted(generator)
    assert [tuple(successor(project).output.shape[1:])] + [layer.output.shape[1:] for layer in upward] == generator_maps
    assert [layer.output.shape[1:] for layer in weighted(discriminator)[:-1]] == discriminator_maps


@pytest.mark.parametrize("classes", [None, CLASSES])
def test_dense_layers_of_the_authors_mnist_script(classes):
    """1024 units after z, and before the logit; batch normalised; the label joins the input of every layer."""
    generator, discriminator = pair((28, 28, 1), classes, hidden=1024)
    labels = classes or 0
    # D's maps at 7 x 7 get no label: its code joins them when they lie flat.
    shapes = [network.get_layer("hidden").kernel.shape for network in (generator, discriminator)]
    assert shapes == [(100 + labels, 1024), (7 * 7 * 128 + labels, 1024)]
    for network, without in ((generator, {"pixels"}), (discriminator, {"conv_0", "logits"})):
        assert {layer.name for layer in weighted(network) if not normalises(successor(layer))} == without
        assert {layer.name for layer in weighted(network) if layer.use_bias} == without
    assert discriminator.get_layer("logits").kernel.shape == (1024 + labels, 1)
    project = weighted(generator)[1]
    assert project.kernel.shape == (1024 + labels, 7 * 7 * 128)


def test_a_dense_layer_without_normalisation_has_a_bias():
    hidden = dcgan.discriminator((28, 28, 1), normalised=False, hidden=256).get_layer("hidden")
    assert hidden.use_bias and isinstance(successor(hidden), keras.layers.LeakyReLU)
    assert hidden.kernel.numpy().std() == pytest.approx((2 / (7 * 7 * 128)) ** 0.5, rel=0.01)  # He et al.


@pytest.mark.parametrize("classes", [None, CLASSES])
@pytest.mark.parametrize("shape", [(28, 28, 1), (64, 64, 3)], ids=str)
def test_batch_normalisation_and_bias(shape, classes):
    """Batch normalisation everywhere but at G's output, D's input and the logit; a bias just where it is not."""
    for network, without in zip(pair(shape, classes, width=4), ({"pixels"}, {"conv_0", "logits"}), strict=True):
        assert {layer.name for layer in weighted(network) if not normalises(successor(layer))} == without
        assert {layer.name for layer in weighted(network) if layer.use_bias} == without
        assert sum(map(normalises, network.layers)) == len(weighted(network)) - len(without)


def test_activations(small):
    generator, discriminator = small
    kinds = keras.layers.ReLU, keras.layers.Activation
    *hidden, output = [layer for layer in generator.layers if isinstance(layer, kinds)]
    assert all(isinstance(layer, keras.layers.ReLU) for layer in hidden) and output.activation is keras.activations.tanh
    leaks = [layer for layer in discriminator.layers if isinstance(layer, keras.layers.LeakyReLU)]
    assert len(leaks) == 2
    for leak in leaks:
        np.testing.assert_allclose(leak(np.array([-10.0, 10.0], "float32")), [-2, 10], rtol=1e-6)


def test_first_weights(small):
    """Kernels N(0, .02), gains N(1, .02), everything else 0."""
    for network in small:
        for layer in weighted(network):
            kernel = layer.kernel.numpy()
            error = 5 * 0.02 / kernel.size**0.5  # five standard errors; that of the deviation is smaller by sqrt 2
            assert kernel.mean() == pytest.approx(0, abs=error) and kernel.std() == pytest.approx(0.02, abs=error)
            assert not layer.use_bias or not layer.bias.numpy().any()
        for layer in network.layers:
            if normalises(layer):
                gain = layer.gamma.numpy()
                error = 5 * 0.02 / gain.size**0.5
                assert gain.mean() == pytest.approx(1, abs=error) and gain.std() == pytest.approx(0.02, abs=error)
                assert not layer.beta.numpy().any()


@pytest.mark.parametrize("shape", [(28, 28, 1), (64, 64, 3)], ids=str)
def test_the_label_joins_the_input_of_every_layer(shape):
    """`classes` more channels at each layer, and in them the one-hot code of the label at every pixel."""
    for plain, network, first in zip(pair(shape, width=4), pair(shape, CLASSES, width=4), (100, shape), strict=True):
        for without, layer in zip(weighted(plain), weighted(network), strict=True):
            assert layer.input.shape[-1] == without.input.shape[-1] + CLASSES
        inputs = keras.Model(network.inputs, [layer.input for layer in weighted(network)])
        data = normal(2, *np.atleast_1d(first))
        for layer_input in inputs([data, np.array([3, 7], "int32")]):
            code = np.asarray(layer_input)[..., -CLASSES:].reshape(2, -1, CLASSES)
            assert (code == np.eye(CLASSES)[[[3], [7]]]).all()


def test_the_label_changes_the_outcome(conditional):
    generator, discriminator = conditional
    z = np.repeat(normal(1, 100), CLASSES, axis=0)
    images = generator([z, np.arange(CLASSES, dtype="int32")]).numpy()
    assert len(np.unique(images.reshape(CLASSES, -1), axis=0)) == CLASSES
    image = np.repeat(images[:1], CLASSES, axis=0)
    assert len(np.unique(discriminator([image, np.arange(CLASSES, dtype="int32")]))) == CLASSES


@pytest.mark.parametrize("network", [dcgan.generator, dcgan.discriminator])
@pytest.mark.parametrize("shape", [(3, 8, 1), (8, 2, 1), (28, 28), (2,), (0, 0, 1)], ids=str)
def test_impossible_sizes(network, shape):
    with pytest.raises(ValueError, match=r"choose an image_shape such as \(28, 28, 1\)"):
        network(shape)


def test_minibatch_discrimination_stands_before_the_logits():
    """Its 7 kernels see all features, and the logit sees both."""
    network = dcgan.discriminator((8, 8, 1), width=4, minibatch_kernels=7)
    names = [layer.name for layer in network.layers]
    assert names[-3:] == ["features", "minibatch_discrimination", "logits"]
    features = network.get_layer("features").output.shape[-1]
    assert network.get_layer("minibatch_discrimination").kernel.shape == (features, 7 * 5)
    assert network.get_layer("logits").kernel.shape == (features + 7, 1)
    assert "minibatch_discrimination" not in [layer.name for layer in dcgan.discriminator((8, 8, 1), width=4).layers]


def test_projected_labels_join_z_and_the_score_alone():
    generator, discriminator = pair((8, 8, 3), (2, 3), width=8, projected=True)
    planes = [layer for layer in generator.layers + discriminator.layers if "UpSampling" in type(layer).__name__]
    assert not planes, "no planes of codes beside maps"
    images, labels = normal(6, 8, 8, 3), np.arange(6, dtype="int32")
    before = discriminator([images, labels]).numpy()
    np.testing.assert_array_equal(before, discriminator([images, labels[::-1]]))
    embedding = discriminator.get_layer("embedding")
    embedding.kernel.assign(normal(*embedding.kernel.shape))
    features = keras.Model(discriminator.input, discriminator.get_layer("features").output)([images, labels]).numpy()
    code = np.concatenate([np.eye(2)[labels // 3], np.eye(3)[labels % 3]], axis=1)
    expected = before[:, 0] + np.sum((code @ embedding.kernel.numpy()) * features, axis=1)
    np.testing.assert_allclose(discriminator([images, labels])[:, 0], expected, rtol=1e-4)
    z = normal(6, 100)
    assert np.abs(generator([z, labels]) - generator([z, labels[::-1]])).max() > 0
