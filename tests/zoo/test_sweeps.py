"""Sweeps: the paper's grid by number, trials that are done once whatever is killed, and what they leave."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from worker import ENVIRONMENT

from keras_gan import EBGAN, GAN
from keras_gan.cli.app import main
from zoo.papers.gan_rates import recipe
from zoo.registry import variants
from zoo.sweeps import holding, table, trial
from zoo.sweeps.driver import Clock, sweep
from zoo.sweeps.space import Space, register_space, space, spaces, trial_folder

optuna = pytest.importorskip("optuna")
from zoo.sweeps import by_optuna  # noqa: E402


def test_the_grid_has_the_papers_6144_and_512_settings():
    sizes = {name: one.size for name, one in spaces().items()}
    assert (sizes["gan_grid.mnist"], sizes["ebgan_grid.mnist"], sizes["ebgan_pt_grid.mnist"]) == (6144, 512, 512)
    every = space("ebgan_grid.mnist").settings()
    assert len({space("ebgan_grid.mnist").key(one) for one in every}) == 512
    for name in ("nLayerG", "nLayerD", "sizeG", "sizeD", "dropoutD"):
        values = [one[name] for one in every]
        assert len({values.count(value) for value in values}) == 1  # each value as often


def test_a_subset_follows_from_the_seed_and_fewer_are_the_first_of_more():
    grid = space("gan_grid.mnist")
    assert grid.settings(5, 1) == grid.settings(60, 1)[:5] != grid.settings(5, 2)
    assert grid.key(grid.settings(1, 1)[0]) == grid.key(dict(reversed(grid.settings(1, 1)[0].items())))
    for count in (0, 6145):
        with pytest.raises(ValueError, match="ask for 1 to 6,144 trials"):
            grid.settings(count)


def test_a_setting_of_the_grid_is_the_pair_that_it_names():
    settings = {"nLayerG": 3, "nLayerD": 4, "sizeG": 400, "sizeD": 512, "dropoutD": True}
    plain = settings | {"optimD": "sgd", "optimG": "adam", "lr": 0.01}
    for name, given, game in (("gan", plain, GAN), ("ebgan", settings, EBGAN), ("ebgan_pt", settings, EBGAN)):
        model = space(f"{name}_grid.mnist").variant(given).build()
        ups, downs = (
            [w for w in player.trainable_weights if len(w.shape) == 2]
            for player in (model.generator, model.discriminator)
        )
        assert type(model) is game
        assert len(ups) == 3 and ups[0].shape[1] == 50  # an eighth of 400
        assert len(downs) == 4 and downs[0].shape[1] == 64
        assert sum("dropout" in layer.name for layer in model.discriminator.layers) == 3
    assert model.margin == 10.0 and model.pulling_away_weight == 0.1
    generators, discriminators = space("gan_grid.mnist").variant(plain).optimizers(100)
    assert type(generators).__name__ == "Adam" and type(discriminators).__name__ == "SGD"
    assert float(generators.learning_rate) == pytest.approx(0.01)


def of_points(settings):
    """Five steps of the one-dimensional demonstration."""
    if settings["rateG"] == "broken":
        raise OSError("no such rate")
    return replace(recipe({"rateG": settings["rateG"], "rateD": 0.01}), batch_size=20_000, epochs=settings["epochs"])


def spread(model, samples=None):
    return {"spread": float(np.std(model.sample(samples or 500)))}


def small(**grid):
    grid = {"rateG": (0.01, 0.02), "epochs": (1,)} | grid
    return Space("small.gaussian1d", "", variants()["gan.gaussian1d"].paper, grid, of_points, spread, "spread")


def done(grid, folder, **options):
    """Works off the whole grid in this process; -> the study."""
    url = f"sqlite:///{folder / 'sweep.db'}"
    study = by_optuna.study_of(grid, url, 0, **options)
    by_optuna.plan(study, grid, grid.settings())
    by_optuna.work(grid, folder, url, 0, options.get("prune", False))
    return study


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """(grid, folder, study) of a sweep of two settings."""
    folder, grid = tmp_path_factory.mktemp("sweep"), small()
    return grid, folder, done(grid, folder)


def test_every_setting_is_a_trial_once(finished):
    grid, folder, study = finished
    states = by_optuna.counts(study, {grid.key(one) for one in grid.settings()})
    assert states == {"waiting": 0, "running": 0, "complete": 2, "pruned": 0, "fail": 0}
    assert by_optuna.plan(study, grid, grid.settings()) == 0  # nothing is left to enqueue
    results = by_optuna.results(study)
    assert results == table.results_in(grid, folder, grid.settings())
    assert all(one["starts"] == 1 and one["value"] > 0 for one in results.values())
    assert not [path for path in folder.glob("trials/*/*") if "checkpoint" in path.name]


def test_the_engine_changes_nothing_in_a_trial(finished, tmp_path):
    grid, _, study = finished
    settings = grid.settings()[1]
    with holding.alone(tmp_path):
        alone = trial.run(grid, settings, tmp_path)
    assert alone["figures"] == by_optuna.results(study)[grid.key(settings)]["figures"]


def test_a_trial_that_is_done_is_not_done_again(finished):
    grid, folder, _ = finished
    settings = grid.settings()[0]
    broken = replace(grid, measure=None)  # whoever measured again would fail
    assert trial.run(broken, settings, trial_folder(folder, grid.key(settings)))["starts"] == 1


def test_the_table_the_hparams_and_the_histogram(finished):
    grid, folder, study = finished
    path = table.write(grid, by_optuna.results(study), folder)
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    values = [float(row["value"]) for row in rows]
    assert values == sorted(values, reverse=True) and {row["rateG"] for row in rows} == {"0.01", "0.02"}
    assert (folder / "histogram.png").stat().st_size > 1000
    events = EventAccumulator(str(folder / "tensorboard" / rows[0]["trial"])).Reload()
    assert float(tf.make_ndarray(events.Tensors("spread")[0].tensor_proto)) == pytest.approx(values[0], rel=1e-5)
    assert events.SummaryMetadata("_hparams_/session_start_info").plugin_data.plugin_name == "hparams"


def test_best_and_list_show_what_there_is(finished, capsys, monkeypatch):
    grid, folder, _ = finished
    monkeypatch.setitem(spaces(), grid.name, grid)
    main_quietly(["sweep", grid.name, "--folder", str(folder), "--best", "1"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[-1] == "2 of 2 trials are done.".split() and len(lines) == 3  # under a heading
    main_quietly(["sweep", "--list"])
    assert "6,144" in capsys.readouterr().out


def main_quietly(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code in (0, None)


def test_a_trial_goes_on_from_its_checkpoint(tmp_path, monkeypatch):
    """What is interrupted in its second epoch ends like what was never stopped."""
    grid, settings = small(), {"rateG": 0.02, "epochs": 2}
    monkeypatch.setattr(trial, "CHECKPOINT_SECONDS", 0.0)

    def stop(epoch, value):
        raise KeyboardInterrupt

    with holding.alone(tmp_path / "parts"):
        with pytest.raises(KeyboardInterrupt):
            trial.run(grid, settings, tmp_path / "parts", report=stop)
        # The first epoch's checkpoint is written after the report: a kill before it costs the epoch, and no more.
        again = trial.run(grid, settings, tmp_path / "parts")
    with holding.alone(tmp_path / "whole"):
        whole = trial.run(grid, settings, tmp_path / "whole")
    assert again["starts"] == 2 and whole["starts"] == 1 and again["figures"] == whole["figures"]


def test_a_trial_whose_process_is_gone_waits_again(tmp_path):
    grid, url = small(), f"sqlite:///{tmp_path / 'sweep.db'}"
    study = by_optuna.study_of(grid, url, 0)
    by_optuna.plan(study, grid, grid.settings())
    keys = {grid.key(one) for one in grid.settings()}
    claimed = study.ask()
    own = trial_folder(tmp_path, claimed.user_attrs["key"])
    with holding.alone(own):
        claimed.set_user_attr("host", by_optuna.socket.gethostname())
        by_optuna.recover(study, tmp_path)  # its lock is held: it lives
        assert by_optuna.counts(study, keys)["running"] == 1
    by_optuna.recover(study, tmp_path)
    assert by_optuna.counts(study, keys) == {"waiting": 2, "running": 0, "complete": 0, "pruned": 0, "fail": 0}
    by_optuna.recover(study, tmp_path)  # once
    assert by_optuna.counts(study, keys)["waiting"] == 2


def test_what_two_drivers_have_planned_at_once_is_done_once(tmp_path):
    grid = small(rateG=(0.01,))
    url = f"sqlite:///{tmp_path / 'sweep.db'}"
    study = by_optuna.study_of(grid, url, 0)
    by_optuna.plan(study, grid, grid.settings())
    for one in grid.settings():
        by_optuna.enqueue(study, grid.key(one), one)
    by_optuna.work(grid, tmp_path, url, 0, False)
    complete = study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    assert sorted(one.user_attrs["key"] for one in complete) == sorted(grid.key(one) for one in grid.settings())


def test_a_trial_that_fails_is_named_and_tried_again_by_the_next_command(tmp_path):
    grid = small(rateG=("broken",))
    study = done(grid, tmp_path)
    keys = {grid.key(one) for one in grid.settings()}
    failed = by_optuna.errors(study, keys)
    assert list(failed.values()) == ["OSError: no such rate"] and by_optuna.counts(study, keys)["fail"] == 1
    assert by_optuna.plan(study, grid, grid.settings(), but=failed.keys()) == 0
    assert by_optuna.plan(study, grid, grid.settings()) == 1


def test_a_training_that_diverges_is_the_worst_result_and_no_failure(tmp_path, monkeypatch):
    def diverges(*_):
        raise FloatingPointError

    for lowest, worst in ((False, 0.0), (True, float("inf"))):
        for number, trained in enumerate((diverges, lambda *_: {"spread": float("nan")})):
            monkeypatch.setattr(trial, "trained", trained)
            own = tmp_path / f"{lowest}{number}"
            with holding.alone(own):
                result = trial.run(replace(small(), lowest=lowest), {"rateG": 0.01, "epochs": 1}, own)
            assert result["diverged"] and result["value"] == worst and not result["figures"]


def test_nothing_is_pruned_unless_asked_for(finished, tmp_path):
    _, _, study = finished
    assert isinstance(study.pruner, optuna.pruners.NopPruner)
    grid, url = small(rateG=(0.0001,), epochs=(3,)), f"sqlite:///{tmp_path / 'sweep.db'}"
    study = by_optuna.study_of(grid, url, 0, prune=True)
    for _ in range(5):  # others, which were better from the start
        better = dict.fromkeys(range(3), 9.0)
        study.add_trial(optuna.trial.create_trial(value=9.0, intermediate_values=better, user_attrs={"key": "another"}))
    by_optuna.plan(study, grid, grid.settings())
    by_optuna.work(grid, tmp_path, url, 0, True)
    (pruned,) = study.get_trials(states=(optuna.trial.TrialState.PRUNED,))
    assert list(pruned.intermediate_values) == [0, 1] and pruned.user_attrs["settings"] == grid.settings()[0]
    assert not table.results_in(grid, tmp_path, grid.settings())


def test_the_estimate_of_what_is_left_counts_this_session_alone(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("zoo.sweeps.driver.time.monotonic", lambda: now[0])
    clock, counts = Clock(), {"complete": 5, "pruned": 0, "waiting": 6, "running": 2}
    assert clock.left(counts) is None
    now[0] += 30.0
    assert clock.left(counts | {"complete": 8}) == pytest.approx(10.0 * 8)


@pytest.mark.parametrize(
    "options, named",
    [
        ({"engine": "slurm"}, "engine must be"),
        ({"engine": "ray", "prune": True}, "go with the engine optuna"),
        ({"address": "auto"}, "goes with engine='ray'"),
        ({"workers": 0}, "workers must be at least 1"),
        ({"trials": 17}, "ask for 1 to 16"),
        ({"storage": "nonsense://"}, "cannot be used"),
    ],
)
def test_bad_input_is_one_sentence_before_any_work(options, named, tmp_path):
    with pytest.raises(ValueError, match=named) as caught:
        sweep(space("gan_rates.gaussian1d"), tmp_path / "sweep", **options)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_is_of_one_sweep(tmp_path):
    (tmp_path / "sweep.json").write_text(json.dumps({"space": "other", "seed": 0, "engine": "optuna"}))
    with pytest.raises(ValueError, match="choose another folder"):
        sweep(space("gan_rates.gaussian1d"), tmp_path, trials=1)


def test_names_are_defined_once_and_a_typo_names_the_nearest():
    with pytest.raises(ValueError, match="already defined"):
        register_space(space("ebgan_grid.mnist"))
    with pytest.raises(ValueError, match="did you mean ebgan_grid.mnist"):
        space("ebgan_gird.mnist")


def test_a_sweep_whose_driver_is_killed_goes_on_and_has_its_trial_once(tmp_path):
    folder, quiet = tmp_path / "sweep", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-m", "keras_gan", "sweep", "gan_rates.gaussian1d", "--trials", "1", "--folder", folder]
    driver = subprocess.Popen(command, env=ENVIRONMENT, **quiet)
    until(lambda: list(folder.glob("trials/*/starts.json")))
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()
    (own,) = folder.glob("trials/*")
    until(lambda: not holding.is_held(own))  # the worker ends with its driver
    assert not (own / "result.json").is_file()
    told = []
    path = sweep(space("gan_rates.gaussian1d"), folder, trials=1, progress=told.append)
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["trial"], row["starts"]) for row in rows] == [(own.name, "2")]
    assert told[0]["waiting"] == 1 and told[-1]["complete"] == 1 and told[-1]["fail"] == 0


def until(condition, seconds=300):
    """Waits for a process of ours; the tests' machine may be slow."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the process did not come so far"
        time.sleep(0.2)


def test_a_local_ray_cluster_of_two_workers_writes_the_same_table(tmp_path):
    pytest.importorskip("ray", reason="ray is an extra that the tests do without: pip install keras_gan[ray]")
    grid, told = space("gan_rates.gaussian1d"), []
    path = sweep(grid, tmp_path, trials=2, workers=2, engine="ray", progress=told.append)
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["trial"] for row in rows} == {grid.key(one) for one in grid.settings(2)}
    assert told[-1]["complete"] == 2
    before = {Path(found).stat().st_mtime for found in tmp_path.glob("trials/*/result.json")}
    sweep(grid, tmp_path, trials=2, workers=2, engine="ray")  # nothing is left to do
    assert before == {Path(found).stat().st_mtime for found in tmp_path.glob("trials/*/result.json")}
