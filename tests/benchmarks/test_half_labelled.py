"""The table of test errors: made of records, to which each run adds its own, once."""

import csv
import json

import pytest

from benchmarks import half_labelled

NAME = "improved_semi.mnist"


def complete(runs, labels, seed, epochs, errors):
    """A run that has its result."""
    run = runs / f"{NAME}.{labels}.seed{seed}"
    run.mkdir(parents=True)
    (run / "config.json").write_text(json.dumps({"steps_per_epoch": 600, "commit": "abc"}))
    result = {"steps": 600 * epochs, "minutes": 30.0, "figures": {"fid@10k/any": 1.0, "errors@10k": errors}}
    (run / "result.json").write_text(json.dumps(result))


def table(path, *options):
    half_labelled.main([NAME, *map(str, options), "--epochs", "2", "--markdown", str(path)])
    lines = [line.strip("|").split("|") for line in path.read_text().splitlines() if line.startswith(f"| `{NAME}`")]
    return [[cell.strip() for cell in cells] for cells in lines]


def test_runs_of_several_calls_and_machines_make_one_table(tmp_path):
    first, second, path = tmp_path / "first", tmp_path / "second", tmp_path / "table.md"
    complete(first, 100, 0, 2, 90.0)
    assert table(path, "--labels", 100, "--seeds", 0, "--runs", first)[0][3:5] == ["90", "0: 90"]
    for labels, seed, errors in ((100, 1, 110.0), (20, 0, 1500.0), (20, 1, 1700.0)):
        complete(second, labels, seed, 2, errors)
    rows = table(path, "--labels", 20, 100, "--seeds", 0, 1, "--runs", second)  # which has not the first
    assert [row[1:5] for row in rows] == [
        ["20", "2", "1600 +- 1.4e+02", "0: 1500, 1: 1700"],
        ["100", "2", "100 +- 14", "0: 90, 1: 110"],
    ]
    with open(path.with_suffix(".csv"), newline="") as file:
        records = list(csv.DictReader(file))
    assert len(records) == 4 and {record["commit"] for record in records} == {"abc"}


def test_a_run_with_more_epochs_is_not_taken_for_one_with_fewer(tmp_path):
    complete(tmp_path, 100, 0, 3, 90.0)
    with pytest.raises(SystemExit, match="has 3 epochs already, not 2; give another folder"):
        half_labelled.main([NAME, "--labels", "100", "--seeds", "0", "--epochs", "2", "--runs", str(tmp_path)])
