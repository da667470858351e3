"""compile(), files, stock Keras callbacks, mixed precision, XLA: what Keras promises must hold for two optimizers."""

import csv

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from worker import game, mirrored, noisy, pair, same, state

from keras_gan import GAN
from keras_gan.optimizers import RisingMomentumSGD
from keras_gan.sampling import latents

IMAGES = np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype("float32")


def rates(model):
    return [float(o.learning_rate) for o in (model.generator_optimizer, model.discriminator_optimizer)]


@pytest.fixture
def policy():
    """Sets a global precision, and takes it back."""
    before = keras.mixed_precision.dtype_policy()
    yield keras.mixed_precision.set_global_policy
    keras.mixed_precision.set_global_policy(before)


@pytest.mark.parametrize(
    "given", ["adam", {"class_name": "Adam", "config": {"learning_rate": 0.5}}, keras.optimizers.Adam], ids=str
)
def test_optimizers_are_names_configs_or_objects(given):
    model = GAN(*pair())
    given = given() if isinstance(given, type) else given
    model.compile(given, "sgd")
    assert isinstance(model.generator_optimizer, keras.optimizers.Adam)
    assert isinstance(model.discriminator_optimizer, keras.optimizers.SGD)
    assert rates(model)[0] == pytest.approx(0.5 if isinstance(given, dict) else 0.001)


def test_what_is_missing_is_the_papers():
    model = GAN(*pair())
    model.compile(discriminator_optimizer="adam")
    assert isinstance(model.generator_optimizer, RisingMomentumSGD)
    assert isinstance(model.discriminator_optimizer, keras.optimizers.Adam)


@pytest.mark.parametrize("word", ["loss", "optimizer"])
def test_words_of_a_one_player_model_are_refused(word):
    with pytest.raises(ValueError, match="generator_optimizer") as caught:
        GAN(*pair()).compile(**{word: "adam"})
    assert len(str(caught.value).splitlines()) == 1


def test_one_optimizer_object_for_both_players_is_refused():
    optimizer = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="optimizer"):
        GAN(*pair()).compile(optimizer, optimizer)


def test_fit_before_compile_is_refused():
    for task in ("fit", "evaluate"):
        with pytest.raises(ValueError, match="compile"):
            getattr(GAN(*pair()), task)(IMAGES)


def test_compiling_again_starts_anew():
    model = game()
    model.fit(IMAGES, verbose=0)
    model.compile("sgd", "sgd")
    assert int(model.optimizer.iterations) == 0
    model.fit(IMAGES, verbose=0)
    assert int(model.optimizer.iterations) == 1


@pytest.mark.parametrize("suffix", [".keras", ".weights.h5"])
def test_files_hold_both_optimizers_exactly(suffix, tmp_path):
    """Pitfalls 1 (compile is not replayed), 2 (slots built late are lost), 3 (noise), 4 (built without a call)."""
    model = noisy()
    model.fit(IMAGES, batch_size=8, verbose=0)
    path = str(tmp_path / f"model{suffix}")
    if suffix == ".keras":
        model.save(path)
        again = keras.saving.load_model(path)
        networks = {"generator", "discriminator"}
        assert {k: v for k, v in again.get_config().items() if k not in networks} == {
            k: v for k, v in model.get_config().items() if k not in networks
        }
        assert again.get_compile_config() == model.get_compile_config()
    else:
        model.save_weights(path)
        again = noisy()
        assert same(state(model), state(again))
        again.load_weights(path)
    assert int(again.discriminator_optimizer.iterations) == 2 * int(again.generator_optimizer.iterations) == 8
    assert not same(state(model), state(again))
    for each in (model, again):
        each.fit(IMAGES, batch_size=8, shuffle=False, verbose=0)
    assert not same(state(model), state(again))


def test_an_untrained_uncalled_model_is_saved(tmp_path):
    """Pitfall 4: without a real build, save_weights raises."""
    model = game()
    model.save_weights(tmp_path / "model.weights.h5")
    again = game(pair_options={"seed": 1})
    again.load_weights(tmp_path / "model.weights.h5")
    assert not [name for name in same(state(model), state(again)) if "next" not in name]


def test_no_stray_optimizer_in_the_file(tmp_path):
    """Pitfall 16: super().compile() would install an RMSprop, which reaches every file."""
    model = game(average_decay=0.9)
    model.save_weights(tmp_path / "model.weights.h5")
    with h5py.File(tmp_path / "model.weights.h5") as file:
        holds = []
        file.visititems(lambda name, item: holds.append(name) if isinstance(item, h5py.Dataset) else None)
    optimizers = sorted({name.split("/")[0] for name in holds if "optimizer" in name.split("/")[0]})
    assert optimizers == ["discriminator_optimizer", "generator_optimizer"]
    for name in optimizers:
        slots = [held for held in holds if held.startswith(name)]
        assert len(slots) == len(getattr(model, name).variables)
    weights = [held for held in holds if not held.split("/")[0].endswith("optimizer") and "trackers" not in held]
    players = (model.generator, model.discriminator, model.average_generator)
    assert len(weights) == sum(len(player.variables) for player in players) + 1  # and the step
    assert model.loss is None and not hasattr(model.optimizer, "momentums")


def test_optimizers_with_schedules_are_saved(tmp_path):
    model = GAN(*pair())
    model.compile()
    model.fit(IMAGES, batch_size=8, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert rates(again) == rates(model) and rates(model)[0] < 0.1
    assert not same(state(model), state(again))


@pytest.mark.parametrize("option", [{"run_eagerly": True}, {"steps_per_execution": 4}])
def test_options_of_compile_work_and_are_kept(option, tmp_path):
    plain, model = game(), game(compiled=option)
    for each in (plain, model):
        each.fit(IMAGES, batch_size=4, shuffle=False, verbose=0)
    for one, other in zip(plain.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    name, value = next(iter(option.items()))
    assert getattr(again, name) == value


# Stock callbacks (pitfalls 16 and 17): each must reach both players' optimizers.


def test_learning_rate_scheduler_halves_both():
    model = game(rates=(0.004, 0.001))
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    history = model.fit(IMAGES, epochs=2, callbacks=[schedule], verbose=0).history
    assert rates(model) == pytest.approx([0.001, 0.00025])
    assert history["learning_rate"] == pytest.approx([0.002, 0.001])


def test_learning_rate_scheduler_may_warm_up_from_zero():
    """A rate of 0 and back: the ratio of the two must survive it."""
    model = game(rates=(0.004, 0.001))
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: 0.002 * epoch)
    model.fit(IMAGES, epochs=3, callbacks=[schedule], verbose=0)
    assert rates(model) == pytest.approx([0.004, 0.001])


def test_a_schedule_in_the_optimizer_is_not_overwritten():
    model = GAN(*pair())
    model.compile()
    with pytest.raises(TypeError, match="LearningRateSchedule"):
        model.fit(IMAGES, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)], verbose=0)


def test_reduce_on_plateau_reduces_both():
    model = game(rates=(0.004, 0.001))
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="g_fool", mode="max", min_delta=100.0, patience=1, factor=0.1)
    model.fit(IMAGES, epochs=2, callbacks=[plateau], verbose=0)
    assert rates(model) == pytest.approx([0.0004, 0.0001])


def test_checkpoints_logs_and_early_stopping(tmp_path):
    best, weights = tmp_path / "best.keras", tmp_path / "last.weights.h5"
    callbacks = [
        keras.callbacks.ModelCheckpoint(best, monitor="g_fool", mode="min", save_best_only=True),
        keras.callbacks.ModelCheckpoint(weights, save_weights_only=True),
        keras.callbacks.BackupAndRestore(tmp_path / "backup", delete_checkpoint=False),
        keras.callbacks.TensorBoard(tmp_path / "board"),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        keras.callbacks.EarlyStopping(monitor="d_real_fake", mode="max", min_delta=100.0, patience=2),
        keras.callbacks.TerminateOnNaN(),
    ]
    model = game(average_decay=0.9)
    history = model.fit(IMAGES, epochs=6, callbacks=callbacks, verbose=0).history
    assert len(history["g_fool"]) == 3, "EarlyStopping: two epochs without improvement after the first"
    with open(tmp_path / "log.csv", newline="") as file:
        logged = list(csv.DictReader(file))
    assert [float(row["g_fool"]) for row in logged] == pytest.approx(history["g_fool"])
    again = game(average_decay=0.9)
    again.load_weights(weights)
    assert not same(state(model), state(again))
    kept = keras.saving.load_model(best)
    assert int(kept.steps) == 1 + int(np.argmin(history["g_fool"]))
    assert (tmp_path / "backup" / "latest.weights.h5").is_file()
    tags = set()
    for path in (tmp_path / "board").rglob("events.out.*"):
        for record in tf.compat.v1.train.summary_iterator(str(path)):
            tags |= {value.tag for value in record.summary.value}
    assert {"epoch_d_real_fake", "epoch_g_fool"} <= tags


def test_own_terms_are_validated_and_monitored():
    """Data of their own for validation; the pipeline is endless, and still an epoch of it ends."""
    from keras_gan import data

    class Endless(keras.callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            assert batch < 10, "validation on an endless pipeline does not end"

    model = game()
    held_out = data.load("digits", batch_size=99, split="test")
    batches = data.load("digits", batch_size=500)
    history = model.fit(batches, validation_data=held_out, callbacks=[Endless()], verbose=0).history
    assert {"val_d_real_fake", "val_g_fool"} <= set(history)
    assert history["val_g_fool"] == pytest.approx([model.evaluate(held_out, verbose=0, return_dict=True)["g_fool"]])


# Mixed precision (pitfall 18) and XLA (pitfalls 13 to 15).


def moved_and_finite(model, before):
    after = model.get_weights()
    assert all(np.isfinite(w).all() for w in after)
    assert all(np.isfinite(np.asarray(v)).all() for v in model.optimizer.variables)
    assert not any((a == b).all() for a, b in zip(after, before, strict=True) if a.ndim == 2)


@pytest.mark.parametrize("replicas", [1, 2])
def test_mixed_float16_scales_both_losses(policy, replicas, tmp_path):
    policy("mixed_float16")
    strategy = mirrored() if replicas == 2 else tf.distribute.get_strategy()
    with strategy.scope():
        model = game(average_decay=0.5)
    for optimizer in (model.generator_optimizer, model.discriminator_optimizer):
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    before = model.get_weights()
    history = model.fit(IMAGES, batch_size=8, epochs=6, verbose=0).history  # the scale begins too high and comes down
    assert all(np.isfinite(values).all() for values in history.values())
    moved_and_finite(model, before)
    assert model.sample(2).dtype == "float32"
    model.save(tmp_path / "model.keras")
    policy("float32")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(again.discriminator_optimizer, keras.optimizers.LossScaleOptimizer)
    assert not [name for name in same(state(model), state(again)) if "next" not in name]


def test_loss_scaling_leaves_the_learning_rates_to_callbacks(policy):
    policy("mixed_float16")
    model = game(rates=(0.004, 0.001))
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    model.fit(IMAGES, callbacks=[schedule], verbose=0)
    assert rates(model) == pytest.approx([0.002, 0.0005])


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_with_players_as_a_user_writes_them(policy, precision):
    """Without dtype="float32" on the last layers G gives half-precision images, and real ones are float32."""
    policy(precision)
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(64, "tanh"), keras.layers.Reshape((8, 8, 1))])
    discriminator = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model = GAN(generator, discriminator)
    model.compile("adam", "adam")
    before = model.get_weights()
    model.fit(IMAGES, batch_size=8, epochs=6, verbose=0)
    moved_and_finite(model, before)
    assert model.sample(2).dtype == "float32"


def test_bfloat16_needs_no_scaling(policy):
    policy("mixed_bfloat16")
    model = game()
    assert not isinstance(model.generator_optimizer, keras.optimizers.LossScaleOptimizer)
    before = model.get_weights()
    model.fit(IMAGES, batch_size=8, verbose=0)
    moved_and_finite(model, before)


def test_jit_compile_is_the_same_step():
    """XLA draws other numbers from the same seed, so z is all but constant here."""
    options = {"rates": (0.1, 0.1), "latent": latents.Uniform(0.5, 0.5 + 1e-7)}
    plain = game(("sgd", "sgd"), **options)
    compiled = game(("sgd", "sgd"), {"jit_compile": True}, **options)
    for model in (plain, compiled):
        model.fit(IMAGES, batch_size=8, shuffle=False, verbose=0)
    assert compiled.jit_compile is True
    for one, other in zip(plain.get_weights(), compiled.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_jit_compile_on_two_replicas_is_refused(tmp_path):
    """Pitfall 13: TensorFlow fails inside the step."""
    with mirrored().scope():
        model = GAN(*pair())
        with pytest.raises(ValueError, match="jit_compile"):
            model.compile("sgd", "sgd", jit_compile=True)
        model.compile("sgd", "sgd")
    assert model.jit_compile is False


def test_compiling_outside_of_the_models_scope_knows_its_replicas():
    """The model was built on two replicas: what its strategy cannot do is refused wherever compile is called."""
    with mirrored().scope():
        model = GAN(*pair())
    with pytest.raises(ValueError):
        model.compile("sgd", "sgd", jit_compile=True)


def test_moving_averages_of_the_optimizer_are_taken_over_at_the_end():
    """use_ema of a Keras optimizer: finalize_variable_values at the end of fit acts on each player's own."""
    model = GAN(*pair())
    model.compile(keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.9), keras.optimizers.SGD(0.5))
    model.fit(IMAGES, batch_size=8, verbose=0)
    averages = model.generator_optimizer._model_variables_moving_average
    for average, weight in zip(averages, model.generator.trainable_variables, strict=True):
        np.testing.assert_array_equal(average.numpy(), weight.numpy())
