"""The files that start servers, parsed as those servers parse them."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

import export
from export.deploy.tf_serving import ServedModel, serving_config

SCHEMAS = Path(__file__).parents[2] / "support" / "schemas"


def schema(name):
    return jsonschema.Draft201909Validator(json.loads((SCHEMAS / f"{name}.json").read_text()))


@pytest.fixture
def base(tmp_path):
    """A function that lays out versions as export.saved_model does, which is all that is looked at."""

    def make(name, *versions, batching=False):
        for version in versions:
            folder = tmp_path / "served" / name / str(version)
            folder.mkdir(parents=True)
            (folder / "saved_model.pb").write_bytes(b"")
            if batching:
                (folder / "batching_params.pbtxt").write_text("")
        (tmp_path / "served" / name / ".new.1.1").mkdir()
        return tmp_path / "served" / name

    return make


def parsed(folder):
    """models.config by TF Serving's own proto."""
    config = pytest.importorskip(
        "tensorflow_serving.config.model_server_config_pb2", reason="pip install keras_gan[serve]"
    )
    from google.protobuf import text_format

    read = text_format.Parse((folder / "models.config").read_text(), config.ModelServerConfig())
    return {one.name: one for one in read.model_config_list.config}


def test_models_config(base, tmp_path):
    labelled = ServedModel(base("dcgan.mnist", 1, 3, 10), labels={"stable": 3, "canary": 10})
    others = [base("gan.mnist", 1, 2), ServedModel(base("plain", 1, 2, 3), name="other", versions=2)]
    whole = ServedModel(base("whole", 7), versions="all", labels={"stable": 7})
    written = export.serving_config([labelled, *others, whole], tmp_path / "config")
    assert [path.name for path in written] == ["models.config", "compose.yaml", "inference_service.yaml"]
    models = parsed(tmp_path / "config")
    assert list(models) == ["dcgan.mnist", "gan.mnist", "other", "whole"]
    first = models["dcgan.mnist"]
    assert first.base_path == "/models/dcgan.mnist" and first.model_platform == "tensorflow"
    assert list(first.model_version_policy.specific.versions) == [3, 10]
    assert dict(first.version_labels) == {"stable": 3, "canary": 10}
    assert models["gan.mnist"].model_version_policy.latest.num_versions == 1
    assert models["other"].model_version_policy.latest.num_versions == 2
    assert models["whole"].model_version_policy.WhichOneof("policy_choice") == "all"


def test_compose(base, tmp_path):
    plain = base("plain", 1)
    serving_config([plain], tmp_path / "config", image="tensorflow/serving:2.19.1")
    content = yaml.safe_load((tmp_path / "config" / "compose.yaml").read_text())
    schema("compose").validate(content)
    (service,) = content["services"].values()
    assert service["image"] == "tensorflow/serving:2.19.1"
    mount = {"type": "bind", "source": str(plain.resolve()), "target": "/models/plain", "read_only": True}
    assert mount in service["volumes"]
    assert service["environment"] == {"NVIDIA_TF32_OVERRIDE": "0"}
    assert not [flag for flag in service["command"] if "batching" in flag or "labels" in flag]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    labelled = ServedModel(base("batched", 1, batching=True), labels={"stable": 1})
    serving_config([plain, labelled], tmp_path / "config")
    content = yaml.safe_load((tmp_path / "config" / "compose.yaml").read_text())
    (service,) = content["services"].values()
    flags = dict(flag.removeprefix("--").split("=") for flag in service["command"])
    assert flags["enable_batching"] == flags["enable_per_model_batching_parameters"] == "true"
    assert flags["allow_version_labels_for_unavailable_models"] == "true"


def test_kserve(base, tmp_path):
    serving_config([base("dcgan.mnist", 1), base("plain", 1)], tmp_path, storage="gs://bucket/gans")
    services = list(yaml.safe_load_all((tmp_path / "inference_service.yaml").read_text()))
    for service in services:
        schema("kserve").validate(service)
    assert [one["metadata"]["name"] for one in services] == ["dcgan-mnist", "plain"]
    model = services[0]["spec"]["predictor"]["model"]
    assert model["storageUri"] == "gs://bucket/gans/dcgan.mnist"
    assert model["env"] == [{"name": "NVIDIA_TF32_OVERRIDE", "value": "0"}]


def test_the_schemas_refuse_what_is_wrong():
    with pytest.raises(jsonschema.ValidationError):
        schema("compose").validate({"services": {"one": {"image": "x", "commands": []}}})
    with pytest.raises(jsonschema.ValidationError):
        schema("kserve").validate({"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "spec": {}})


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"name": "No Name"}, "cannot be a model's name"),
        ({"versions": [1, 9]}, "has no version 9; there are 1, 2"),
        ({"versions": 0}, 'versions must be "all"'),
        ({"versions": []}, 'versions must be "all"'),
        ({"labels": {"stable": 9}}, "has no version 9"),
        ({"versions": 1, "labels": {"stable": 1}}, "label 'stable' is of version 1, which is not served"),
    ],
)
def test_bad_input_is_one_sentence(options, sentence, base, tmp_path):
    model = ServedModel(base("plain", 1, 2), **options)
    with pytest.raises(ValueError, match=sentence):
        serving_config([model], tmp_path / "config")
    assert not (tmp_path / "config").exists()


def test_bad_lists(base, tmp_path):
    one = base("plain", 1)
    for models, sentence in (
        ([], "at least one model"),
        ([one, one], "Two models are called plain"),
        ([tmp_path / "nowhere"], "holds no versions"),
    ):
        with pytest.raises(ValueError, match=sentence):
            serving_config(models, tmp_path / "config")


def test_a_path_with_a_colon_and_a_dollar_sign_is_mounted_as_it_is(base, tmp_path):
    strange = tmp_path / "a:b $HOME" / "model"
    shutil.copytree(base("plain", 1), strange)
    serving_config([strange], tmp_path / "config")
    content = yaml.safe_load((tmp_path / "config" / "compose.yaml").read_text())
    schema("compose").validate(content)
    (mount,) = [one for one in content["services"]["tensorflow-serving"]["volumes"] if one["target"] == "/models/model"]
    assert mount["source"].replace("$$", "$") == str(strange.resolve()) and "$$HOME" in mount["source"]
