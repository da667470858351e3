"""Figures that took long to measure are kept: a table whose making was cut off goes on where it stopped."""

import json
import time

from keras_gan.files.atomic import write_json


def kept(path, settings, measured):
    """{"settings", "minutes", "figures"} of a file, where its settings are these; otherwise {metric: value} of
    measured(), which is called, timed, and kept in the file."""
    if path.is_file() and (found := json.loads(path.read_text()))["settings"] == settings:
        return found
    started = time.perf_counter()
    figures = measured()
    write_json(path, {"settings": settings, "minutes": (time.perf_counter() - started) / 60, "figures": figures})
    return json.loads(path.read_text())
