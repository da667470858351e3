"""Sets of pictures for the page: small ones, as bytes that it can fetch."""

import json
import os
from typing import NamedTuple

import numpy as np

from keras_gan.data.rendered import kept


class PictureSet(NamedTuple):
    """Where the pictures of a name come from: a data set, its part, their shape, the attribute that is their label."""

    source: str
    split: str
    shape: tuple[int, int, int]
    label: str | None = None


SETS = {
    "digits": PictureSet("digits", "train", (8, 8, 1)),
    "mnist14": PictureSet("mnist", "train[:4000]", (14, 14, 1)),
    "mnist28": PictureSet("mnist", "train[:4000]", (28, 28, 1)),
    "faces": PictureSet("faces/pixel-art", "train[:3000]", (16, 16, 3), "skin_color"),
}


def read_set(name):
    """-> {"images": uint8 [n, h, w, c], "labels": uint8 [n], "classes", "licence", "origin"} of a name in SETS.

    Faces are drawn when they are first asked for, and then kept in the user's cache. Raises ValueError for another
    name, and what `keras_gan.data.read` raises where a package or the data are missing.
    """
    if name not in SETS:
        raise ValueError(f"The playground has no pictures {name!r}; it has {', '.join(SETS)}.")
    wanted = SETS[name]

    def make():
        from keras_gan.data import read  # loads TensorFlow, which a page that is kept does without

        found = read(wanted.source, image_shape=wanted.shape, split=wanted.split)
        if wanted.label:
            found = found.labelled(wanted.label)
        about = {"classes": int(found.classes or 0), "licence": found.licence, "origin": found.origin}
        labels = np.zeros(len(found.values)) if found.labels is None else found.labels
        return {"images": found.values, "labels": labels.astype(np.uint8), "about": np.array(json.dumps(about))}

    arrays = kept(f"playground-{name}-{wanted.split}-{wanted.label}", make)
    return {**arrays, **json.loads(str(arrays["about"]))}


def why_missing(name):
    """One sentence if the pictures of a name are not at hand here, else None. Looks, and reads nothing large."""
    if name.startswith("mnist"):
        folder = os.path.join(os.environ.get("TFDS_DATA_DIR") or os.path.expanduser("~/tensorflow_datasets"), "mnist")
        if not os.path.isdir(folder):
            return "TFDS has not prepared it (`tfds build mnist`, or set TFDS_DATA_DIR)."
    if name == "faces":
        from keras_gan.data.faces import styles

        try:
            styles.definition("pixel-art")
        except ImportError as missing:
            return str(missing)
    return None


def page_files(name):
    """{file: bytes} that the page fetches for a set: NAME.json, and NAME.bin with the pixels and then the labels."""
    found = read_set(name)
    images = found["images"]
    about = {
        "shape": list(images.shape[1:]),
        "count": len(images),
        **{key: found[key] for key in ("classes", "licence", "origin")},
    }
    return {
        f"{name}.json": json.dumps(about).encode(),
        f"{name}.bin": images.tobytes() + found["labels"].tobytes(),
    }
