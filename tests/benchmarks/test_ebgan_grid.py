"""The table and the figures of EBGAN's grid, made of records; what these have is not trained again."""

import pytest

from benchmarks import ebgan_grid
from zoo.sweeps import table
from zoo.sweeps.space import space

SCORES = {"GAN": (3.0, 0.0, 2.0), "EBGAN": (9.0, 7.0, 8.5, 5.0)}


def results(what):
    """{key: result} as trials of these scores leave them; a score of 0 is of one that diverged."""
    grid = space(ebgan_grid.GRIDS[what][0])
    drawn = grid.settings(len(SCORES[what]), seed=0)
    return {
        grid.key(settings): {
            "settings": settings, "seed": 0, "value": value, "diverged": not value, "seconds": 50.0, "starts": 1,
            "figures": {"modified_inception_score": value, "class_entropy": 2.25} if value else {},
        }
        for settings, value in zip(drawn, SCORES[what], strict=True)
    }  # fmt: skip


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "table.csv"
    found = {what: table.rows_of(space(ebgan_grid.GRIDS[what][0]), results(what)) for what in SCORES}
    ebgan_grid.write(path, found)
    return path


def test_records_go_back_into_their_trials_folders(records, tmp_path):
    for what, (name, _) in ebgan_grid.GRIDS.items():
        if what in SCORES:
            count = len(SCORES[what])
            ebgan_grid.restore(space(name), count, 0, tmp_path / name, ebgan_grid.read(records)[what])
            assert table.results_in(space(name), tmp_path / name, space(name).settings(count, 0)) == results(what)


def test_of_another_seed_nothing_is_taken(records, tmp_path):
    grid = space("gan_grid.mnist")
    ebgan_grid.restore(grid, 3, 1, tmp_path / "sweep", ebgan_grid.read(records)["GAN"])
    assert not (tmp_path / "sweep").exists()


def test_the_table_and_the_figures_of_what_there_is(records, tmp_path):
    markdown, sweeps = records.with_suffix(".md"), tmp_path / "sweeps"
    ebgan_grid.main(["--trials", "3", "4", "0", "--folder", str(sweeps), "--markdown", str(markdown)])
    assert not sweeps.exists()  # nothing was trained
    lines = [line for line in markdown.read_text().splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")][:6] for line in lines]
    assert cells == [["GAN", "3", "1", "2.50", "3.00", "0%"], ["EBGAN", "4", "0", "7.75", "9.00", "50%"]]
    drawn = sorted(path.name for path in tmp_path.glob("table_*.png"))
    assert drawn == [f"table_{name}.png" for name in ("figure2", "figure3", "layers")]  # EBGAN-PT has no runs


def test_the_pulling_away_term_is_compared_on_the_settings_that_both_have(records, tmp_path):
    found = ebgan_grid.read(records)
    rows = [row | {"value": str(float(row["value"]) + 1.0)} for row in found["EBGAN"][:2]]  # 9 and 8.5
    foreign = rows[0] | {"sizeD": "0"}
    found |= {"EBGAN-PT": [foreign, rows[0], rows[1] | {"value": "8.0"}]}
    assert ebgan_grid.paired(found) == {"EBGAN-PT": [10.0, 8.0], "EBGAN": [9.0, 8.5]}
    said = ebgan_grid.comparison(found)
    assert "Of the 2 settings" in said and "in 1; the medians are 9.00 with it and 8.75 without" in said
    ebgan_grid.draw(found, tmp_path / "with")
    assert (tmp_path / "with_pulling_away.png").is_file()
    assert ebgan_grid.comparison({"EBGAN": found["EBGAN"]}) == ""
