"""A file is whole or absent, and what cannot be written is said in one sentence."""

import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from keras_gan.files import atomic
from keras_gan.files.atomic import atomic_file, write_json

OLD, NEW = "the old file", "the new file"


@pytest.fixture(params=["new", "over an old file"])
def path(tmp_path, request):
    path = tmp_path / "model.weights.h5"
    if request.param != "new":
        path.write_text(OLD)
    return path


def content(path):
    """What the folder holds: hidden leftovers too."""
    return {file.name: file.read_text() for file in path.parent.iterdir()}


def refusal(path, reason):
    """One sentence: which file, why, and what to do."""
    sentence = f"^Cannot write {re.escape(str(path))}: ({reason}); choose another place or make room for it.$"
    return pytest.raises(OSError, match=sentence)


def test_takes_its_place_only_when_the_block_ends_well(path):
    before = content(path)
    with atomic_file(path) as aside:
        assert aside.parent == path.parent and aside.name.endswith(path.name)  # a rename needs the same file system
        aside.write_text(NEW)
        assert {name: text for name, text in content(path).items() if name != aside.name} == before
    assert content(path) == {path.name: NEW}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_exception_leaves_what_was_there(path, error):
    before = content(path)
    with pytest.raises(error, match="^half-way$"), atomic_file(path) as aside:
        aside.write_text(NEW[:5])
        raise error("half-way")
    assert content(path) == before


def test_a_kill_leaves_what_was_there(path):
    before = content(path)
    program = (
        "import os, signal; from atomic import atomic_file\n"
        f"with atomic_file({str(path)!r}) as aside: aside.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program], cwd=Path(atomic.__file__).parent)
    assert killed.returncode == -signal.SIGKILL
    assert {name: text for name, text in content(path).items() if not name.startswith(".")} == before


def test_a_full_disk_leaves_what_was_there(path):
    """A limit on the size of files stands for it: the write fails half-way, by the same way through the kernel."""
    before, (soft, hard) = content(path), resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
        with refusal(path, "File too large"), atomic_file(path) as aside:
            aside.write_bytes(bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert content(path) == before


def test_missing_folders_are_made(tmp_path):
    with atomic_file(tmp_path / "a" / "b" / "c.txt") as aside:
        aside.write_text(NEW)
    assert (tmp_path / "a" / "b" / "c.txt").read_text() == NEW


@contextlib.contextmanager
def unprivileged():
    """Root may write anywhere, so it steps down."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_forbidden_folder_is_one_sentence(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with unprivileged(), refusal(folder / "a.txt", "Permission denied"), atomic_file(folder / "a.txt") as aside:
        aside.write_text(NEW)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "occupied, reason",
    [("folder", "Is a directory"), ("file/a.txt", "File exists|Not a directory"), ("file/a/b.txt", "Not a directory")],
)
def test_an_occupied_place_is_one_sentence(tmp_path, occupied, reason):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text(OLD)
    with refusal(tmp_path / occupied, reason), atomic_file(tmp_path / occupied) as aside:
        aside.write_text(NEW)
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == OLD


def test_write_json(tmp_path):
    content = {"figure": 225.0, "nested": [1, None, True], "name": "σ"}
    write_json(tmp_path / "a.json", content)
    assert json.loads((tmp_path / "a.json").read_text()) == content
    with pytest.raises(TypeError):
        write_json(tmp_path / "a.json", {"figure": object()})
    assert json.loads((tmp_path / "a.json").read_text()) == content and len(list(tmp_path.iterdir())) == 1


def test_a_planted_link_is_not_followed_and_the_name_cannot_be_foreseen(path, tmp_path):
    names = set()
    for _ in range(3):
        with atomic_file(path) as aside:
            names.add(aside.name)
            aside.write_text(NEW)
    assert len(names) == 3
    victim = tmp_path / "victim"
    victim.write_text(OLD)
    (tmp_path / f".{os.getpid()}.{path.name}").symlink_to(victim)
    with atomic_file(path) as aside:
        assert not aside.is_symlink()
        aside.write_text(NEW)
    assert victim.read_text() == OLD


def test_a_file_has_the_rights_that_a_new_file_has(path):
    path.unlink(missing_ok=True)
    with atomic_file(path) as aside:
        aside.write_text(NEW)
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_what_killed_processes_have_left_is_swept(path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    names = [f".{gone.pid}-{number:016x}.{path.name}" for number in range(3)]
    own = f".{os.getpid()}-{0:016x}.{path.name}"
    other = f".{gone.pid}-{0:016x}.other"
    for name in (*names[:2], own, other):
        path.with_name(name).write_text("half")
        os.utime(path.with_name(name), (1, 1))
    path.with_name(names[2]).write_text("half")  # just now: perhaps by another machine
    with atomic_file(path) as aside:
        aside.write_text(NEW)
    assert content(path).keys() == {path.name, own, other, names[2]}
