"""TensorFlow's import without its pages of notices."""

import os
from contextlib import contextmanager


@contextmanager
def quiet_import():
    """Within the block, nothing that C++ libraries say while they load reaches the terminal; Python errors still do."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    saved = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        import tensorflow

        tensorflow.config.list_physical_devices()  # the second time that it speaks
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
