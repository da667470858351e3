import csv
import os
import time
import warnings

import keras
import numpy as np
import pytest
from PIL import Image

from keras_gan import GAN, Pix2Pix, callbacks, metrics, plots
from keras_gan.data.toys import Gaussian1D, Ring
from keras_gan.files import images as image_files
from keras_gan.files.images import to_uint8
from keras_gan.networks import pix2pix

DATA = np.random.default_rng(0).uniform(-1, 1, (32, 6, 6, 1)).astype("float32")
LABELS = np.arange(32) % 3


def game(shape=(6, 6, 1), latent_dim=2, classes=None, learning_rate=0.01):
    keras.utils.set_random_seed(0)
    z, real = keras.Input((latent_dim,)), keras.Input(shape)
    hidden, seen, label = z, keras.layers.Flatten()(real), []
    if classes:
        label = [keras.Input((), dtype="int32")]
        hidden = keras.layers.Concatenate()([hidden, keras.layers.Embedding(classes, 3)(label[0])])
        seen = keras.layers.Concatenate()([seen, keras.layers.Embedding(classes, 3)(label[0])])
    made = keras.layers.Dense(int(np.prod(shape)), "tanh" if len(shape) == 3 else None)(hidden)
    generator = keras.Model([z, *label] if classes else z, keras.layers.Reshape(shape)(made))
    discriminator = keras.Model([real, *label] if classes else real, keras.layers.Dense(1)(seen))
    model = GAN(generator, discriminator, classes=classes)
    model.compile(keras.optimizers.SGD(learning_rate), keras.optimizers.SGD(learning_rate))
    return model


def fit(model, *watchers, epochs=2, x=DATA, **options):
    return model.fit(x, batch_size=8, epochs=epochs, verbose=0, shuffle=False, callbacks=list(watchers), **options)


def test_sample_grid_writes_the_seeds_images_each_epoch(tmp_path):
    model = game()
    fit(model, callbacks.SampleGrid(tmp_path, n=5, seed=3, every=2), epochs=4)
    assert sorted(os.listdir(tmp_path)) == ["epoch_0002.png", "epoch_0004.png"]
    written = [np.asarray(Image.open(tmp_path / name))[..., None] for name in sorted(os.listdir(tmp_path))]
    np.testing.assert_array_equal(written[1], image_files.grid(model.sample(5, seed=3), columns=3, scale=9))
    assert (written[0] != written[1]).any()


def test_sample_grid_counts_steps_through_a_second_fit(tmp_path):
    model = game()
    watcher = callbacks.SampleGrid(tmp_path, n=1, every=3, unit="step")
    fit(model, watcher)  # 8 steps
    fit(model, watcher, epochs=1)  # 4 more
    expected = ["step_00000003.png", "step_00000006.png", "step_00000009.png", "step_00000012.png"]
    assert sorted(os.listdir(tmp_path)) == expected


def test_sample_grid_sees_intervals_inside_one_execution(tmp_path):
    model = game()
    model.compile(keras.optimizers.SGD(0.01), keras.optimizers.SGD(0.01), steps_per_execution=4)
    fit(model, callbacks.SampleGrid(tmp_path, n=1, every=3, unit="step"))
    assert sorted(os.listdir(tmp_path)) == ["step_00000004.png", "step_00000008.png"]


def test_sample_grid_gives_each_class_a_column(tmp_path):
    model = game(classes=3)
    watchers = [callbacks.SampleGrid(tmp_path / "all", n=6), callbacks.SampleGrid(tmp_path / "one", n=6, label=1)]
    fit(model, *watchers, epochs=1, y=LABELS)
    for name, label, columns in (("all", [0, 1, 2, 0, 1, 2], 3), ("one", [1] * 6, 3)):
        expected = image_files.grid(model.sample(6, label=np.array(label)), columns=columns, scale=9)
        np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / name / "epoch_0001.png"))[..., None], expected)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_sample_grid_draws_points(tmp_path, dimensions):
    fit(game((dimensions,)), callbacks.SampleGrid(tmp_path, n=50), x=DATA[:, :dimensions, 0, 0], epochs=1)
    picture = np.asarray(Image.open(tmp_path / "epoch_0001.png").convert("RGB"))
    assert picture.shape[0] > 300 and (picture != 255).any()


@pytest.mark.parametrize("options", [{"every": 0}, {"unit": "batch"}, {"n": 0}])
def test_sample_grid_refuses(tmp_path, options):
    with pytest.raises(ValueError, match="must be"):
        callbacks.SampleGrid(tmp_path, **options)


def test_demonstration_films_the_training(tmp_path):
    world = Gaussian1D()
    model = game((1,), latent_dim=1)
    watcher = callbacks.Demonstration(tmp_path, world, every=2, frames_per_second=4, limits=(-6, 6))
    fit(model, watcher, x=world.sample(16, seed=1), epochs=3)
    fit(model, watcher, x=world.sample(16, seed=1), initial_epoch=3, epochs=4)  # as after a resume
    frames = ["start.png", "epoch_0002.png", "epoch_0004.png", "demonstration.png"]
    assert sorted(os.listdir(tmp_path)) == sorted([*frames, "demonstration.gif"])
    with Image.open(tmp_path / "demonstration.gif") as film:
        assert film.n_frames == len(frames) and film.info["duration"] == 250
        for index, name in enumerate(frames):
            film.seek(index)
            frame = np.asarray(Image.open(tmp_path / name).convert("RGB"), int)
            assert np.abs(np.asarray(film.convert("RGB"), int) - frame).mean() < 2  # GIF has 256 colours


def test_demonstration_in_the_plane_ends_in_a_strip(tmp_path):
    world = Ring()
    watcher = callbacks.Demonstration(tmp_path, world, every=1)
    fit(game((2,)), watcher, x=world.sample(8, seed=1), epochs=9)
    frames = [f"epoch_{number:04d}.png" for number in range(1, 10)]
    others = ["data.png", "demonstration.gif", "demonstration.png", "start.png", "strip.png"]
    assert sorted(os.listdir(tmp_path)) == sorted([*frames, *others])
    strip = np.asarray(Image.open(tmp_path / "strip.png"), int)
    first, last, data = (
        np.asarray(Image.open(tmp_path / name).convert("RGB"), int)
        for name in ("start.png", "demonstration.png", "data.png")
    )
    width = first.shape[1]
    assert strip.shape == (first.shape[0], 9 * width, 3)  # eight of eleven frames, and the data
    for place, frame in ((0, first), (7, last), (8, data)):
        np.testing.assert_array_equal(strip[:, place * width :][:, :width], frame)


def test_loss_curves_are_redrawn_each_epoch(tmp_path):
    seen = []
    path = tmp_path / "curves.png"
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(path.read_bytes()))
    fit(game(), callbacks.LossCurves(path), watch, epochs=2)
    assert len(set(seen)) == 2
    assert os.listdir(tmp_path) == ["curves.png"]


def test_loss_curves_are_whole_at_the_end(tmp_path):
    history = fit(game(), callbacks.LossCurves(tmp_path / "curves.png", every=2), epochs=3).history
    plots.save(plots.loss_curves(history), tmp_path / "expected.png")
    assert (tmp_path / "curves.png").read_bytes() == (tmp_path / "expected.png").read_bytes()


def test_loss_curves_of_a_log_are_those_of_the_whole_run(tmp_path):
    log, path = tmp_path / "log.csv", tmp_path / "curves.png"

    def watchers():
        return keras.callbacks.CSVLogger(log, append=True), callbacks.LossCurves(path, log=log)

    model = game()
    fit(model, *watchers(), epochs=2)
    fit(model, *watchers(), initial_epoch=2, epochs=3)
    resumed = path.read_bytes()
    plots.save(plots.loss_curves(log), tmp_path / "expected.png")
    assert len(log.read_text().splitlines()) == 1 + 3
    assert resumed == (tmp_path / "expected.png").read_bytes()


def test_throughput_is_logged(tmp_path):
    started = time.perf_counter()
    watchers = [callbacks.Throughput(8), keras.callbacks.CSVLogger(tmp_path / "log.csv")]
    history = fit(game(), *watchers, epochs=3).history
    with open(tmp_path / "log.csv", newline="") as file:
        logged = [float(row["images_per_second"]) for row in csv.DictReader(file)]
    assert logged == history["images_per_second"]
    assert 0 < sum(32 / rate for rate in logged) < time.perf_counter() - started


def test_throughput_leaves_validation_out():
    watcher, logs = callbacks.Throughput(8), {}
    watcher.on_epoch_begin(0)
    watcher.on_train_batch_end(3)
    watcher.on_test_begin()
    time.sleep(0.2)
    watcher.on_epoch_end(0, logs)
    assert logs["images_per_second"] > 4 * 8 / 0.2


def test_throughput_counts_every_step_of_an_execution():
    model = game()
    model.compile(keras.optimizers.SGD(0.01), keras.optimizers.SGD(0.01), steps_per_execution=4)
    watcher = callbacks.Throughput(8)
    fit(model, watcher, epochs=1)
    assert watcher.steps == 4


def test_non_finite_losses_end_training_before_a_checkpoint_is_written(tmp_path):
    model = game(learning_rate=1e30)
    last_good = tmp_path / "model.weights.h5"
    checkpoint = keras.callbacks.ModelCheckpoint(last_good, save_weights_only=True)
    with pytest.raises(FloatingPointError, match=r"stopped at step \d of epoch 1: .* = (nan|inf)"):
        fit(model, callbacks.StopOnNonFinite(), checkpoint)
    assert not last_good.exists()


def test_finite_losses_do_not_end_training():
    model = game()
    fit(model, callbacks.StopOnNonFinite())
    assert int(model.steps.numpy()) == 8


def test_non_finite_validation_is_seen_at_the_end_of_the_epoch():
    with pytest.raises(FloatingPointError, match="the end of epoch 3: val_d_real_fake = nan"):
        callbacks.StopOnNonFinite().on_epoch_end(2, {"d_real_fake": 1.0, "val_d_real_fake": float("nan")})


def test_evaluate_samples_adds_figures_to_the_logs(tmp_path):
    real = metrics.Moments(DATA)
    calls = []
    watcher = callbacks.EvaluateSamples(
        {
            "frechet": lambda x: metrics.frechet_distance(real, x),
            "kernel": lambda x: metrics.kernel_distance(DATA, x, subsets=3, subset_size=8),
            "mean": lambda x: calls.append(x) or x.mean(),
        },
        n=20,
        seed=3,
        every=2,
    )
    model = game()
    best = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.weights.h5", monitor="frechet", mode="min", save_best_only=True, save_weights_only=True
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ModelCheckpoint says that epoch 3 has no "frechet"
        history = fit(model, watcher, best, keras.callbacks.CSVLogger(tmp_path / "log.csv"), epochs=4).history
    names = ["frechet", "kernel_mean", "kernel_standard_deviation", "mean"]
    assert [len(history[name]) for name in names] == [3] * 4 and len(history["g_fool"]) == 4  # epochs 1, 2, 4
    np.testing.assert_array_equal(calls[-1], model.sample(20, seed=3))
    assert history["frechet"][-1] == metrics.frechet_distance(real, model.sample(20, seed=3))
    assert best.best == min(history["frechet"]) and (tmp_path / "best.weights.h5").is_file()
    with open(tmp_path / "log.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["frechet"] == "NA" for row in rows] == [False, False, True, False]
    assert float(rows[3]["kernel_mean"]) == history["kernel_mean"][-1]


def test_evaluate_samples_encodes_once_and_gives_classes_in_turn():
    calls = []

    def encoder(images):
        calls.append(images)
        return images.reshape(len(images), -1)[:, :3]

    model = game(classes=3)
    watcher = callbacks.EvaluateSamples({"size": np.size, "largest": np.max}, n=7, encoder=encoder)
    history = fit(model, watcher, y=LABELS, epochs=1).history
    expected = model.sample(7, label=np.arange(7) % 3)
    assert (
        len(calls) == 1 and history["size"] == [21.0] and history["largest"] == [expected.reshape(7, -1)[:, :3].max()]
    )
    np.testing.assert_array_equal(calls[0], expected)
    one = callbacks.EvaluateSamples({"mean": np.mean}, n=7, label=1)
    assert one.measure(model) == {"mean": pytest.approx(model.sample(7, label=1).mean())}


@pytest.mark.parametrize("options", [{"n": 0}, {"every": 0}])
def test_evaluate_samples_refuses(options):
    with pytest.raises(ValueError, match="must be at least 1"):
        callbacks.EvaluateSamples({}, **options)


def test_translations_refuse_what_does_not_fit_before_the_first_step(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), "uint8")
    model = Pix2Pix(pix2pix.unet((8, 8, 3), 3, 4), pix2pix.discriminator((8, 8, 3), 3, 7, 4))
    model.compile()
    for given, says in (((images[:, :4],), "translates images"), ((images, images[:2]), "of one number and size")):
        with pytest.raises(ValueError, match=says):
            model.fit(images, images, callbacks=[callbacks.Translations(tmp_path, *given)], verbose=0)
    assert int(model.steps) == 0 and not list(tmp_path.iterdir())


def test_translations_show_input_output_and_truth(tmp_path):
    shape = (8, 8, 3)
    inputs, targets = (np.random.default_rng(0).integers(0, 256, (3, *shape), "uint8") for _ in range(2))
    model = Pix2Pix(pix2pix.unet(shape, 3, 4), pix2pix.discriminator(shape, 3, 7, 4))
    model.compile()
    watcher = callbacks.Translations(tmp_path, inputs, targets)
    model.fit(inputs, targets, batch_size=3, epochs=2, callbacks=[watcher], verbose=0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch_0001.png", "epoch_0002.png"]
    scale, padding = 7, 2
    picture = np.asarray(Image.open(tmp_path / "epoch_0002.png"))
    side = 8 * scale + padding
    assert picture.shape == (3 * side + padding, 3 * side + padding, 3)
    tile = lambda row, column: picture[row * side + padding :: scale, column * side + padding :: scale][:8, :8]  # noqa: E731
    made = to_uint8(model.translate(inputs))
    for column in range(3):
        for row, images in enumerate((inputs, made, targets)):
            np.testing.assert_array_equal(tile(row, column), images[column])
    with pytest.raises(ValueError, match="one number and size"):
        plots.translation_grid(inputs, targets[:2])
    assert plots.translation_grid(inputs, targets, columns=2).shape == (4 * 10 + 2, 2 * 10 + 2, 3)
