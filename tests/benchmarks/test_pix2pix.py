"""pix2pix's ablations: what each trial changes, and tables of what is kept."""

import importlib.util
import json

import numpy as np
import pytest

from benchmarks import pix2pix
from benchmarks.kept import kept


def test_each_trial_differs_from_the_whole_method_in_what_it_says():
    assert set(pix2pix.TRIALS) == {name for _, names in pix2pix.TABLES.values() for name in names}
    weights = {name: (1.0, 100.0, True) for name in pix2pix.TRIALS} | {
        "l1": (0.0, 100.0, True), "decoder_l1": (0.0, 100.0, True), "cgan": (1.0, 0.0, True),
        "gan_l1": (1.0, 100.0, False),
    }  # fmt: skip
    for name in ("l1", "cgan", "gan_l1", "decoder_cgan_l1", "patch_1", "patch_image"):
        model = pix2pix.pix2pix.of_labels(**pix2pix.TRIALS[name][0])
        assert (model.adversarial_weight, model.l1_weight, model.shows_condition) == weights[name]
        skips = [layer for layer in model.generator.layers if type(layer).__name__ == "Concatenate"]
        assert bool(skips) == (not name.startswith("decoder"))


def test_what_is_measured_is_kept(tmp_path):
    calls = []

    def measured():
        calls.append(1)
        return {"l1": 0.5}

    for settings in ({"a": 1}, {"a": 1}, {"a": 2}):
        assert kept(tmp_path / "one.json", settings, measured)["figures"] == {"l1": 0.5}
    assert len(calls) == 2 and json.loads((tmp_path / "one.json").read_text())["settings"] == {"a": 2}


@pytest.mark.skipif(not importlib.util.find_spec("dicebear"), reason="pip install keras_gan[faces]")
def test_tables_and_picture(tmp_path, monkeypatch, capsys):
    few = pix2pix.data.read(pix2pix.DATASET, split="test[:20]")
    monkeypatch.setattr(pix2pix, "test_pairs", lambda: few)
    for trial, value in (("l1", 0.25), ("cgan_l1", 0.125)):
        settings = {"trial": trial, "images": 64, "seed": 0, "batch": 16, "precision": "float32"}
        settings["options"] = pix2pix.TRIALS[trial][0]
        figures = dict.fromkeys(pix2pix.COLUMNS, value)
        (tmp_path / f"{trial}.json").write_text(json.dumps({"settings": settings, "minutes": 1, "figures": figures}))
        np.save(tmp_path / f"{trial}.npy", np.zeros((8, 64, 64, 3), "float32"))
    table = tmp_path / "table.md"
    pix2pix.main(["l1", "cgan_l1", "--images", "64", "--runs", str(tmp_path), "--markdown", str(table)])
    text = table.read_text()
    assert text.count("| L1 | 0.250 | 0.250 | 0.250 | 0.2500 |") == 1 and "| U-Net, L1 + cGAN | 0.125" in text
    assert text.count("| ground truth |") == 3 and "patches of 16 x 16 | 0.125" in text
    assert (tmp_path / "table.png").stat().st_size > 1000 and capsys.readouterr().out.strip() == text.strip()
    with pytest.raises(SystemExit):
        pix2pix.main(["gan", "--runs", str(tmp_path)])
