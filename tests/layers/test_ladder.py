"""The ladder's parts by hand, and a whole ladder against the formulas of Rasmus et al. 2015, algorithm 1, in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers.ladder import Combinator, DenoisingCost, Shift, Standardisation
from keras_gan.networks import ladder

X = np.random.default_rng(0).uniform(-1, 1, (12, 3, 3, 1)).astype("float32")


def test_standardisation_by_hand_and_its_moving_statistics():
    layer = Standardisation(moving=True, momentum=0.9)
    x = np.array([[1.0], [3.0]], "float32")
    np.testing.assert_allclose(layer(x, training=True), [[-1.0], [1.0]], rtol=1e-6)
    # Mean 2, variance of n - 1 = 2: .9 * 0 + .1 * 2 and .9 * 1 + .1 * 2.
    assert float(layer.moving_mean[0]) == pytest.approx(0.2) and float(layer.moving_variance[0]) == pytest.approx(1.1)
    np.testing.assert_allclose(layer(x, training=False), (x - 0.2) / np.sqrt(1.1), rtol=1e-6)
    assert float(layer.moving_mean[0]) == pytest.approx(0.2)


def test_the_noisy_way_always_has_the_statistics_of_its_batch():
    layer = Standardisation()
    x = np.array([[1.0], [3.0]], "float32")
    np.testing.assert_array_equal(layer(x, training=True), layer(x, training=False))
    assert not layer.weights


def combinator(**values):
    layer = Combinator()
    layer.build([(None, 1), (None, 1)])
    for name, value in values.items():
        layer.a[int(name[1:]) - 1].assign([value])
    return lambda z, u: float(layer([tf.constant([[z]]), tf.constant([[u]])])[0, 0])


def test_the_combinator_starts_at_nothing():
    assert combinator()(3.0, -2.0) == 0.0


def test_the_combinator_by_hand():
    # mu = 2 sigmoid(0) + 3 * 2 + 1 = 8 (a2 u + a3 = 2 - 2); v = 4 sigmoid(0) + .5 * 2 - 2 = 1 (a7 u + a8 = 1 * 2 - 2).
    layer = combinator(a1=2.0, a2=1.0, a3=-2.0, a4=3.0, a5=1.0, a6=4.0, a7=1.0, a8=-2.0, a9=0.5, a10=-2.0)
    assert layer(5.0, 2.0) == pytest.approx((5.0 - 8.0) * 1.0 + 8.0)
    layer = combinator(a5=8.0, a10=0.25)
    assert layer(4.0, 0.0) == pytest.approx((4.0 - 8.0) * 0.25 + 8.0)


def test_the_combinator_weighs_the_noisy_value_and_the_prior_as_a_gaussian_would():
    """z ~ N(2, 1) and noise of variance 1: the best estimate of z from z~ = 4 is 3, half way."""
    assert combinator(a5=2.0, a10=0.5)(4.0, 0.0) == pytest.approx(3.0)


def test_the_denoising_cost_is_in_units_of_the_clean_layers_deviation():
    clean = np.array([[0.0, 1.0], [4.0, 3.0]], "float32")  # deviations 2 and 1
    estimate = np.array([[2.0, 1.0], [4.0, 6.0]], "float32")
    # Differences 2, 0 and 0, 3; by the deviations 1, 0 and 0, 3; means of squares over two units.
    np.testing.assert_allclose(DenoisingCost()([estimate, clean]), [[0.5], [4.5]], rtol=1e-5)
    # A layer whose units fade has the same cost: that is what the correction is for.
    np.testing.assert_allclose(DenoisingCost()([estimate / 100, clean / 100]), [[0.5], [4.5]], rtol=1e-3)


def test_only_the_top_has_a_gain():
    bottom, top = Shift(), Shift(gain=True)
    z = np.array([[2.0]], "float32")
    for layer in (bottom, top):
        layer.build((None, 1))
        layer.beta.assign([1.0])
    top.gamma.assign([3.0])
    assert float(bottom(z)[0, 0]) == 3.0 and float(top(z)[0, 0]) == 9.0 and len(bottom.weights) == 1


def standardised(x):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-10)


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def by_the_book(network, images, noise):
    """Algorithm 1 for one hidden layer and a top, in float64; noise: {layer: what is added}."""
    weight = {layer.name: [w.astype("float64") for w in layer.get_weights()] for layer in network.layers}

    def up(x, noise):
        pre1 = (x + noise[0]) @ weight["w1"][0]
        z1 = standardised(pre1) + noise[1]
        pre2 = np.maximum(z1 + weight["shift1"][0], 0) @ weight["w2"][0]
        z2 = standardised(pre2) + noise[2]
        return pre1, pre2, (x + noise[0], z1, z2), weight["shift2"][1] * (z2 + weight["shift2"][0])

    def g(number, z, u):
        a1, a2, a3, a4, a5, a6, a7, a8, a9, a10 = weight[f"combinator{number}"]
        mu = a1 / (1 + np.exp(-(a2 * u + a3))) + a4 * u + a5
        v = a6 / (1 + np.exp(-(a7 * u + a8))) + a9 * u + a10
        return (z - mu) * v + mu

    x = (images.reshape(len(images), -1).astype("float64") + 1) / 2
    pre1, pre2, _, logits = up(x, dict.fromkeys(range(3), 0.0))
    _, _, z, noisy_logits = up(x, noise)
    z2 = g(2, z[2], standardised(softmax(noisy_logits)))
    z1 = g(1, z[1], standardised(z2 @ weight["v2"][0]))
    z0 = g(0, z[0], standardised(z1 @ weight["v1"][0]))
    costs = [
        np.mean(np.square((estimate - pre.mean(0)) / np.sqrt(pre.var(0) + 1e-10) - standardised(pre)), axis=1)
        for estimate, pre in ((z1, pre1), (z2, pre2))
    ]
    return {"logits": logits, "noisy_logits": noisy_logits, "reconstruction": 2 * z0 - 1, "costs": np.stack(costs, 1)}


@pytest.mark.parametrize("deviation", [0.0, 0.3])
def test_a_ladder_is_algorithm_1(deviation):
    keras.utils.set_random_seed(1)
    network = ladder.discriminator((3, 3, 1), classes=4, hidden=(7,), noise=deviation)
    random = np.random.default_rng(2)
    network.set_weights([random.normal(0, 0.5, w.shape) for w in network.get_weights()])
    noise, wanted = dict.fromkeys(range(3), 0.0), dict(network.output)
    if deviation:  # what the layers of noise add is read off them, so that the book can add the same
        for n in range(3):
            layer = network.get_layer(f"noise{n}")
            wanted |= {f"before{n}": layer.input, f"after{n}": layer.output}
    found = keras.Model(network.input, wanted)(X, training=True)
    if deviation:
        noise = {n: np.asarray(found[f"after{n}"] - found[f"before{n}"], "float64") for n in range(3)}
        np.testing.assert_allclose([added.std() for added in noise.values()], [deviation] * 3, rtol=0.35)
    for name, value in by_the_book(network, X, noise).items():
        np.testing.assert_allclose(np.reshape(found[name], value.shape), value, rtol=2e-3, atol=2e-4, err_msg=name)


def test_at_rest_the_logits_are_the_clean_encoders_by_its_moving_statistics():
    keras.utils.set_random_seed(1)
    network = ladder.discriminator((3, 3, 1), classes=4, hidden=(7,), noise=0.5)
    alone = network(X[:1], training=False)["logits"]
    np.testing.assert_allclose(alone, network(X, training=False)["logits"][:1], rtol=1e-5)
    h = (X.reshape(12, -1) + 1) / 2
    for n in (1, 2):
        before = h @ network.get_layer(f"w{n}").get_weights()[0]
        network.get_layer(f"clean{n}").set_weights([before.mean(axis=0), before.var(axis=0)])
        h = np.maximum(standardised(before), 0)
    at_rest = network(X, training=False)["logits"]
    np.testing.assert_allclose(at_rest, network(X, training=True)["logits"], rtol=1e-3, atol=1e-3)


def test_weights_are_those_of_the_paper_and_bad_sizes_are_refused():
    network = ladder.discriminator((28, 28, 1))
    widths = [784, 1000, 500, 250, 250, 250, 10]
    kernels = sum(2 * a * b for a, b in zip(widths, widths[1:], strict=False))
    assert sum(np.prod(w.shape) for layer in network.layers if layer.name[0] in "wv" for w in layer.weights) == kernels
    assert network.get_layer("w1").get_weights()[0].std() == pytest.approx(784**-0.5, rel=0.02)
    with pytest.raises(ValueError, match="hidden widths"):
        ladder.discriminator((8, 8, 1), hidden=())
