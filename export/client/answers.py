"""What a server may answer. A client trusts nobody: whatever is not that ends in a ConnectionError of one sentence."""

import base64
import json
from contextlib import contextmanager, suppress

import numpy as np

PNG = b"\x89PNG\r\n\x1a\n"
QUOTED = 200  # characters of what a server says


class Busy(Exception):
    """Another attempt may succeed, after at least `wait` seconds; if there is none, `error` is what the caller sees."""

    def __init__(self, error, wait=0.0):
        super().__init__(str(error))
        self.error = error
        self.wait = wait


@contextmanager
def understood(where):
    """Whatever does not fit in the block is the server's fault."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        reason = quoted(str(error) or type(error).__name__)
        raise ConnectionError(f"{where} does not answer like a server of samplers: {reason}") from error


def quoted(text):
    """A server's words in one line, and not too many of them."""
    text = " ".join(str(text)[: 4 * QUOTED].split())
    return text if len(text) <= QUOTED else text[: QUOTED - 4] + " ..."


def loads(content):
    """JSON; by orjson where there is one, which takes two thirds of the time."""
    with suppress(ImportError):
        import orjson

        return orjson.loads(content)
    return json.loads(content)


def outputs(content):
    """{output: array} of TF Serving's JSON; a single output comes without its name. Raises what `understood` takes."""
    if not isinstance(content, dict) or "outputs" not in content:
        raise ValueError("It has no outputs.")
    content = content["outputs"]
    if isinstance(content, dict) and set(content) != {"b64"}:
        return {name: array(value) for name, value in content.items()}
    made = array(content)
    return {"png_bytes" if made.dtype == object else "output": made}


def array(value):
    """Nested lists of numbers as float32; of {"b64": ...} as bytes."""
    first = value
    while isinstance(first, list) and first:
        first = first[0]
    if isinstance(first, dict):
        return np.array([*(base64.b64decode(one["b64"], validate=True) for one in value), None], object)[:-1]
    made = np.asarray(value)
    if made.dtype.kind not in "fiu":
        raise ValueError("Its values are not numbers.")
    return made.astype("float32")


def rows_of(found, n):
    """The one output of n rows, float32 and finite. Raises ValueError."""
    if not found:
        raise ValueError("It has no output.")
    made = next(iter(found.values()))
    if made.dtype == object:
        raise ValueError("Its output is text, not numbers.")
    if not made.ndim or len(made) != n:
        raise ValueError(f"It has {len(made) if made.ndim else 'no'} rows for {n} seeds.")
    if not np.isfinite(made).all():
        raise ValueError("Its images have values that are not finite.")
    return made


def png_files(found, n):
    """n PNG files, bytes each. Raises ValueError."""
    files = list(found["png_bytes"])
    if len(files) != n:
        raise ValueError(f"It has {len(files)} files for {n} seeds.")
    if not all(isinstance(file, bytes) and file.startswith(PNG) for file in files):
        raise ValueError("Its files are no PNG files.")
    return files
