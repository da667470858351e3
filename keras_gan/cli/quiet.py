"""TensorFlow's import without its pages of notices, and without libraries that no command needs."""

import os
import sys
from contextlib import contextmanager

OPTIONAL = ("sklearn", "matplotlib")  # Keras tries both, for wrappers and galleries: a third of its import


@contextmanager
def quiet_import():
    """Within the block, nothing that C++ libraries say while they load reaches the terminal; Python errors still do."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    saved = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        with hidden(*OPTIONAL):
            import keras  # noqa: F401
            import tensorflow

        tensorflow.config.list_physical_devices()  # the second time that it speaks
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


@contextmanager
def hidden(*names):
    """Within the block these modules are not found, except where they have been imported before."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name)
