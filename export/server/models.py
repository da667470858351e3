"""The models of a server: which versions are wanted, found in their folders, loaded, and let go."""

import gc
import logging
import re
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

from export.server.logs import event
from export.server.refusals import Refused, invalid
from export.server.version import AVAILABLE, END, Version

NAME = re.compile(r"[^/:]+")  # what TF Serving's URLs hold
VERSION = re.compile(r"[0-9]{1,18}")  # less than 2^63, which the protocol's numbers hold
REMEMBERED = 8  # versions that have ended, in a model's status


@dataclass
class Served:
    """A model by its base path, as in TF Serving's models.config.

    versions: "all", a number n for the n latest, or a list. origin: the pretrained name, or the folder of a run or a
    preset, that is exported to `base`; a run's again whenever its checkpoint has changed, as the next version.
    """

    name: str
    base: Path
    versions: str | int | list = 1
    labels: dict = field(default_factory=dict)
    origin: str | None = None
    stamp: object = None  # of the origin as it was last exported

    def present(self):
        """{version: folder}, of whole versions: hidden names, by which they are written aside, are not numbers."""
        if (self.base / "saved_model.pb").is_file():
            return {int(self.base.name) if VERSION.fullmatch(self.base.name) else 1: self.base}
        found = {int(child.name): child for child in self.base.iterdir() if VERSION.fullmatch(child.name)}
        return {number: child for number, child in found.items() if (child / "saved_model.pb").is_file()}

    def wanted(self):
        """{version: folder} that the policy asks for."""
        present = self.present()
        if self.versions == "all":
            return present
        if isinstance(self.versions, int):
            return {number: present[number] for number in sorted(present)[-self.versions :]}
        return {number: present[number] for number in self.versions if number in present}

    def publish(self):
        """Exports the origin, where there is one and it has changed."""
        if self.origin is None:
            return
        from zoo.locate import is_run
        from zoo.runs.folder import CHECKPOINT

        run = Path(self.origin)
        stamp = (run / CHECKPOINT).stat().st_mtime_ns if is_run(run) else "once"
        if stamp != self.stamp:
            import export

            self.stamp = stamp  # also where it fails: not again before the next checkpoint
            export.saved_model(self.origin, self.base)


class Model:
    """Its versions, by number; those that are available answer."""

    def __init__(self, served):
        self.served = served
        self.versions = {}
        self.trouble = None  # with its folder, as it was last logged

    def available(self):
        return {number: version for number, version in sorted(self.versions.items()) if version.state == AVAILABLE}


class Models:
    """What is served. `refresh` makes it so, as often as `watch` calls it; requests lease a version."""

    def __init__(self, served, limits, metrics, config=None):
        self.limits = limits
        self.metrics = metrics
        self.config = config
        self.stamp = config and config.stat().st_mtime_ns
        self.models = {one.name: Model(one) for one in served}
        self.failed = {}  # folder -> what it looked like when it could not be loaded

    def watch(self, stop, seconds):
        """Until the event `stop`."""
        while not stop.wait(seconds):
            try:
                self.refresh()
            except Exception:  # a disk that is away for a moment must not end the watch
                event("refresh failed", logging.ERROR)
                logging.getLogger("keras_gan.server").exception("refresh failed")

    def refresh(self):
        """One look at the configuration and at every folder."""
        self.reread()
        for model in list(self.models.values()):
            try:
                model.served.publish()
                wanted = model.served.wanted()
            except (OSError, ValueError) as error:
                if model.trouble != str(error):
                    event("not readable", logging.ERROR, model=model.served.name, error=str(error))
                model.trouble = str(error)
                continue
            model.trouble = None
            for number, folder in sorted(wanted.items()):
                old = model.versions.get(number)
                if old is None or old.state == END:
                    self.load(model, number, folder)
            available = model.available()
            if set(available) & set(wanted):  # never the last one: what is wanted may not load
                for number in set(available) - set(wanted):
                    self.unload(model, available[number])
            self.metrics.available.labels(model.served.name).set(len(model.available()))

    def load(self, model, number, folder):
        """A version that cannot be loaded is tried again when its files have changed: somebody may be copying it."""
        looks = {(path, path.lstat().st_size) for path in folder.rglob("*")}
        if self.failed.get(folder) == looks:
            return
        name = model.served.name
        version = Version(number, folder)
        model.versions[number] = version
        try:
            version.load(self.limits, self.metrics.batch_rows.labels(name).observe)
        except Exception as error:  # a foreign SavedModel may raise anything
            version.error, version.state = str(error).partition("\n")[0] or type(error).__name__, END
            self.failed[folder] = looks
            self.metrics.loads.labels(name, "failed").inc()
            event("version failed", logging.ERROR, model=name, version=number, error=version.error)
            return
        self.failed.pop(folder, None)
        self.metrics.loads.labels(name, "loaded").inc()
        queue = version.batcher
        self.metrics.waiting_rows.labels(name).set_function(lambda: queue.rows)
        event("version available", model=name, version=number, signatures=sorted(version.signatures))

    def unload(self, model, version):
        """In a thread of its own: requests under way may take their time."""

        def unload():
            version.unload(self.limits.seconds)
            gc.collect()  # TensorFlow's objects refer to each other
            ended = [number for number, one in sorted(model.versions.items()) if one.state == END]
            for number in ended[:-REMEMBERED]:
                model.versions.pop(number, None)
            if model.served.origin is not None and version.folder.parent == model.served.base:
                shutil.rmtree(version.folder, ignore_errors=True)
            event("version unloaded", model=model.served.name, version=version.number)

        event("version drains", model=model.served.name, version=version.number)
        version.retire()
        threading.Thread(target=unload, name="unload", daemon=True).start()

    def reread(self):
        """models.config, where it has changed: models come and go, labels move."""
        if self.config is None:
            return
        try:
            stamp = self.config.stat().st_mtime_ns
            if stamp == self.stamp:
                return
            self.stamp = stamp
            served = {one.name: one for one in read_config(self.config)}
        except (OSError, ValueError) as error:
            event("configuration not readable", logging.ERROR, file=str(self.config), error=str(error))
            return
        configured = {name: model for name, model in self.models.items() if model.served.origin is None}
        for name in configured.keys() - served.keys():
            model = self.models.pop(name)
            for version in model.available().values():
                self.unload(model, version)
        for name, one in served.items():
            if name in self.models:
                self.models[name].served = one
            else:
                self.models[name] = Model(one)
        event("configuration read", file=str(self.config), models=sorted(self.models))

    def ready(self):
        return all(model.available() for model in self.models.values())

    def close(self):
        """Drains every version."""
        for model in self.models.values():
            for version in model.available().values():
                version.unload(self.limits.seconds)

    @contextmanager
    def lease(self, name, number=None, label=None):
        """The version that a request asks for, the highest by default, kept until the block ends.

        Raises Refused in TF Serving's words where there is none."""
        while True:
            model = self.models.get(name)
            wanted = self.labelled(model, label) if label is not None else number
            available = model.available() if model else {}
            version = available.get(wanted if wanted is not None else max(available, default=None))
            if version is None:
                asked = f"Latest({name})" if wanted is None else f"Specific({name}, {wanted})"
                raise Refused("NOT_FOUND", f"Servable not found for request: {asked}")
            if version.take():  # else it went this very moment, and another is there
                break
        try:
            yield version
        finally:
            version.release()

    def labelled(self, model, label):
        """The version of a label."""
        number = model and model.served.labels.get(label)
        if number is None:
            raise invalid(f"Unrecognized servable version label: {label}")
        return number

    def status(self, name, number=None, label=None):
        """[(number, state, error)], the latest first. Raises Refused in TF Serving's words."""
        model = self.models.get(name)
        versions = dict(sorted(model.versions.items(), reverse=True)) if model else {}
        if label is not None:
            number = self.labelled(model, label)
        if number is not None:
            if number not in versions:
                raise Refused("NOT_FOUND", f"Could not find version {number} of model {name}")
            versions = {number: versions[number]}
        if not versions:
            raise Refused("NOT_FOUND", f"Could not find any versions of model {name}")
        return [(one.number, one.state, one.error) for one in versions.values()]


def find(argument, scratch):
    """The Served of what the command line names: a pretrained name, the folder of a run, a preset or a SavedModel, or
    NAME=one of these. Models that must be exported first go to a folder in `scratch`.

    Raises ValueError with one sentence for what is none of these.
    """
    name, separator, where = argument.partition("=")
    name, where = (name, where) if separator else (None, argument)
    path = Path(where)
    name = name or (path.resolve().name if path.exists() else where.rpartition("/")[2])
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be a model's name: it stands in URLs, so it has neither / nor : in it.")
    if path.is_dir():
        from zoo.locate import locate_model

        served = Served(name, path)
        if served.present():
            single = (path / "saved_model.pb").is_file() and path.resolve().name.isdecimal() and not separator
            return Served(path.resolve().parent.name, path) if single else served
        locate_model(path)
    served = Served(name, scratch / name, origin=where)
    served.publish()
    return served


def read_config(path):
    """[Served] of a models.config. Relative base paths start at the file's folder. Raises ValueError with one sentence
    for what TF Serving would not read."""
    try:
        config = text_format.Parse(path.read_text(), model_server_config_pb2.ModelServerConfig())
    except OSError as error:
        raise OSError(f"{path} cannot be read: {error.strerror}.") from error
    except text_format.ParseError as error:
        raise ValueError(f"{path} is not a models.config of TF Serving: {error}.") from error
    served = []
    for one in config.model_config_list.config:
        if not NAME.fullmatch(one.name) or not one.base_path:
            raise ValueError(f"{path} has a model without a name that fits URLs, or without a base_path.")
        policy = one.model_version_policy
        if policy.HasField("all"):
            versions = "all"
        elif policy.HasField("specific"):
            versions = list(policy.specific.versions)
        else:
            versions = max(1, policy.latest.num_versions)
        served.append(Served(one.name, path.parent / one.base_path, versions, dict(one.version_labels)))
    if len({one.name for one in served}) < len(served):
        raise ValueError(f"{path} has two models of the same name.")
    return served
