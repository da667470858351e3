"""The embedded engine: Optuna, whose database hands each setting to one of several processes, also of several machines.

A trial is a row that goes from waiting to running to complete. One whose process has died is found by the lock that it
no longer holds, or on another machine by the heartbeats that it no longer sends, is set to failed, and is enqueued
anew. Its folder keeps its checkpoint and its result, so that nothing is trained twice.
"""

import socket
import warnings
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

from keras_gan.files.extras import MissingExtra
from zoo.sweeps.holding import alone, is_held
from zoo.sweeps.space import Space, trial_folder

try:
    import optuna
    from optuna.trial import TrialState
except ImportError as error:
    raise MissingExtra("A sweep", ["optuna"], "pip install keras_gan[sweep]") from error

HEARTBEAT = 15  # seconds
SILENCE = 180  # seconds without a heartbeat, after which another machine's trial counts as dead
OPEN = (TrialState.WAITING, TrialState.RUNNING)
KEPT = (*OPEN, TrialState.COMPLETE, TrialState.PRUNED)  # failed ones are enqueued anew


class Nothing(Exception):
    """Optuna has made up a trial of its own, because none was waiting, or has one twice."""


def study_of(space: Space, url: str, seed: int, prune: bool = False):
    """The study of a space and a seed in a database, made where it is not there. Raises ValueError with one sentence
    for a database that cannot be opened."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # a trial that fails is told of at the end
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # heartbeats
    options = {"connect_args": {"timeout": 120}} if url.startswith("sqlite") else {"pool_pre_ping": True}
    try:
        storage = optuna.storages.RDBStorage(
            url, engine_kwargs=options, heartbeat_interval=HEARTBEAT, grace_period=SILENCE,
            heartbeat_stale_trial_callback=enqueue_again,
        )  # fmt: skip
        return optuna.create_study(
            storage=storage,
            study_name=f"{space.name}, seed {seed}",
            direction="minimize" if space.lowest else "maximize",
            sampler=optuna.samplers.RandomSampler(seed=0),  # never asked: all trials are enqueued
            pruner=optuna.pruners.MedianPruner(n_warmup_steps=1) if prune else optuna.pruners.NopPruner(),
            load_if_exists=True,
        )
    except Exception as error:
        first = str(error).strip().partition("\n")[0].rstrip(".")
        raise ValueError(f"The database {url} cannot be used ({first}).") from error


def plan(study, space: Space, settings: list[dict], but=frozenset()) -> int:
    """Enqueues what is neither waiting, running nor done, nor among the keys `but`; -> how many."""
    known = but | {one.user_attrs.get("key") for one in study.get_trials(deepcopy=False, states=KEPT)}
    missing = [one for one in settings if space.key(one) not in known]
    for one in missing:
        enqueue(study, space.key(one), one)
    return len(missing)


def enqueue(study, key, settings):
    study.enqueue_trial(settings, user_attrs={"key": key, "settings": settings})


def enqueue_again(study, dead):
    """The setting of a failed trial, whose process has died."""
    if "key" in dead.user_attrs:
        enqueue(study, dead.user_attrs["key"], dead.user_attrs["settings"])


def recover(study, folder: Path):
    """Trials that say they run, but whose process on this machine is dead, wait again."""
    for one in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        told = one.user_attrs
        if "host" in told:
            dead = told["host"] == socket.gethostname() and not is_held(trial_folder(folder, told["key"]))
        else:  # killed before it could say where it runs: no heartbeat will be missed
            dead = (datetime.now() - one.datetime_start).total_seconds() > SILENCE / 3
        if dead:
            with suppress(ValueError, optuna.exceptions.UpdateFinishedTrialError):  # another was quicker
                study.tell(one.number, state=TrialState.FAIL)
                enqueue_again(study, one)


def work(space: Space, folder: Path, url: str, seed: int, prune: bool):
    """Runs trials as long as any wait; called in each process."""
    from zoo.sweeps import trial  # TensorFlow, which the driver does without; before a trial is claimed: it takes long

    study = study_of(space, url, seed, prune)
    while study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
        with ExitStack() as held:  # until the database knows the end: a trial that says it runs must hold its lock
            study.optimize(
                lambda one, held=held: objective(study, one, space, folder, seed, prune, held, trial),
                n_trials=1,
                catch=(Exception,),
            )


def objective(study, one, space, folder, seed, prune, held, trial):
    """The value of a trial, for Optuna; its lock goes into the ExitStack `held`. trial: the module."""
    key = one.user_attrs.get("key")
    if key is None or any(
        other.number < one.number and other.user_attrs.get("key") == key
        for other in study.get_trials(deepcopy=False, states=KEPT)
    ):
        raise Nothing
    settings = {name: one.suggest_categorical(name, values) for name, values in space.grid.items()}
    own = trial_folder(folder, key)

    def report(epoch, value):
        one.report(value, epoch)
        return one.should_prune()

    held.enter_context(alone(own))
    one.set_user_attr("host", socket.gethostname())  # with the lock, for which whoever reads the host will look
    try:
        result = trial.run(space, settings, own, seed, report if prune else None)
    except trial.Stopped:
        raise optuna.TrialPruned from None
    except Exception as error:
        one.set_user_attr("error", f"{type(error).__name__}: {str(error).partition(chr(10))[0]}")
        raise
    one.set_user_attr("result", result)
    return result["value"]


def results(study) -> dict[str, dict]:
    """{key: result} of all trials that are done, by whatever machine."""
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return {one.user_attrs["key"]: one.user_attrs["result"] for one in done}


def counts(study, keys: set[str]) -> dict[str, int]:
    """How many of these trials are in each state; "failed" are those that nothing waits for any more."""
    states: dict[str, str] = {}
    for one in study.get_trials(deepcopy=False):
        key = one.user_attrs.get("key")
        if key in keys and (one.state in KEPT or key not in states):
            states[key] = one.state.name.lower()
    found = list(states.values())
    return {name: found.count(name) for name in ("waiting", "running", "complete", "pruned", "fail")}


def errors(study, keys: set[str]) -> dict[str, str]:
    """{key: the error} of trials that have failed and do not wait again."""
    again = {one.user_attrs.get("key") for one in study.get_trials(deepcopy=False, states=KEPT)}
    return {
        one.user_attrs["key"]: one.user_attrs["error"]
        for one in study.get_trials(deepcopy=False, states=(TrialState.FAIL,))
        if "error" in one.user_attrs and one.user_attrs["key"] in keys - again
    }
