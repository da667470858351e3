"""SHA256SUMS: the digest of every file of a folder that programs read, so that a damaged or exchanged one is noticed.
`sha256sum -c SHA256SUMS` reads it, too. It does not say who wrote the folder: whoever can change a file can change it.
"""

import hashlib
import re
from pathlib import Path

from keras_gan.files.atomic import atomic_file

NAME = "SHA256SUMS"
LINE = re.compile(r"([0-9a-f]{64})  ((?!.*\.\.)[\w.-]+(?:/[\w.-]+)*)")


def write(folder, patterns):
    """Of the files in `folder` that match the patterns, whichever are there."""
    folder = Path(folder)
    files = sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()})
    lines = [f"{digest_of(file.read_bytes())}  {file.relative_to(folder).as_posix()}\n" for file in files]
    with atomic_file(folder / NAME) as aside:
        aside.write_text("".join(lines))


def renew(folder, patterns):
    """After a change of a file: anew, where the folder has a manifest."""
    if (Path(folder) / NAME).is_file():
        write(folder, patterns)


def read(folder):
    """{file: digest}; None where there is no manifest. Raises ValueError for one that is damaged."""
    path = Path(folder) / NAME
    if not path.is_file():
        return None
    lines = [LINE.fullmatch(line) for line in path.read_bytes().decode("latin-1").split("\n")[:-1]]
    if not lines or not all(lines) or not path.read_bytes().endswith(b"\n"):
        raise ValueError(f"{path} is damaged; install or save {folder} again.")
    return {line[2]: line[1] for line in lines}


def contents(folder, patterns):
    """{file: bytes} of a folder, each checked; None where there is no manifest. Raises ValueError with one sentence for
    a file that is missing, damaged, or there without being listed."""
    folder = Path(folder)
    listed = read(folder)
    if listed is None:
        return None
    there = {path.name for pattern in patterns for path in folder.glob(pattern)}
    if unlisted := sorted(there - listed.keys()):
        raise ValueError(f"{folder / unlisted[0]} does not belong to this preset: {NAME} does not list it.")
    return {name: checked(folder / name, digest) for name, digest in listed.items()}


def checked(path, digest):
    """The bytes of a file. Raises ValueError for one that is missing, or that has another SHA-256."""
    content = path.read_bytes() if path.is_file() else None
    if content is None:
        raise ValueError(f"{path} is missing; install keras_gan again, or save or export it again.")
    if digest_of(content) != digest:
        raise ValueError(f"{path} is damaged: its SHA-256 is not the recorded one; install, save or export it again.")
    return content


def digest_of(content):
    return hashlib.sha256(content).hexdigest()
