"""SavedModels in TensorFlow's C++ runtime, without its Python: what TF Serving embeds accepts them and agrees."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import export
import zoo
from keras_gan.files.images import to_uint8

LOADER = Path(__file__).parents[2] / "support" / "c_loader.py"
SEEDS = np.array([0, 1, -7, 2**40 + 3], "int64")
LABELS = np.array([9, 0, 3, 3], "int32")
OK, INVALID_ARGUMENT, NOT_FOUND = 0, 3, 5  # TF_Code


def run(folder, requests, place):
    """-> {name: array} of c_loader.py; requests: [(signature, inputs)]."""
    arrays = {
        f"{number}/{signature}/{name}": value
        for number, (signature, inputs) in enumerate(requests)
        for name, value in inputs.items()
    }
    np.savez(place / "requests.npz", **arrays)
    command = [sys.executable, "-I", str(LOADER), str(folder), str(place / "requests.npz"), str(place / "answers.npz")]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    with np.load(place / "answers.npz") as content:
        return {name: content[name] for name in content.files}


def good(model):
    """A request for each signature, with the images that it must give."""
    label = None if model.classes is None else LABELS
    rows = {} if label is None else {"label": label}
    truncation = np.array([1, 0.5, 0, 2], "float32")
    z = model.latents_of(SEEDS)
    expected = model.sample_seeds(SEEDS, label)
    truncated = model.images_of(z * truncation[:, None], label)
    requests = [
        ("sample", {"seed": SEEDS, **rows}, expected),
        ("serving_default", {"seed": SEEDS, **rows}, expected),
        ("from_latent", {"z": z, **rows}, expected),
        ("sample_truncated", {"seed": SEEDS, "truncation": truncation, **rows}, truncated),
    ]
    return requests + ([] if expected.ndim == 2 else [("png", {"seed": SEEDS, **rows}, to_uint8(expected))])


def bad(model):
    """Requests that the graph refuses, with a part of the sentence."""
    z = np.zeros([2, model.latent_dim], "float32")
    wrong = [
        ("from_latent", {"z": z[:, :-1]}, ""),  # TensorFlow's own words for a shape
        ("from_latent", {"z": z[0]}, ""),
        ("from_latent", {"z": z[:0]}, "The batch is empty"),
        ("from_latent", {"z": z * np.float32("nan")}, "z must be finite"),
        ("sample", {"seed": SEEDS[:0]}, "The batch is empty"),
        ("sample", {"seed": SEEDS.reshape(2, 2)}, ""),
        ("sample", {"seed": SEEDS.astype("int32")}, ""),
    ]
    if model.classes is None:
        return wrong
    labelled = [(name, {**rows, "label": LABELS[: len(next(iter(rows.values())))]}, said) for name, rows, said in wrong]
    return labelled + [
        ("sample", {"seed": SEEDS, "label": LABELS + 1}, "label must lie in 0 to 9"),
        ("sample", {"seed": SEEDS, "label": LABELS - 1}, "label must lie in 0 to 9"),
        ("sample", {"seed": SEEDS, "label": LABELS[:2]}, "Each row needs one label"),
    ]


@pytest.mark.parametrize("name", ["dcgan_conditional.mnist", "gan.gaussian1d"])
def test_every_signature_in_cpp(name, tmp_path):
    model = zoo.load(name)
    folder = export.saved_model(model, tmp_path / "served")
    right, wrong = good(model), bad(model)
    answers = run(folder, [(signature, inputs) for signature, inputs, _ in right + wrong], tmp_path)
    assert answers["load/code"] == OK
    assert answers["signatures"].tolist() == sorted(signature for signature, _, _ in right)
    for number, (signature, _, expected) in enumerate(right):
        assert answers[f"{number}/code"] == OK, answers[f"{number}/message"]
        if signature == "png":
            pixels = [np.asarray(Image.open(io.BytesIO(png))) for png in answers[f"{number}/png_bytes"]]
            assert np.abs(np.reshape(pixels, expected.shape).astype(int) - expected).max() <= 1
        else:
            made = answers[f"{number}/{'points' if expected.ndim == 2 else 'images'}"]
            np.testing.assert_allclose(made, expected, rtol=0, atol=1e-5)
    for number, (signature, inputs, sentence) in enumerate(wrong, len(right)):
        said = str(answers[f"{number}/message"])
        assert answers[f"{number}/code"] == INVALID_ARGUMENT and sentence in said, (signature, inputs, said)


def test_a_folder_that_is_not_there(tmp_path):
    answers = run(tmp_path / "nowhere", [], tmp_path)
    assert answers["load/code"] == NOT_FOUND and "nowhere" in str(answers["load/message"])
