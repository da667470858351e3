"""The table over several seeds: the record's own seed is read, others come from their runs."""

import json

import pytest

from benchmarks import seeds
from zoo.presets import cards
from zoo.registry import variants

NAME = "lsgan.mnist"


def test_the_records_own_seed_is_not_trained_again(tmp_path):
    found, record = seeds.figures(NAME, 0, tmp_path), cards.metadata(variants()[NAME])["figures"]
    assert found["fid"] == next(value for key, value in record.items() if key.startswith("fid@"))
    assert not list(tmp_path.iterdir())


def complete(run, fid):
    """A run that has its result."""
    steps = variants()[NAME].epochs * 937
    run.mkdir()
    (run / "config.json").write_text(json.dumps({"steps_per_epoch": 937}))
    (run / "result.json").write_text(json.dumps({"steps": steps, "figures": {"fid@10k/any": fid}}))


def test_mean_and_deviation_of_the_seeds(tmp_path, capsys):
    own = seeds.figures(NAME, 0, tmp_path)["fid"]
    complete(tmp_path / f"{NAME}.seed1", own + 1.0)
    complete(tmp_path / f"{NAME}.seed2", own - 1.0)
    seeds.main([NAME, "--runs", str(tmp_path), "--markdown", str(tmp_path / "table.md")])
    text = (tmp_path / "table.md").read_text()
    (row,) = [line for line in text.splitlines() if line.startswith(f"| `{NAME}`")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1] == f"{own:.3g} +- 1" and cells[-1] == f"{own:.3g}, {own + 1:.3g}, {own - 1:.3g}"
    assert set(cells[2:-1]) == {""}, "figures of one seed alone have no spread"
    assert text in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["gan.ring"], ["lsgn.mnist"], ["ebgan_paper.mnist"], ["gdnet_first.mnist"], [NAME, "--seeds", "1", "1"]],
)
def test_bad_input_is_one_sentence_before_any_work(arguments, capsys):
    with pytest.raises(SystemExit):
        seeds.main(arguments)
    assert "give at least two different seeds, and names among " in capsys.readouterr().err
