"""The table of all MNIST variants: from the records that ship, sorted, complete, and of one protocol."""

from dataclasses import replace

import pytest

import zoo
from benchmarks import zoo as benchmark
from keras_gan.evaluation.protocol import Protocol
from zoo.presets import cards
from zoo.registry import variants

NAMES = ("dcgan.mnist", "dcgan_conditional.mnist")


@pytest.fixture(scope="module")
def rows():
    return [benchmark.row_of(name, measure=False, images=20, repeats=3) for name in NAMES]


def cells(text, name):
    (line,) = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_says_what_the_record_says(rows):
    text = "\n".join(benchmark.table(rows))
    for name in NAMES:
        row, metadata = cells(text, name), cards.metadata(variants()[name])
        figures = {full.split("@")[0]: value for full, value in metadata["figures"].items()}
        assert float(row[1].split(" +- ")[0]) == pytest.approx(figures["fid"], rel=0.01)
        assert float(row[5].split(" +- ")[0]) == pytest.approx(figures["parzen"], abs=0.06)
        assert row[9:12] == [
            f"{metadata['parameters']['generator']:,}", f"{metadata['parameters']['discriminator']:,}",
            f"{metadata['minutes']:.0f}",
        ]  # fmt: skip
        assert (row[8] == "") == (not variants()[name].conditional)


def test_sorted_by_fid_with_real_digits_first(rows):
    lines = list(benchmark.table(rows))[2:]
    found = [float(line.split("|")[2].split("+-")[0]) for line in lines]
    assert found == sorted(found) and "real training digits" in lines[0] and len(lines) == 3


def test_every_row_has_as_many_cells_as_the_heading(rows):
    assert len({line.count("|") for line in benchmark.table(rows)}) == 1


def test_speed_is_the_median_of_its_repeats(rows):
    assert all(len(row.rates) == 3 and min(row.rates) > 0 for row in rows)
    row = replace(rows[0], rates=(100.0, 5000.0, 300.0))
    assert cells("\n".join(benchmark.table([row])), row.name)[-1] == "300 (100 to 5,000)"


def test_another_protocol_does_not_come_into_the_table(monkeypatch):
    score = next(score for score in cards.real_scores("mnist") if score.protocol.metric == "fid")
    other = replace(score, protocol=Protocol(**vars(score.protocol) | {"real": "mnist test 32x32x1"}))
    metadata = cards.metadata(variants()["dcgan.mnist"]) | {"scores": [other.to_json()]}
    monkeypatch.setattr(cards, "metadata", lambda record: metadata)
    with pytest.raises(ValueError, match=r"they differ in real \(mnist test 32x32x1 and mnist test 28x28x1\)"):
        benchmark.row_of("dcgan.mnist", measure=False, images=20, repeats=1)


def test_what_has_no_weights_is_named_with_the_reason(rows, tmp_path):
    absent = {"gan.tfd": "not shipped (large, own data)"}
    (tmp_path / "gan.tfd.failed.txt").write_text("training stopped at step 3: g_fool = nan\n")
    with pytest.raises(ValueError, match=r"not shipped \(large, own data\)") as error:
        benchmark.row_of("gan.tfd", measure=False, images=20, repeats=1)
    assert benchmark.reason("gan.tfd", error.value, tmp_path / "other") == absent["gan.tfd"]
    absent["gan.tfd"] = benchmark.reason("gan.tfd", error.value, tmp_path)
    text = benchmark.report(rows, absent, False, 20, 3, 1.5, "python -m benchmarks.zoo --images 20")
    assert "- `gan.tfd`: its training failed: training stopped at step 3: g_fool = nan.\n" in text
    assert "`python -m benchmarks.zoo --images 20`" in text and "seeds 0 to 9999" in text
    assert "mnist test 28x28x1" in text and "load average 1.5" in text


def test_the_command_writes_what_it_prints(tmp_path, monkeypatch, capfd):
    """Of the registry's conditional variants, to be quick; every MNIST variant is in the text, one way or another."""
    names = zoo.list_models(dataset="mnist", conditional=True)
    monkeypatch.setattr(zoo, "list_models", lambda dataset: names)
    out = tmp_path / "new" / "zoo.md"
    benchmark.main(["--images", "20", "--repeats", "1", "--markdown", str(out), "--runs", str(tmp_path)])
    said = capfd.readouterr().out
    assert out.read_text() == said[:-1] and all(f"`{name}`" in said for name in names)
    assert [path.name for path in out.parent.iterdir()] == ["zoo.md"]
