"""Bad input is one clear sentence, before any weight moves."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from worker import game

from keras_gan import data

GENERATOR = np.random.default_rng(0)
IMAGES = GENERATOR.uniform(-1, 1, (40, 8, 8, 1)).astype("float32")
LABELS = (np.arange(40) % 3).astype("int32")


def spoiled(value):
    images = IMAGES.copy()
    images[17, 3, 3, 0] = value
    return images


def refused(model, x, y=None, task="fit", error=ValueError, **options):
    """The message of the refusal, which left every weight and the step as they were."""
    before = [w.tobytes() for w in (*model.get_weights(), *(np.asarray(v) for v in model.optimizer.variables))]
    with pytest.raises(error) as caught:
        getattr(model, task)(x, y, verbose=0, **options)
    after = [w.tobytes() for w in (*model.get_weights(), *(np.asarray(v) for v in model.optimizer.variables))]
    assert before == after
    message = str(caught.value)
    assert len(message.splitlines()) == 1 and message.rstrip()[-1] in ".)?" and len(message) < 300, message
    return message


def batched(x, y=None, size=10):
    return tf.data.Dataset.from_tensor_slices(x if y is None else (x, y)).batch(size, drop_remainder=True)


@pytest.mark.parametrize("task", ["fit", "evaluate"])
@pytest.mark.parametrize("form", ["array", "dataset"])
@pytest.mark.parametrize(
    "x, says",
    [
        (np.zeros((40, 8, 8, 3), "float32"), "(8, 8, 1)"),
        (np.zeros((40, 16, 16, 1), "float32"), "(16, 16, 1)"),
        (np.zeros((40, 64), "float32"), "(8, 8, 1)"),
        (IMAGES * 127.5 + 127.5, "[-1, 1]"),
        (np.stack([spoiled(1.01)[17]] * 40), "[-1, 1]"),
        (np.stack([spoiled(np.nan)[17]] * 40), "NaN"),
        (np.stack([spoiled(-np.inf)[17]] * 40), "infinite"),
        (np.zeros((40, 8, 8, 1), "int64"), "int64"),
    ],
)
def test_images(task, form, x, says):
    assert says in refused(game(), x if form == "array" else batched(x), task=task)


@pytest.mark.parametrize("value", [1.01, np.nan, np.inf])
def test_one_bad_pixel_in_an_array_is_found(value):
    refused(game(), spoiled(value))


@pytest.mark.parametrize("empty", [IMAGES[:0], batched(IMAGES[:0])])
def test_no_data(empty):
    assert "empty" in refused(game(), empty)


@pytest.mark.parametrize(
    "x", [None, [[0.0]], "digits", {"image": IMAGES}, batched({"picture": IMAGES})], ids=lambda x: type(x).__name__
)
def test_what_is_no_data_at_all(x):
    assert "keras_gan.data.load" in refused(game(), x)


def test_unbatched_data():
    refused(game(), tf.data.Dataset.from_tensor_slices(IMAGES))


def test_points_are_free_of_the_range_but_not_of_nan():
    model = game(pair_options={"shape": (2,)})
    model.fit(np.full((8, 2), 50.0, "float32"), verbose=0)
    assert "NaN" in refused(model, np.full((8, 2), np.nan, "float32"))


@pytest.mark.parametrize("form", ["array", "dataset"])
@pytest.mark.parametrize(
    "y, says",
    [
        (None, "label"),
        (np.full(40, 3), "0 to 2"),
        (np.full(40, -1), "0 to 2"),
        (LABELS.astype("float32"), "whole numbers"),
        (np.eye(3)[LABELS], "whole numbers"),
    ],
)
def test_labels(form, y, says):
    model = game(classes=3)
    message = refused(model, batched(IMAGES, y)) if form == "dataset" else refused(model, IMAGES, y)
    assert says in message


def test_labels_for_another_number_of_images():
    assert "40" in refused(game(classes=3), IMAGES, LABELS[:39])


def test_a_rare_label_out_of_range_in_a_pipeline():
    """One row among hundreds, and not in the first batch: the pipeline knows its labels."""
    labels = np.zeros(400, "int32")
    batches = data.load(np.repeat(IMAGES, 10, axis=0), batch_size=20, labels=labels, with_labels=True)
    assert all(label.numpy().max() == 0 for _, label in batches.take(20))
    labels[next(i for i in range(400) if i not in first_rows())] = 9
    batches = data.load(np.repeat(IMAGES, 10, axis=0), batch_size=20, labels=labels, with_labels=True)
    refused(game(classes=3), batches)


def first_rows():
    """The rows of the first batch of a pipeline of 400."""
    numbers = np.linspace(-1, 1, 400, dtype="float32").reshape(400, 1)
    first = next(iter(data.load(numbers, batch_size=20))).numpy()
    return set(np.searchsorted(numbers.ravel(), first.ravel()).tolist())


@pytest.mark.parametrize("task", ["array", "dataset", "pipeline"])
def test_a_batch_that_k_does_not_divide(task):
    model = game(discriminator_steps=3)
    if task == "array":
        message = refused(model, IMAGES, batch_size=10)
    else:
        message = refused(model, batched(IMAGES) if task == "dataset" else data.load("digits", batch_size=100))
    assert "3" in message and "multiple" in message


@pytest.mark.parametrize("form", ["array", "dataset"])
def test_a_last_batch_that_k_does_not_divide(form):
    """33 rows, 32 a batch, k = 2: the second turn of the last step has no data, and its mean is NaN."""
    x, model = IMAGES[:33], game(discriminator_steps=2)
    if form == "dataset":
        x = tf.data.Dataset.from_tensor_slices(x).batch(32)
    try:
        history = model.fit(x, batch_size=32 if form == "array" else None, verbose=0).history
    except ValueError as error:
        assert len(str(error).splitlines()) == 1 and int(model.steps) == 0
        return
    assert all(np.isfinite(values).all() for values in history.values())
    assert int(model.discriminator_optimizer.iterations) == 2 * int(model.steps)


def test_evaluate_has_no_use_for_k():
    """Held-out data are judged once, by both players, whatever k is."""
    found = game(discriminator_steps=3).evaluate(IMAGES, batch_size=10, verbose=0)
    assert np.isfinite(found).all()


def test_evaluate_of_a_conditional_model_wants_labels():
    model = game(classes=3)
    assert np.isfinite(model.evaluate(IMAGES, LABELS, verbose=0)).all()
    assert "label" in refused(model, IMAGES, task="evaluate")


def test_validation_data_are_checked_before_training():
    refused(game(), IMAGES, validation_data=(IMAGES * 3.0,))


class Batches(keras.utils.PyDataset):
    """Four batches of ten, as a user writes them."""

    def __init__(self, make):
        super().__init__()
        self.make = make

    def __len__(self):
        return 4

    def __getitem__(self, index):
        rows = slice(10 * index, 10 * index + 10)
        return self.make(IMAGES[rows], LABELS[rows])


FORMS = {
    "images": (lambda x, y: x, None),
    "tuple": (lambda x, y: (x, y), 3),
    "dictionary": (lambda x, y: {"image": x, "label": y}, 3),
    "dictionary without use for labels": (lambda x, y: {"image": x, "label": y}, None),
    "bytes, as tfds.load yields them": (
        lambda x, y: {"image": np.round(127.5 * (x + 1)).astype("uint8"), "label": y.astype("int64")}, 3,
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["PyDataset", "generator", "tf.data"])
def test_batches_of_every_form_and_kind_train_as_arrays_do(form, kind):
    make, classes = FORMS[form]
    source = Batches(make)
    batches = {
        "PyDataset": lambda: source,
        "generator": lambda: (source[index] for index in range(4)),
        "tf.data": lambda: tf.data.Dataset.from_tensor_slices(make(IMAGES, LABELS)).batch(10),
    }[kind]()
    model, expected = game(classes=classes), game(classes=classes)
    model.fit(batches, verbose=0)
    expected.fit(IMAGES, None if classes is None else LABELS, batch_size=10, shuffle=False, verbose=0)
    tolerance = 2e-3 if "bytes" in form else 1e-6
    for one, other in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=tolerance)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda x, y: x * 3.0, "[-1, 1]"),
        (lambda x, y: {"picture": x}, "'image'"),
        (lambda x, y: x[:, :4], "(4, 8, 1)"),
        (lambda x, y: x[:7], "multiple"),
    ],
)
@pytest.mark.parametrize("kind", ["PyDataset", "generator"])
def test_bad_batches_are_refused_before_the_first_step(kind, make, says):
    source = Batches(make)
    batches = source if kind == "PyDataset" else (source[index] for index in range(4))
    assert says in refused(game(discriminator_steps=2), batches)


def test_an_empty_generator_is_said_to_be_empty():
    assert "empty" in refused(game(), (batch for batch in ()))


@pytest.mark.parametrize("form", ["array", "dataset"])
def test_images_that_are_never_below_zero_are_warned_of_once(form):
    light = IMAGES / 2 + 0.5
    with pytest.warns(UserWarning, match="no value below 0") as warned:
        game().fit(light if form == "array" else batched(light), verbose=0)
    assert len([one for one in warned if "below 0" in str(one.message)]) == 1


def test_good_data_of_every_kind_are_taken():
    kinds = [IMAGES, IMAGES.astype("float64"), tf.constant(IMAGES), batched(IMAGES), data.load(IMAGES, batch_size=20)]
    for x in kinds:
        model = game()
        model.fit(x, verbose=0)
        assert int(model.steps) > 0


def test_labels_of_any_whole_type_are_taken():
    model = game(classes=3)
    for y in (LABELS, LABELS.astype("uint8"), LABELS.astype("int64")[:, None], tf.constant(LABELS)):
        model.fit(IMAGES, y, verbose=0)
    model.fit(data.load(IMAGES, batch_size=20, labels=LABELS, with_labels=True), verbose=0)
    assert int(model.steps) == 4 * 2 + 2


def test_labels_for_an_unconditional_model_are_left_aside():
    with_labels, without = game(), game()
    with_labels.fit(IMAGES, LABELS, shuffle=False, verbose=0)
    without.fit(IMAGES, shuffle=False, verbose=0)
    for one, other in zip(with_labels.get_weights(), without.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
