"""Files that start servers for SavedModels of export.saved_model: TF Serving's models.config, compose.yaml for its
image, and manifests for KServe.

Their formats are tested. NOT RUN: that the servers start with them could not be tried, because neither the image nor a
cluster was at hand.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from keras_gan.files.atomic import atomic_file

VERSION = re.compile(r"[0-9]{1,18}")
WHOLE_PRODUCTS = {"NVIDIA_TF32_OVERRIDE": "0"}  # a GPU's images are then the CPU's to 1e-5: keras_gan.fast.tf32
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")  # of Kubernetes; TF Serving takes more


@dataclass(frozen=True)
class ServedModel:
    """A base path of export.saved_model, and how it is served.

    name: default the folder's own. versions: "all", a number n for the n latest, or a list of versions; default those
    that have labels, else the latest. labels: {"stable": 3, "canary": 4}, by which clients ask for a version.
    """

    path: str | Path
    name: str | None = None
    versions: str | int | list | None = None
    labels: dict = field(default_factory=dict)


def serving_config(models, folder, *, image="tensorflow/serving:latest", storage="pvc://models"):
    """Writes `folder`/models.config, compose.yaml and inference_service.yaml for `models`, ServedModels or base paths;
    -> their paths. What was there of these is replaced.

    * `docker compose up` in the folder serves all of them at 127.0.0.1, REST at 8501 and gRPC at 8500; a change of
      models.config is read within 30 seconds. Batching is on where a version has batching_params.pbtxt.
    * `kubectl apply -f inference_service.yaml` makes an InferenceService of each, which reads `storage`/NAME; KServe
      serves the latest version there and has no labels.

    image: a tag or digest to pin. Raises ValueError with one sentence for a base path without versions, a version that
    is not there, a label of a version that is not served, names that are taken twice or that no URL can hold.
    """
    served = [model if isinstance(model, ServedModel) else ServedModel(model) for model in models]
    if not served:
        raise ValueError("Give at least one model to serve.")
    entries = [entry(model) for model in served]
    names = [one["name"] for one in entries]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"Two models are called {' and '.join(sorted(twice))}; give each a name of its own.")
    texts = {
        "models.config": "model_config_list {\n" + "".join(map(config, entries)) + "}\n",
        "compose.yaml": yaml.safe_dump(compose(entries, image), sort_keys=False),
        "inference_service.yaml": yaml.safe_dump_all(
            [manifest(one["name"], storage) for one in entries], sort_keys=False
        ),
    }
    folder = Path(folder)
    for name, text in texts.items():
        with atomic_file(folder / name) as aside:
            aside.write_text(text)
    return [folder / name for name in texts]


def entry(model):
    """What is needed of a ServedModel, checked."""
    path = Path(model.path)
    present = sorted(
        int(child.parent.name) for child in path.glob("*/saved_model.pb") if VERSION.fullmatch(child.parent.name)
    )
    if not present:
        raise ValueError(f"{path} holds no versions of a SavedModel; keras-gan export writes them.")
    name = model.name or path.resolve().name
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be a model's name: use lower case letters, digits, dots and dashes.")
    versions = model.versions
    if versions is None:
        versions = sorted(set(model.labels.values())) or 1
    if versions == "all":
        kept, policy = present, "all {}"
    elif isinstance(versions, int) and not isinstance(versions, bool) and versions > 0:
        kept, policy = present[-versions:], f"latest {{ num_versions: {versions} }}"
    elif isinstance(versions, list | tuple) and versions:
        kept, policy = list(versions), "specific { " + " ".join(f"versions: {version}" for version in versions) + " }"
    else:
        raise ValueError(f'versions must be "all", a number of at least 1 or a list of versions; got {versions!r}.')
    if absent := [version for version in kept if version not in present]:
        raise ValueError(f"{path} has no version {absent[0]!r}; there are {', '.join(map(str, present))}.")
    for label, version in model.labels.items():
        if version not in kept:
            raise ValueError(f"The label {label!r} is of version {version!r}, which is not served; add it to versions.")
    batching = any((path / str(version) / "batching_params.pbtxt").is_file() for version in kept)
    return {"name": name, "path": path, "policy": policy, "labels": model.labels, "batching": batching}


def config(one):
    """A model's part of models.config."""
    lines = [f"name: {json.dumps(one['name'])}", f"base_path: {json.dumps('/models/' + one['name'])}"]
    lines += ['model_platform: "tensorflow"', f"model_version_policy {{ {one['policy']} }}"]
    for label, version in one["labels"].items():
        lines.append(f"version_labels {{ key: {json.dumps(label)} value: {version} }}")
    return "  config {\n" + "".join(f"    {line}\n" for line in lines) + "  }\n"


def compose(entries, image):
    """A Compose file with one service."""
    command = ["--model_config_file=/config/models.config", "--model_config_file_poll_wait_seconds=30"]
    if any(one["labels"] for one in entries):  # at the start no version is loaded yet
        command.append("--allow_version_labels_for_unavailable_models=true")
    if any(one["batching"] for one in entries):
        command += ["--enable_batching=true", "--enable_per_model_batching_parameters=true"]
    folders = [mounted(one["path"].resolve(), f"/models/{one['name']}") for one in entries]
    service = {
        "image": image,
        "command": command,
        "environment": WHOLE_PRODUCTS,
        "ports": ["127.0.0.1:8500:8500", "127.0.0.1:8501:8501"],
        "volumes": [mounted("./models.config", "/config/models.config"), *folders],
        "restart": "unless-stopped",
    }
    return {"services": {"tensorflow-serving": service}}


def mounted(source, target):
    """A folder or file for the container to read. In the long form, because a path may hold a colon; a dollar sign,
    which Compose takes for a variable, is doubled."""
    return {"type": "bind", "source": str(source).replace("$", "$$"), "target": target, "read_only": True}


def manifest(name, storage):
    """KServe's InferenceService of a model."""
    model = {"modelFormat": {"name": "tensorflow"}, "protocolVersion": "v1", "storageUri": f"{storage}/{name}"}
    model["env"] = [{"name": key, "value": value} for key, value in WHOLE_PRODUCTS.items()]
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": name.replace(".", "-")},  # a part of a host's name
        "spec": {"predictor": {"model": model}},
    }
