"""Games on equal footing: one pair of nets with one start, and a table of what is kept."""

import json

import keras
import numpy as np
import pytest

from benchmarks import faces
from zoo.papers import _convolutional


def test_all_games_start_from_the_same_weights():
    starts = []
    for name, options, _ in faces.GAMES.values():
        keras.utils.set_random_seed(3)
        model = _convolutional.faces(name, **options)
        starts.append([*model.generator.get_weights(), *model.discriminator.get_weights()])
    for start in starts[1:]:
        for weight, first in zip(start, starts[0], strict=True):
            np.testing.assert_array_equal(weight, first)


def test_what_is_measured_is_kept_and_tabulated(tmp_path, capsys):
    figures = dict.fromkeys(faces.COLUMNS, 0.25) | {"missing_values": 3.0, "fid": 41.26}
    settings = {"game": "lsgan", "images": 640, "seed": 0, "batch": faces.BATCH, "precision": "float32", "options": {}}
    (tmp_path / "lsgan.json").write_text(json.dumps({"settings": settings, "minutes": 12.4, "figures": figures}))
    faces.main(["lsgan", "--images", "640", "--runs", str(tmp_path), "--markdown", str(tmp_path / "table.md")])
    text = (tmp_path / "table.md").read_text()
    assert text.endswith("| `lsgan`: least squares | 41.3 | 0.25 | 0.25 | 0.25 | 0.250 | 3 | 0.250 | 12 |\n")
    assert capsys.readouterr().out.strip() == text.strip() and "640 real images" in text
    with pytest.raises(SystemExit):
        faces.main(["wgan", "--runs", str(tmp_path)])
