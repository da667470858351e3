"""The cache of drawn pictures: whole or absent, and no obstacle where it cannot be written."""

import numpy as np
import pytest

from keras_gan.data.rendered import kept, place


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "keras_gan"


def drawn(value=1):
    return lambda: {"images": np.full((5, 4, 4, 3), value, np.uint8), "codes": np.arange(5, dtype=np.int32)}


def test_what_is_kept_is_read_and_what_is_damaged_is_made_again():
    assert set(kept("some", drawn(1))) == {"images", "codes"}
    assert kept("some", drawn(2))["images"].max() == 1 and kept("others", drawn(2))["images"].max() == 2
    content = place("some").read_bytes()
    for damaged in (content[:-100], b"", b"rubbish", content[:200] + b"\7" + content[201:]):
        place("some").write_bytes(damaged)
        assert kept("some", drawn(3))["images"].max() == 3
        assert kept("some", drawn(4))["images"].max() == 3


def test_a_kill_while_it_is_written_leaves_nothing(monkeypatch, cache):
    def killed(file, **arrays):
        file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", killed)
    with pytest.raises(KeyboardInterrupt):
        kept("some", drawn())
    assert list(cache.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_no_obstacle(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="not kept for the next time: Cannot write"):
        assert kept("some", drawn())["images"].shape == (5, 4, 4, 3)
