"""Who the workers are: SLURM's variables as TF_CONFIG, and the files of docs/cluster."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import typer
import yaml

from keras_gan.cli.app import app
from keras_gan.step.clusters import expand, find_workers, of_slurm, tasks

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT / "docs" / "cluster"
STEP = {"SLURM_JOB_ID": "4711", "SLURM_STEP_NODELIST": "node[2,10]", "SLURM_STEP_TASKS_PER_NODE": "2,1"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("localhost", ["localhost"]),
        ("node[08-10,2],gpu1", ["node08", "node09", "node10", "node2", "gpu1"]),
        ("r[1-2]n[3,4]-x", ["r1n3-x", "r1n4-x", "r2n3-x", "r2n4-x"]),
    ],
)
def test_host_lists(written, meant):
    assert expand(written) == meant


def test_tasks_per_node():
    assert tasks("2(x3),1") == [2, 2, 2, 1] and tasks("4") == [4]


def test_workers_are_in_the_order_of_slurms_ranks():
    """Not sorted as text, by which node10 would come first."""
    found = [of_slurm({**STEP, "SLURM_PROCID": str(rank)}) for rank in range(3)]
    addresses = found[0]["cluster"]["worker"]
    assert [address.partition(":")[0] for address in addresses] == ["node2", "node2", "node10"]
    assert len(set(addresses)) == 3 and all(one["cluster"] == found[0]["cluster"] for one in found)
    assert [one["task"] for one in found] == [{"type": "worker", "index": rank} for rank in range(3)]
    other = of_slurm({**STEP, "SLURM_JOB_ID": "4712", "SLURM_PROCID": "0"})
    assert not set(other["cluster"]["worker"]) & set(addresses)


def test_what_is_set_already_wins_and_nothing_is_an_error():
    given = {**STEP, "SLURM_PROCID": "1", "TF_CONFIG": "{}"}
    find_workers(given)
    assert given["TF_CONFIG"] == "{}"
    with pytest.raises(ValueError, match="needs TF_CONFIG .* or SLURM"):
        find_workers({})


def command_of(text):
    """The options that the command line understands of `keras-gan train ...` in a file, its shell variables aside."""
    line = re.search(r"keras-gan (train .*)", text)[1].replace('"$run"', "runs/x").replace("$resume", "--resume")
    name, *arguments = re.sub(r"\$\(.*?echo (--resume)\)", r"\1", line).split()
    return typer.main.get_command(app).commands[name].make_context(name, arguments).params


def test_the_manifest_is_a_tfjob_and_its_command_one_of_ours():
    job = yaml.safe_load((CLUSTER / "tfjob.yaml").read_text())
    schema = jsonschema.Draft201909Validator(json.loads((ROOT / "tests/support/schemas/tfjob.json").read_text()))
    schema.validate(job)
    (container,) = job["spec"]["tfReplicaSpecs"]["Worker"]["template"]["spec"]["containers"]
    assert container["name"] == "tensorflow"
    options = command_of(container["args"][0])
    assert options["strategy"].value == "multi-worker" and options["resume"]
    assert options["run"].is_relative_to(container["volumeMounts"][0]["mountPath"])
    job["spec"]["tfReplicaSpecs"]["Worker"]["replica"] = 2
    assert not schema.is_valid(job)


def test_the_batch_script_is_bash_and_its_command_one_of_ours():
    script = CLUSTER / "train.sbatch"
    subprocess.run(["bash", "-n", script], check=True)
    options = command_of(script.read_text())
    assert options["strategy"].value == "multi-worker" and options["resume"]
