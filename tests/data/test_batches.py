"""The batch of step n is a function of the seed and n."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from worker import game, mirrored

from keras_gan import GAN, data
from keras_gan.data import Source

NUMBERS = np.linspace(-1, 1, 103, dtype="float32")[:, None]
LABELS = np.arange(103)
PER_EPOCH = 10  # batches of 10, three rows left to other epochs


def numbers(steps, **options):
    """The row numbers of the first batches, int [steps, 10]."""
    batches = data.load(NUMBERS, batch_size=10, **options).take(steps)
    return np.stack([np.searchsorted(NUMBERS.ravel(), batch.numpy().ravel()) for batch in batches])


def test_the_same_order_for_the_same_seed():
    first = numbers(25, seed=4)
    np.testing.assert_array_equal(first, numbers(25, seed=4))
    assert (first != numbers(25, seed=5)).mean() > 0.9


def test_one_pipeline_can_be_read_twice():
    batches = data.load(NUMBERS, batch_size=10)
    one, two = ([batch.numpy().tobytes() for batch in batches.take(3)] for _ in range(2))
    assert one == two


@pytest.mark.parametrize("seed", [0, 1, -1, 2**31, 2**40])
def test_an_epoch_has_no_row_twice_and_epochs_differ(seed):
    epochs = numbers(4 * PER_EPOCH, seed=seed).reshape(4, -1)
    for epoch in epochs:
        assert len(np.unique(epoch)) == 100
    assert (epochs[0] != epochs[1]).mean() > 0.9
    assert len({tuple(sorted(set(range(103)) - set(epoch.tolist()))) for epoch in epochs}) > 1


def test_every_row_has_its_turn_and_no_place_is_favoured():
    """Over 200 epochs a row stands in the first batch about 200 * 10 / 103 = 19.4 times (standard deviation 4.2)."""
    epochs = numbers(200 * PER_EPOCH, seed=2).reshape(200, -1)
    first = np.bincount(epochs[:, :10].ravel(), minlength=103)
    assert first.min() > 19.4 - 5 * 4.2 and first.max() < 19.4 + 5 * 4.2
    assert 3.0 < first.std() < 5.6


def test_a_whole_epoch_of_one_batch_is_a_permutation():
    batch = next(iter(data.load(NUMBERS, batch_size=103))).numpy().ravel()
    np.testing.assert_array_equal(np.sort(batch), NUMBERS.ravel())
    assert (batch != NUMBERS.ravel()).any()


@pytest.mark.parametrize("start", [1, 9, 10, 27])
def test_start_step_continues_exactly(start):
    np.testing.assert_array_equal(numbers(5, start_step=start), numbers(start + 5)[start:])


def test_labels_stay_with_their_images():
    pairs = data.load(NUMBERS, batch_size=10, labels=LABELS, with_labels=True).take(30)
    for images, labels in pairs:
        assert labels.dtype == tf.int32
        np.testing.assert_array_equal(NUMBERS[labels.numpy()], images.numpy())
    with_labels = [images.numpy().tobytes() for images, _ in pairs]
    assert with_labels == [images.numpy().tobytes() for images in data.load(NUMBERS, batch_size=10).take(30)]


@pytest.mark.parametrize("size", [0, -1, 104])
def test_batch_sizes_that_cannot_be(size):
    with pytest.raises(ValueError, match="batch_size") as caught:
        data.load(NUMBERS, batch_size=size)
    assert len(str(caught.value).splitlines()) == 1


def test_labels_that_are_not_there():
    with pytest.raises(ValueError, match="labels"):
        data.load(NUMBERS, batch_size=10, with_labels=True)


def test_bytes_become_minus_one_to_one():
    images = np.arange(256, dtype="uint8").reshape(16, 4, 4)
    batch = next(iter(data.load(images, batch_size=16))).numpy()
    assert batch.dtype == "float32" and batch.shape == (16, 4, 4, 1)
    assert (batch.min(), batch.max()) == (-1.0, 1.0)
    np.testing.assert_allclose(np.sort(batch.ravel()), np.arange(256) / 127.5 - 1, atol=1e-6)


def test_floats_are_left_as_they_are():
    images = np.random.default_rng(0).uniform(-1, 1, (16, 4, 4, 3)).astype("float32")
    batch = next(iter(data.load(images, batch_size=16))).numpy()
    np.testing.assert_array_equal(np.unique(batch), np.unique(images))


def test_digits_are_in_range_and_whole():
    batches = data.load("digits", batch_size=64)
    assert batches.steps_per_epoch == 1500 // 64
    assert batches.element_spec == tf.TensorSpec((64, 8, 8, 1), tf.float32)
    images = np.concatenate([batch.numpy() for batch in batches.take(23)])
    assert (images.min(), images.max()) == (-1.0, 1.0)


class Watched(keras.layers.Layer):
    """Notes the data that the discriminator is given."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def call(self, inputs):
        if tf.executing_eagerly():
            self.seen.append(np.asarray(inputs))
        return inputs


def watching():
    watched = Watched()
    discriminator = keras.Sequential([keras.Input((1,)), watched, keras.layers.Dense(1)])
    model = GAN(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]), discriminator)
    model.compile("sgd", "sgd", run_eagerly=True)
    watched.seen.clear()
    return model, watched


@pytest.mark.parametrize("already", [0, 7])
def test_fit_sees_the_batch_of_its_step(already):
    """Also where the step was restored by a callback, after Keras has made its iterator."""
    model, watched = watching()
    restore = keras.callbacks.LambdaCallback(on_train_begin=lambda logs: model.steps.assign(already))
    model.fit(data.load(NUMBERS, batch_size=10, seed=6), epochs=2, callbacks=[restore], verbose=0)
    expected = [b.numpy() for b in data.load(NUMBERS, batch_size=10, seed=6).take(already + 20)][already:]
    # D is given real and fake together in its turn, and the fake ones alone in G's.
    seen = [inputs[:10] for inputs in watched.seen if len(inputs) == 20]
    np.testing.assert_array_equal(np.stack(seen), np.stack(expected))
    assert int(model.steps) == already + 20


@pytest.mark.parametrize("replicas", [1, 2])
def test_a_compiled_fit_continues_at_its_step(replicas):
    """Nothing is fetched before the step is known, on one replica or on two."""
    strategy = mirrored() if replicas == 2 else tf.distribute.get_strategy()
    trained = []
    for parts in ([3], [1, 1, 1]):
        with strategy.scope():
            model = game()
        for epochs in parts:
            model.fit(data.load("digits", batch_size=500, seed=2), epochs=epochs, verbose=0)
        trained.append(model.get_weights())
    for one, other in zip(*trained, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_step_is_traced_once():
    """Two epochs, and a second fit with a second pipeline of the same shape."""
    traced = []

    class Counted(keras.layers.Layer):
        def call(self, inputs):
            traced.append(1)
            return inputs

    discriminator = keras.Sequential([keras.Input((1,)), Counted(), keras.layers.Dense(1)])
    model = GAN(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]), discriminator)
    model.compile("sgd", "sgd")
    model.fit(data.load(NUMBERS, batch_size=10), verbose=0)
    before = len(traced)
    model.fit(data.load(NUMBERS, batch_size=10, start_step=3), epochs=2, verbose=0)
    assert len(traced) == before


def test_a_pipeline_of_two_replicas_loses_and_doubles_no_row():
    strategy = mirrored()
    parts = strategy.experimental_distribute_dataset(data.load(NUMBERS, batch_size=10).dataset)
    iterator, order = iter(parts), numbers(PER_EPOCH)
    for step in range(PER_EPOCH):
        both = [part.numpy() for part in strategy.experimental_local_results(next(iterator))]
        assert [part.shape for part in both] == [(5, 1), (5, 1)]
        expected = NUMBERS[order[step]]
        np.testing.assert_array_equal(np.concatenate(both), expected)


UNPAIRED = Source("pairs", NUMBERS, None, None, "", "", inputs=NUMBERS[:50], paired=False)
PIXELS = np.random.default_rng(0).integers(0, 256, (60, 6, 5, 3), np.uint8)
CUT = {
    "points": (NUMBERS, {}),
    "labels": ((NUMBERS, LABELS % 4), {"with_labels": True}),
    "few labels": ((NUMBERS, LABELS % 4), {"labelled": 8}),
    "moved": (PIXELS, {"jitter": 2, "flip": True}),
    "moved, few labels": ((PIXELS, np.arange(60) % 3), {"jitter": 2, "flip": True, "labelled": 6}),
    "unpaired": (UNPAIRED, {}),
}


@pytest.mark.parametrize("kind", CUT)
def test_parts_make_up_the_batch(kind):
    """Two workers with two replicas each: what they read, side by side, is the batch of the step, bit for bit."""
    source, options = CUT[kind]
    batches = data.load(source, batch_size=12, seed=3, start_step=2, **options)
    workers = [batches.part(first, 2, 4).batch(2) for first in (0, 2)]  # the two replicas' parts of a step
    for whole, *parts in zip(batches.take(9), *workers, strict=False):
        for values, *cut in zip(*map(tf.nest.flatten, (whole, *parts)), strict=True):
            assert [part.shape[:2] for part in cut] == [(2, 3), (2, 3)]
            np.testing.assert_array_equal(values, np.concatenate([row for part in cut for row in part.numpy()]))


def test_what_a_function_is_mapped_on_is_whole():
    """It may mix the rows of a batch, which a worker that had a part could not."""
    batches = data.load(NUMBERS, batch_size=10)
    assert batches.map(lambda batch: batch).part is None and batches.enumerate().part is None
