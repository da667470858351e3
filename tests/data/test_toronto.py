"""Made faces in the layout of the Toronto Face Database: splits, refusals, and the Parzen protocol by folds."""

import numpy as np
import pytest
from faces import LABELLED, UNLABELLED, layout
from scipy.io import savemat

from keras_gan import data
from keras_gan.data import toronto
from keras_gan.evaluation.measure import measure
from keras_gan.metrics import parzen_log_likelihood, parzen_over_folds


@pytest.fixture(scope="module", params=["faces.mat", "faces.npz"])
def made(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("tfd") / request.param
    content = layout()
    savemat(path, content) if path.suffix == ".mat" else np.savez(path, **content)
    return path, content


def test_training_faces_are_those_of_no_fold(made):
    path, content = made
    source = data.read(path, image_shape=(48, 48, 1))
    np.testing.assert_array_equal(source.values, content["images"][:UNLABELLED, ..., None])
    assert source.labels is None and source.name == "faces" and "split train" in source.origin
    assert data.read(path, image_shape=(24, 24, 1)).values.shape == (UNLABELLED, 24, 24, 1)


def test_a_fold_has_three_parts(made):
    path, content = made
    rows = []
    for name, size, mark in (("train", 24, 1), ("valid", 8, 2), ("test", 8, 3)):
        source = data.read(path, split=f"fold4/{name}")
        assert len(source.values) == size and source.classes == 7
        found = source.values[:, 0, 0, 0]
        assert (content["folds"][found, 3] == mark).all()
        np.testing.assert_array_equal(source.labels, content["labs_ex"][found, 0] - 1)
        rows += found.tolist()
    assert sorted(rows) == list(range(UNLABELLED, UNLABELLED + LABELLED))
    np.testing.assert_array_equal(data.read(path, split="test").values, data.read(path, split="fold1/test").values)


def test_parzen_windows_over_the_folds(made):
    path, content = made
    samples = content["images"][:UNLABELLED, ..., None]
    folds = [[data.read(path, split=f"fold{k}/{name}").values for name in ("valid", "test")] for k in range(1, 6)]
    found = parzen_over_folds(samples, folds)
    one = parzen_log_likelihood(samples, *folds[2])
    assert (found.means[2], found.sigmas[2]) == (one.mean, one.sigma)
    assert found.mean == pytest.approx(np.mean(found.means))
    assert found.standard_error == pytest.approx(np.std(found.means, ddof=1) / np.sqrt(5)) and found.standard_error > 0


def test_evaluating_against_such_a_file_gives_the_windows_of_its_folds(made):
    path, content = made
    samples = content["images"][:UNLABELLED, ..., None]
    (score,) = measure(samples, path)
    folds = [[data.read(path, split=f"fold{k}/{name}").values for name in ("valid", "test")] for k in range(1, 6)]
    expected = parzen_over_folds(samples, folds)
    assert (score.value, score.plus_minus) == pytest.approx((expected.mean, expected.standard_error))
    assert score.name == "parzen@30" and score.interval == "standard error over the folds"
    assert (score.protocol.n_real, score.protocol.settings) == (40, "folds=5")
    with pytest.raises(ValueError, match="No encoder is known"):
        measure(samples, path, split="fold2/test")


@pytest.mark.parametrize("split", ["train[:10]", "valid", "fold0/test", "fold6/test", "fold1", "fold1/all", "1/test"])
def test_unknown_splits_are_named(made, split):
    with pytest.raises(ValueError, match='has the splits "train", "test" and, for each of its 5 folds') as error:
        data.read(made[0], split=split)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda content: content.pop("folds"),
            "not laid out as the Toronto Face Database.*it has images, labs_ex, lab",
        ),
        (lambda content: content.update(images=content["images"] / 255.0), "must hold images uint8"),
        (lambda content: content.update(images=content["images"][:-1]), "must hold images uint8"),
        (lambda content: content.update(folds=np.ones((70, 5), np.uint8)), "no faces in the split 'train'"),
    ],
    ids=["no folds", "floats", "one face short", "no unlabelled ones"],
)
def test_another_layout_is_one_sentence(change, message, tmp_path):
    content = layout()
    change(content)
    savemat(tmp_path / "other.mat", content)
    with pytest.raises(ValueError, match=message) as error:
        data.read(tmp_path / "other.mat")
    assert "other.mat" in str(error.value) and "\n" not in str(error.value)


def test_a_face_of_a_fold_without_its_expression_is_refused(tmp_path):
    content = layout()
    content["labs_ex"][:] = -1
    savemat(tmp_path / "faces.mat", content)
    with pytest.raises(ValueError, match="expression 1 ... 7"):
        data.read(tmp_path / "faces.mat", split="test")
    assert len(data.read(tmp_path / "faces.mat").values) == UNLABELLED


def test_files_that_cannot_be_read_are_named(tmp_path):
    savemat(tmp_path / "whole.mat", layout(), do_compression=True)
    whole = (tmp_path / "whole.mat").read_bytes()
    # MATLAB 7.3 writes HDF5 behind 128 bytes whose version field, bytes 124 and 125, is 0x0200.
    new = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(1000)
    contents = {"empty.mat": b"", "text.mat": b"hello" * 50, "cut.mat": whole[: len(whole) // 2], "new.mat": new}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=f"Cannot read .*{name}|new.mat.*save it with -v7") as error:
            toronto.load_mat(tmp_path / name)
        assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match="leave labels= out"):
        data.read(tmp_path / "whole.mat", labels=np.zeros(UNLABELLED, int))
