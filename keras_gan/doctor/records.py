"""The doctor's measurements on disk: a line of JSON each, so that a run killed at any moment keeps what it had."""

import json
from contextlib import suppress
from pathlib import Path

from keras_gan.files.atomic import atomic_file

NAME = "doctor.jsonl"  # in a run folder


def read_records(path):
    """The measurements of a file, oldest first: dicts of step, quantities and losses; a value that was NaN or infinite
    is None. A last line cut short by a kill is left out. No file: no measurements."""
    records = []
    with suppress(FileNotFoundError), open(path) as file:
        for line in file:
            with suppress(json.JSONDecodeError):
                records.append(json.loads(line))
    return records


def write_records(path, records):
    """Replaces the file: a resumed run drops what it will measure again."""
    with atomic_file(path) as aside:
        aside.write_text("".join(json.dumps(record) + "\n" for record in records))


def append_record(path, record):
    with open(Path(path), "a") as file:
        file.write(json.dumps(record) + "\n")
