"""The engine for those who have a Ray cluster: Ray Tune hands out the settings that have no result yet.

Tune's own state is not relied on: a trial's folder, on a file system that all nodes share, has its checkpoint and its
result, so that the same command goes on after any kill.
"""

import os
import time
from pathlib import Path

from keras_gan.files.extras import MissingExtra
from zoo.sweeps.holding import alone
from zoo.sweeps.space import Space, trial_folder
from zoo.sweeps.table import results_in

os.environ.setdefault("RAY_AIR_NEW_OUTPUT", "0")

try:
    import ray
    from ray import tune
except ImportError as error:
    raise MissingExtra("The engine ray", ["ray"], "pip install keras_gan[ray]") from error

ROOT = Path(__file__).parents[2]
FAILURES = 3  # of a trial's process, after which it counts as failed in this session


def run(space: Space, folder: Path, settings: list[dict], seed: int, workers: int, address: str | None, progress):
    """-> ({key: result}, {key: error}) of the settings, `workers` at once, on the cluster at the address, or on one of
    `workers` CPUs that is started here and ends with the driver."""
    left = [one for one in settings if space.key(one) not in results_in(space, folder, settings)]
    if not left:
        return results_in(space, folder, settings), {}
    began = time.monotonic()
    environment = {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    options = {"address": address} if address else {"num_cpus": workers, "include_dashboard": False}
    ray.init(**options, runtime_env={"env_vars": environment}, log_to_driver=False, logging_level="ERROR")
    try:
        told = Told(len(settings), len(left), began, progress)
        task = tune.with_parameters(one_trial, name=space.name, folder=str(folder), seed=seed)
        tuner = tune.Tuner(
            tune.with_resources(task, {"cpu": 1}),
            param_space={"settings": tune.grid_search(left)},
            tune_config=tune.TuneConfig(max_concurrent_trials=workers, reuse_actors=False),
            run_config=tune.RunConfig(
                name=f"ray-{int(time.time())}",
                storage_path=str(folder),
                failure_config=tune.FailureConfig(max_failures=FAILURES),
                callbacks=[told],
                verbose=0,
            ),
        )
        grid = tuner.fit()
    finally:
        ray.shutdown()
    ended = [grid[number] for number in range(len(grid))]
    failed = {space.key(one.config["settings"]): str(one.error).splitlines()[-1] for one in ended if one.error}
    return results_in(space, folder, settings), failed


def one_trial(config, name, folder, seed):
    """What a process of the cluster runs."""
    from zoo.sweeps import trial
    from zoo.sweeps.space import space as find

    space = find(name)
    own = trial_folder(Path(folder), space.key(config["settings"]))
    with alone(own):
        result = trial.run(space, config["settings"], own, seed)
    tune.report({"value": result["value"], **result["figures"]})


class Told(tune.Callback):
    """Passes on how far Tune is."""

    def __init__(self, every, left, began, progress):
        self.every, self.left, self.began, self.progress = every, left, began, progress
        self.done = self.failed = 0

    def on_trial_complete(self, iteration, trials, trial, **info):
        self.done += 1
        self.tell(trials)

    def on_trial_error(self, iteration, trials, trial, **info):
        self.failed += 1
        self.tell(trials)

    def tell(self, trials):
        waiting = self.left - self.done - self.failed
        pace = (time.monotonic() - self.began) / max(1, self.done + self.failed)
        self.progress(
            {
                "waiting": waiting, "running": sum(one.status == "RUNNING" for one in trials), "pruned": 0,
                "complete": self.every - self.left + self.done, "fail": self.failed, "seconds left": pace * waiting,
            }
        )  # fmt: skip
