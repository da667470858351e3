"""What the page computes against what the library computes: objectives, slopes, forward passes, figures, worlds."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import losses, penalties, playground
from keras_gan.data.toys import TOYS
from keras_gan.doctor import measurements
from keras_gan.doctor.verdicts import SYMPTOMS
from keras_gan.metrics import mode_coverage, two_sample_accuracy
from keras_gan.playground import files, worlds

# TensorFlow.js on the page's own thread, as the worker sets it up.
READY = """async () => {
  await import('/vendor/tf.es2017.min.js');
  await import('/vendor/tf-backend-wasm.es2017.min.js');
  tf.wasm.setWasmPaths(new URL('/vendor/', location.href).href);
  await tf.setBackend('wasm');
  await tf.ready();
  (await import('/engine/convolution.js')).registerConvolutionGradients();
}"""


@pytest.fixture(scope="module")
def arithmetic(browser, site):
    """A page for questions to single modules of it."""
    page = browser.new_page()
    page.goto(site)
    page.evaluate(READY)
    yield page
    page.close()


DENSE = [
    {"type": "dense", "units": 12},
    {"type": "batch_normalization", "momentum": 0.8},
    {"type": "leaky_relu", "negative_slope": 0.2},
    {"type": "maxout", "units": 7, "pieces": 3},
    {"type": "layer_normalization"},
    {"type": "sigmoid"},
    {"type": "dropout", "rate": 0.4},
]
MINIBATCH = {"type": "minibatch_discrimination", "kernels": 3, "dimensions": 2}
TO_PICTURES = [
    {"type": "dense", "units": 48},
    {"type": "reshape", "height": 4, "width": 4, "channels": 3},
    {"type": "relu"},
    {"type": "conv2d_transpose", "filters": 6, "kernel_size": 3, "strides": 2},
    {"type": "batch_normalization", "momentum": 0.7},
    {"type": "conv2d", "filters": 1, "kernel_size": 5, "strides": 1},
    {"type": "tanh"},
]
FROM_PICTURES = [  # no layer that mixes samples, so that a gradient penalty may be paid
    {"type": "conv2d", "filters": 5, "kernel_size": 3, "strides": 1},
    {"type": "leaky_relu", "negative_slope": 0.2},
    {"type": "max_pooling2d", "pool_size": 2},
    {"type": "conv2d", "filters": 6, "kernel_size": 4, "strides": 3},
    {"type": "tanh"},
    {"type": "flatten"},
    {"type": "maxout", "units": 6, "pieces": 2},
    {"type": "dense", "units": 1},
]


def end(units):
    return {"type": "dense", "units": units}


def pictures(opened, **changes):
    z = {"distribution": "Uniform", "dimension": 5}
    state = {"world": {"name": "digits"}, "z": z, "generator": TO_PICTURES, "discriminator": FROM_PICTURES}
    return opened.state(**state, batch_size=16, **changes)


def test_forward_passes_agree_with_python(opened, tmp_path):
    """Every layer, after steps that have moved weights and moving statistics: samples and scores to 1e-5."""
    opened.state(generator=[*DENSE, end(2)], discriminator=[*DENSE, MINIBATCH, end(1)], batch_size=40)
    compare(opened, tmp_path / "plane.json")
    pictures(opened)
    compare(opened, tmp_path / "pictures.json")


def compare(opened, path):
    opened.steps(3)
    opened.save(path)
    model = playground.load(path)
    script = """() => new Promise((resolve) => {
        const { frame } = page.engine.listeners;
        page.engine.listeners.frame = (message) => resolve([...message.look.fake]);
        page.engine.send('views', { views: [] });
    })"""
    fake = np.array(opened.page.evaluate(script)).reshape(-1, *model.generator.output_shape[1:])
    np.testing.assert_allclose(fake, model.sample(len(fake)), atol=1e-5)
    opened.page.evaluate(READY)
    script = """async ([state, x]) => {
        const { Network } = await import('/engine/network.js'), { decode } = await import('/arrays.js');
        const { inputOf } = await import('/state.js');
        const arrays = state.weights.discriminator.arrays.map(decode);
        const net = new Network(state.discriminator, inputOf(state, 'discriminator'), 0, 1, arrays);
        return [...net.answer(Float32Array.from(x.flat(4)), x.length)];
    }"""
    judged = fake[:40].astype("float32")
    scores = opened.page.evaluate(script, [files.read(path), judged.tolist()])
    np.testing.assert_allclose(scores, np.ravel(model.discriminator(judged)), rtol=1e-6, atol=1e-5)


def test_objectives_are_those_of_the_library(arithmetic):
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(2, 9, 1)).astype("float32") * 3
    script = """async ([real, fake]) => {
        const { OBJECTIVES } = await import('/engine/objectives.js');
        const scores = { real: tf.tensor(real), fake: tf.tensor(fake) };
        const read = (terms) => Object.values(terms)[0].dataSync()[0]; // the first term: without penalties
        const turn = { ...scores, critic: (x) => tf.mul(x, 0), epsilon: () => tf.zeros([9, 1]) };
        return Object.fromEntries(Object.entries(OBJECTIVES).map(([name, { discriminator, generator }]) => [
          name, [read(discriminator(scores, 0.9, turn)), read(generator(scores, 0.9, turn))]]));
    }"""
    found = arithmetic.evaluate(script, [real.tolist(), fake.tolist()])
    smooth = float(losses.minimax_discriminator(real, fake, 0.9))
    plain = float(losses.minimax_discriminator(real, fake))
    fool = float(losses.non_saturating_generator(fake))
    wasserstein = [float(losses.wasserstein_discriminator(real, fake)), float(losses.wasserstein_generator(fake))]
    least_squares = losses.least_squares_discriminator(real, fake), losses.least_squares_generator(fake)
    expected = {
        "minimax": [smooth, float(losses.minimax_generator(fake))],
        "non_saturating": [smooth, fool],
        "r1": [plain, fool],
        "least_squares": [float(value) for value in least_squares],
        "wasserstein_clip": wasserstein,
        "wasserstein_penalty": wasserstein,
        "hinge": [float(losses.hinge_discriminator(real, fake)), float(losses.hinge_generator(fake))],
        "relativistic": [
            float(losses.relativistic_discriminator(real, fake)),
            float(losses.relativistic_generator(fake, real)),
        ],
    }
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        assert found[name] == pytest.approx(values, rel=1e-5), name


def test_gradient_penalties_and_their_slopes(opened, tmp_path):
    """Second derivatives through convolutions, pooling, tanh and maxout, against TensorFlow's."""
    pictures(opened)
    opened.save(tmp_path / "state.json")
    opened.page.evaluate(READY)
    random = np.random.default_rng(1)
    real, fake = random.uniform(-1, 1, size=(2, 6, 8, 8, 1)).astype("float32")
    epsilon = random.uniform(size=(6, 1, 1, 1)).astype("float32")
    script = """async ([state, real, fake, epsilon]) => {
        const { Network } = await import('/engine/network.js'), { decode } = await import('/arrays.js');
        const { gradientPenalty, zeroCentred } = await import('/engine/penalties.js');
        const arrays = state.weights.discriminator.arrays.map(decode);
        const net = new Network(state.discriminator, [8, 8, 1], 0, 1, arrays);
        const [x, y, e] = [real, fake, epsilon].map((values) => tf.tensor(values));
        const of = {
          zero_centred: (critic) => zeroCentred(critic, x),
          gradient_penalty: (critic) => gradientPenalty(critic, x, y, e),
        };
        return Object.fromEntries(Object.entries(of).map(([name, penalty]) => {
          const paid = (...weights) => { // every weight must be reached, and the last bias has no slope
            const critic = (x) => net.call(x, weights);
            return tf.add(penalty(critic), tf.mul(0, tf.sum(critic(x))));
          };
          const { value, grads } = tf.valueAndGrads(paid)(net.tensors());
          return [name, [value.dataSync()[0], grads.map((slopes) => [...slopes.dataSync()])]];
        }));
    }"""
    state = files.read(tmp_path / "state.json")
    found = opened.page.evaluate(script, [state, real.tolist(), fake.tolist(), epsilon.tolist()])
    critic = playground.load(tmp_path / "state.json").discriminator
    expected = {
        "zero_centred": lambda: penalties.zero_centred(critic, tf.constant(real)),
        "gradient_penalty": lambda: penalties.gradient_penalty(critic, *map(tf.constant, (real, fake, epsilon))),
    }
    for name, penalty in expected.items():
        with tf.GradientTape() as tape:
            value = penalty()
        slopes = tape.gradient(value, critic.trainable_variables)
        assert found[name][0] == pytest.approx(float(value), rel=1e-4), name
        for mine, theirs in zip(found[name][1], slopes, strict=True):
            theirs = tf.zeros(len(mine)) if theirs is None else theirs  # of the last bias
            np.testing.assert_allclose(mine, np.ravel(theirs), atol=1e-4 * max(1.0, float(tf.reduce_max(abs(theirs)))))


def test_layer_norm_differentiates_twice(arithmetic):
    """What is added to all of a layer norm's inputs changes nothing, so the slopes of any penalty in a bias before it
    sum to 0. Not against Keras: its layer norm does not keep this (3.15, 4-D input, fused kernel)."""
    script = """async () => {
        const { Network } = await import('/engine/network.js'), { zeroCentred } = await import('/engine/penalties.js');
        const layers = [{ type: 'dense', units: 5 }, { type: 'layer_normalization', epsilon: 1e-3 }, { type: 'tanh' },
          { type: 'dense', units: 1 }];
        const net = new Network(layers, [3], 0, 1);
        const x = tf.tensor([[0.3, -0.7, 1.1], [0.9, 0.2, -0.4]]);
        const slope = tf.grad((bias) => {
          const weights = net.tensors();
          return zeroCentred((x) => net.call(x, [weights[0], bias, ...weights.slice(2)]), x);
        });
        return [...slope(tf.tensor([0.1, -0.2, 0.3, 0, 0.5])).dataSync()];
    }"""
    slopes = arithmetic.evaluate(script)
    assert np.abs(slopes).max() > 0.1
    assert np.sum(slopes) == pytest.approx(0, abs=1e-5 * np.abs(slopes).sum())


def test_worlds_have_the_densities_of_the_library(arithmetic):
    points = np.random.default_rng(2).uniform(-1.5, 1.5, size=(200, 2))
    specs = [{"name": name} for name in worlds.WORLDS]
    specs += [{"name": "ring", "count": 5, "radius": 0.7, "standard_deviation": 0.2}]
    script = """async ([specs, points]) => {
        const { world } = await import('/worlds.js');
        return specs.map((spec) => points.map(([x, y]) => world(spec).density(x, y)));
    }"""
    for spec, found in zip(specs, arithmetic.evaluate(script, [specs, points.tolist()]), strict=True):
        expected = worlds.world(spec).density(points)
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4, err_msg=str(spec))
    assert {name: type(toy) for name, toy in TOYS.items() if name != "gaussian1d"} == {
        name: worlds.WORLDS[name] for name in ("ring", "grid", "swiss_roll")
    }


def test_worlds_draw_from_their_densities(arithmetic):
    """The mean and covariance of 5,000 points of the page are those of as many points of the library."""
    script = """async (specs) => {
        const { world } = await import('/worlds.js'), { source } = await import('/engine/random.js');
        return specs.map((spec) => [...world(spec).draw(source(7, 2), 5000)]);
    }"""
    specs = [{"name": name} for name in worlds.WORLDS]
    for spec, found in zip(specs, arithmetic.evaluate(script, specs), strict=True):
        mine, theirs = np.reshape(found, (-1, 2)), worlds.world(spec).sample(5_000, seed=0)
        np.testing.assert_allclose(mine.mean(0), theirs.mean(0), atol=0.05, err_msg=str(spec))
        np.testing.assert_allclose(np.cov(mine.T), np.cov(theirs.T), atol=0.05, err_msg=str(spec))


def test_figures_are_those_of_the_library(arithmetic):
    random = np.random.default_rng(3)
    ring = worlds.world({"name": "ring", "standard_deviation": 0.1})
    real, fake = ring.sample(60, 0), ring.sample(60, 1)[:, ::-1] * 0.9
    images = random.normal(size=(5, 8, 8, 2)).astype("float32")
    images[:, ::2, ::2] += 2
    script = """async ([real, fake, images, modes]) => {
        const m = await import('/engine/measures.js');
        const [a, b, c] = [real, fake, images].map((values) => Float32Array.from(values));
        return [m.coverage(b, modes, 0.1), m.twoSampleAccuracy(a, b, 2), m.separation(a, b), m.deviation(a, 2),
          m.nearestPair(a, 2), m.effectiveNumber([3, 0, 5, 2]), m.checker(c, [8, 8, 2], 2)];
    }"""
    arguments = [np.ravel(values).tolist() for values in (real, fake, images)]
    coverage, *found = arithmetic.evaluate(script, [*arguments, ring.modes.tolist()])
    expected = mode_coverage(fake, ring)
    assert coverage == {"modes": expected.covered, "of": 8, "high_quality": pytest.approx(expected.high_quality)}
    expected = [
        two_sample_accuracy(real, fake).accuracy,
        measurements.separation(real, fake),
        measurements.deviation(real),
        measurements.nearest_pair(real),
        measurements.effective_number(np.repeat([0, 1, 2, 3], [3, 0, 5, 2])),
        pytest.approx(measurements.checker(images, 2), rel=1e-4),
    ]
    assert found[:5] == pytest.approx(expected[:5], rel=1e-5) and found[5] == expected[5]


def test_divergences_by_hand(arithmetic):
    script = "async () => (await import('/engine/measures.js')).divergences([1, 1, 0, 0], [1, 0, 1, 0])"
    found = arithmetic.evaluate(script)
    assert found["js"] == pytest.approx(np.log(2) / 2, abs=1e-6)
    assert found["kl"] == pytest.approx(0.5 * np.log(0.5 / 1e-9), rel=1e-4)


def test_the_doctor_has_the_table_of_the_library(arithmetic):
    found = arithmetic.evaluate("async () => (await import('/doctor.js')).SYMPTOMS")
    limits = {"often_below": 0.35, "often_above": 0.65}
    expected = {}
    for symptom in SYMPTOMS.values():
        tests = []
        for test in symptom.tests:
            statistic = test.statistic.__name__
            if statistic == "share":
                statistic = "often_below" if "below" in test.statistic.__doc__ else "often_above"
                assert str(limits[statistic]) in test.statistic.__doc__
            extras = {"limit": limits[statistic]} if statistic in limits else {}
            extras |= {"least": test.least} if test.least > 1 else {}
            tests.append([test.quantity, statistic, test.sign, test.threshold, *([extras] if extras else [])])
        expected[symptom.name] = {"tests": tests} | ({"unless": list(symptom.unless)} if symptom.unless else {})
    del expected["constant_data"]  # no world of the page is one point
    assert found == expected
    assert list(found) == list(expected)
