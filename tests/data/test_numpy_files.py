"""Files that claim more than they hold, or more than there is memory."""

import io
import zipfile

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data import numpy_files

IMAGES = np.arange(2 * 8 * 8, dtype="uint8").reshape(2, 8, 8)


def header(shape, dtype="|u1"):
    """A .npy file's beginning."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": dtype, "fortran_order": False, "shape": shape})
    return file.getvalue()


def test_what_is_honest_is_read(tmp_path):
    np.save(tmp_path / "one.npy", IMAGES)
    np.savez(tmp_path / "two.npz", images=IMAGES, labels=[0, 1], other=np.zeros(5))
    np.savez_compressed(tmp_path / "three.npz", anything=IMAGES)
    for name in ("one.npy", "two.npz", "three.npz"):
        np.testing.assert_array_equal(numpy_files.load(tmp_path / name)["images"], IMAGES)
    assert numpy_files.load(tmp_path / "two.npz").keys() == {"images", "labels"}


@pytest.mark.parametrize("shape", [(10**9, 28, 28), (2**62, 2**62), (10**12,), (3, 8, 8)])
def test_an_array_that_claims_more_than_it_holds(tmp_path, shape):
    path = tmp_path / "large.npy"
    path.write_bytes(header(shape) + IMAGES.tobytes())
    with pytest.raises(ValueError, match=r"large\.npy.* it claims \d+ bytes of numbers and holds 128\.$"):
        data.read(path)
    archive = tmp_path / "large.npz"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("images.npy", header(shape) + IMAGES.tobytes())
    with pytest.raises(ValueError, match=r"large\.npz.* images claims"):
        data.read(archive)


def test_an_archive_that_grows_beyond_memory(tmp_path, monkeypatch):
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, images=np.zeros((100, 1000, 1000), "uint8"))
    assert path.stat().st_size < 200_000
    monkeypatch.setattr(numpy_files, "SHARE", 1e-6)
    with pytest.raises(ValueError, match=r"bomb\.npz.* its arrays take 0\.1 GB, more than half of the .* GB of memory"):
        data.read(path)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x93NUMPY", header((2, 8, 8))[:40], header((1,), "|O") + b"x"])
def test_what_is_no_array_is_named(tmp_path, content):
    path = tmp_path / "bad.npy"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"^Cannot read '.*bad\.npy' as plain NumPy arrays \(no pickles\): .*\.$"):
        data.read(path)
