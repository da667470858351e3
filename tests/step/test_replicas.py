"""One replica, two replicas and two processes take the same step; noise is each replica's own."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from worker import ENVIRONMENT, SCRIPT, game, mirrored, noise_states, points, same, state, train_distributed

from keras_gan import GAN, data
from keras_gan.step import replicas

STEPS = 20
CASES = {
    "k1": {"k": 1},
    "k2": {"k": 2},
    "dropout": {"dropout": 0.3},
    "again": {"dropout": 0.3},
    "normalised": {"normalised": True},
    "synchronized": {"normalised": True, "synchronized": True},
}
ALIKE = ("k1", "k2", "synchronized")  # whoever trains them
DIGITS = np.random.default_rng(0).uniform(-1, 1, (64, 8, 8, 1)).astype("float32")


@pytest.fixture(scope="module")
def alone():
    """What one replica makes of the cases that any number must agree on."""
    return {name: train_distributed(tf.distribute.get_strategy(), STEPS, **CASES[name]) for name in ALIKE}


@pytest.fixture(scope="module")
def together():
    """What two replicas of one process make of the cases."""
    return {name: train_distributed(mirrored(), STEPS, **CASES[name]) for name in (*ALIKE, "dropout", "again")}


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """What two processes on this machine make of them: {case: [(weights, history, masks) of each worker]}."""
    out = tmp_path_factory.mktemp("workers") / "worker"
    order = json.dumps({"out": str(out), "cases": CASES, "steps": STEPS})
    run_two_workers([str(SCRIPT), "multiple", order], out)
    return {name: [read(out, name, index) for index in range(2)] for name in CASES}


def run_two_workers(arguments, logs, slurm=False):
    """Python with these arguments as two workers of one cluster on this machine, until both have ended well; their
    environment is TF_CONFIG, or what SLURM gives to the tasks of a step."""
    held = [socket.socket() for _ in range(2)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{one.getsockname()[1]}" for one in held]
    for one in held:
        one.close()
    started = []
    try:
        for index in range(2):
            cluster = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
            step = {"SLURM_JOB_ID": str(os.getpid()), "SLURM_PROCID": str(index)}
            step |= {"SLURM_STEP_NODELIST": "127.0.0.1", "SLURM_STEP_TASKS_PER_NODE": "2"}
            told = step if slurm else {"TF_CONFIG": json.dumps(cluster)}
            environment = {**ENVIRONMENT, **told, "CUDA_VISIBLE_DEVICES": ""}
            with open(f"{logs}.{index}.log", "w") as log:
                started.append(subprocess.Popen([sys.executable, *arguments], env=environment, stdout=log, stderr=log))
        deadline = time.monotonic() + 300
        for index, process in enumerate(started):
            code = process.wait(timeout=max(1, deadline - time.monotonic()))
            assert code == 0, Path(f"{logs}.{index}.log").read_text()[-3000:]
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.wait()


def read(out, name, index):
    with np.load(f"{out}.{name}.{index}.npz") as arrays:
        weights = [arrays[key] for key in arrays.files]
    told = json.loads(Path(f"{out}.{name}.{index}.json").read_text())
    return weights, told["history"], told["mask"]


def furthest(one, other):
    return max(np.abs(a - b).max() for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", ALIKE)
def test_one_replica_is_two_replicas(alone, together, name):
    """Pitfalls 6 (gradients are summed over replicas) and 7 (optimizers are built in scope)."""
    initial = game(average_decay=0.9, pair_options={"normalised": name == "synchronized"}).get_weights()
    assert furthest(initial, alone[name][0]) > 0.05
    assert furthest(alone[name][0], together[name][0]) <= 1e-5
    for term in GAN.terms:
        np.testing.assert_allclose(alone[name][1][term], together[name][1][term], atol=1e-5)


@pytest.mark.parametrize("name", ALIKE)
def test_one_replica_is_two_processes(alone, processes, name):
    """Pitfall 8: two workers, because one would hide that logs are reduced over their first axis."""
    for weights, history, _ in processes[name]:
        assert furthest(alone[name][0], weights) <= 1e-5
        for term in GAN.terms:
            np.testing.assert_allclose(alone[name][1][term], history[term], atol=1e-5)


@pytest.mark.parametrize("name", sorted(CASES))
def test_workers_end_with_identical_weights(processes, name):
    """Bit for bit, and so do the moving statistics of batch normalisation, though each process sees its own data."""
    (one, _, _), (other, _, _) = processes[name]
    assert [a.tobytes() for a in one] == [b.tobytes() for b in other]
    assert all(np.isfinite(a).all() for a in one)


@pytest.mark.parametrize("name", sorted(CASES))
def test_history_of_workers_is_finite_numbers(processes, name):
    for _, history, _ in processes[name]:
        assert set(history) == set(GAN.terms)
        assert all(len(values) == 2 and np.isfinite(values).all() for values in history.values())


def test_noise_differs_between_replicas_and_workers(together, processes):
    """Pitfall 5: all replicas drew identical masks."""
    one, other = together["dropout"][2]
    workers = [processes["dropout"][index][2][0] for index in range(2)]
    assert one != other and workers[0] != workers[1]
    assert workers == [one, other]


def test_noise_is_the_same_in_a_second_run(together, processes):
    assert [w.tobytes() for w in together["dropout"][0]] == [w.tobytes() for w in together["again"][0]]
    first, second = processes["dropout"][0][0], processes["again"][0][0]
    assert [w.tobytes() for w in first] == [w.tobytes() for w in second]


def test_latents_of_replicas_are_the_parts_of_one_draw():
    model = game()
    seed = tf.constant([3, 4])
    whole = replicas.minibatch(model.latent, 16, model.latent_dim, seed).numpy()
    strategy = mirrored()
    parts = strategy.experimental_local_results(
        strategy.run(lambda: replicas.minibatch(model.latent, 8, model.latent_dim, seed))
    )
    np.testing.assert_array_equal(whole, np.concatenate([part.numpy() for part in parts]))


def test_folding_the_replica_is_not_adding_it():
    """Pitfalls, 'More': replica 1 at step t must not be replica 0 at step t + 1."""
    seeds = {tuple(replicas.fold([0, 0], step, replica).numpy()) for step in range(8) for replica in range(8)}
    assert len(seeds) == 64


def test_no_dropout_layer_has_the_mask_of_another_on_another_replica():
    """Layers and replicas told apart by addition meet, too: layer 1 of replica 0 and layer 0 of replica 1."""
    with mirrored().scope():
        model = game(pair_options={"dropout": 0.5})
    dropouts = [
        layer
        for player in (model.generator, model.discriminator)
        for layer in player.layers
        if isinstance(layer, keras.layers.Dropout)
    ]

    def masks():
        replicas.reseed([model.generator, model.discriminator], tf.constant([1, 2]))
        return tf.stack([layer(tf.ones((8, 40)), training=True) for layer in dropouts])

    drawn = [part.numpy() for part in mirrored().experimental_local_results(mirrored().run(masks))]
    rows = np.concatenate(drawn).reshape(-1, 40)
    assert len(rows) == 2 * 2 * 8 == len(np.unique(rows, axis=0))


def test_state_of_every_replica_agrees():
    """Pitfall 20: with the default aggregation, variables that replicas move would drift apart unseen."""
    with mirrored().scope():
        model = game(average_decay=0.9, pair_options={"dropout": 0.3, "normalised": True})
    model.fit(DIGITS, batch_size=16, epochs=2, verbose=0)
    noise = {id(variable) for variable in noise_states(model)}
    for variable in (*model.variables, *model.average_generator.variables, *model.optimizer.variables):
        if id(variable) not in noise:
            copies = [np.asarray(copy) for copy in variable.value.values]
            np.testing.assert_array_equal(copies[0], copies[1], err_msg=variable.path)


def test_the_average_on_two_replicas_is_the_formula():
    with mirrored().scope():
        model = game(average_decay=0.5)
    expected = model.generator.get_weights()
    for t in range(3):
        model.fit(DIGITS[:8], batch_size=8, verbose=0)
        decay = min(0.5, (1 + t) / (10 + t))
        expected = [e + (1 - decay) * (g - e) for e, g in zip(expected, model.generator.get_weights(), strict=True)]
    assert furthest(expected, model.average_generator.get_weights()) < 1e-5
    assert int(model.steps.numpy()) == 3


def test_evaluate_on_two_replicas_is_evaluate_on_one():
    with mirrored().scope():
        model = game()
    alone = game()
    for one, other in zip(model.evaluate(DIGITS, verbose=0), alone.evaluate(DIGITS, verbose=0), strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_each_worker_reads_its_own_rows_alone(tmp_path):
    """But for the first batch, which each of them checks before training, and what is then fetched ahead."""
    order = json.dumps({"out": str(tmp_path / "rows"), "steps": STEPS})
    run_two_workers([str(SCRIPT), "reading", order], tmp_path / "log")
    numbers = np.arange(1500, dtype="float32")[:, None]  # the same order, of as many rows
    batches = [batch.numpy().ravel() for batch in data.load(numbers, batch_size=32, seed=1).take(3 * STEPS)]
    for half in range(2):
        asked = json.loads((tmp_path / f"rows.{half}.json").read_text())
        whole = [rows for rows in asked if len(rows) != 16]
        assert 1 <= len(whole) <= 4
        np.testing.assert_array_equal(whole, batches[: len(whole)])
        own = [tuple(rows) for rows in asked if len(rows) == 16]
        last = len(own) - 1 - own[::-1].index(tuple(batches[0][16 * half :][:16]))  # Keras begins twice
        trained = own[last:]
        assert len(trained) >= STEPS and set(own[:last]) <= set(trained)
        np.testing.assert_array_equal(trained, [batch[16 * half :][:16] for batch in batches[: len(trained)]])


@pytest.mark.parametrize("inside", [True, False])
def test_a_batch_that_does_not_divide_by_the_replicas_is_refused(inside):
    """Whether or not fit is called in the strategy's scope: the model knows its own strategy."""
    strategy = mirrored()
    with strategy.scope():
        model = game()
    before = model.get_weights()
    with pytest.raises(ValueError, match="replicas"):
        if inside:
            with strategy.scope():
                model.fit(DIGITS[:45], batch_size=15, verbose=0)
        else:
            model.fit(DIGITS[:45], batch_size=15, verbose=0)
    assert furthest(before, model.get_weights()) == 0


def test_a_last_batch_too_small_for_the_replicas_never_gives_nan():
    """65 rows in batches of 16: the last batch holds one row, and one replica of the two would have none."""
    with mirrored().scope():
        model = game()
    rows = np.concatenate([DIGITS, DIGITS[:1]])
    try:
        history = model.fit(rows, batch_size=16, verbose=0).history
    except ValueError as error:
        assert len(str(error).splitlines()) == 1
        history = {}
    assert all(np.isfinite(w).all() for w in model.get_weights())
    assert all(np.isfinite(values).all() for values in history.values())


def test_everything_may_be_made_inside_the_scope():
    """Data, fit and sampling in the scope, as a user of tf.distribute writes it."""
    with mirrored().scope():
        model = game()
        model.fit(data.load("digits", batch_size=300, seed=1), verbose=0)
        assert model.sample(3).shape == (3, 8, 8, 1)
        assert int(model.steps.numpy()) == 5
    with mirrored().scope():
        other = game()
    other.fit(data.load("digits", batch_size=300, seed=1), verbose=0)
    assert not same(state(model), state(other))


def test_mirrored_models_save_and_load_anywhere(tmp_path):
    with mirrored().scope():
        model = game(average_decay=0.9, pair_options={"normalised": True})
    model.fit(DIGITS, batch_size=16, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert not [name for name in same(state(model), state(again)) if "next" not in name]
    np.testing.assert_array_equal(model.sample(4), again.sample(4))


def test_the_zoo_trains_on_two_replicas_as_on_one(tmp_path):
    import zoo

    options = {"dataset": points(tmp_path), "steps": 8, "verbose": 0, "pictures_every": 1000}
    one, _ = zoo.train("gan.gaussian1d", tmp_path / "one", **options)
    two, _ = zoo.train("gan.gaussian1d", tmp_path / "two", strategy=mirrored(), **options)
    assert furthest(one.get_weights(), two.get_weights()) <= 1e-5
    assert int(two.steps.numpy()) == 8


def test_the_command_line_trains_and_resumes_on_two_workers_as_on_one(tmp_path):
    """The first worker alone writes the run folder; both read its checkpoint when the run goes on."""
    import zoo
    from zoo.runs.checkpoint import load_run

    file, run = points(tmp_path), tmp_path / "run"
    command = ["-m", "keras_gan", "train", "gan.gaussian1d", "--data", file, "--run", str(run)]
    command += ["--strategy", "multi-worker"]
    run_two_workers([*command, "--steps", "8", "--stop-at", "5"], tmp_path / "first")
    run_two_workers([*command, "--steps", "8", "--resume"], tmp_path / "second", slurm=True)
    alone, _ = zoo.train("gan.gaussian1d", tmp_path / "alone", dataset=file, steps=8, verbose=0, pictures_every=1000)
    together, _ = load_run(run)
    assert int(together.steps.numpy()) == 8
    assert furthest(alone.get_weights(), together.get_weights()) <= 1e-5
