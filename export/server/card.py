"""A served model's card for the start page: somebody else's file, read with bounds and checked before it is shown. A
damaged or malformed one costs the card, never the model."""

import json
import logging
import math
import re

from export.server.logs import event
from keras_gan.files import manifest
from keras_gan.sampling import palettes

FILES = ("assets.extra/card.json", "assets.extra/card.md")
LARGEST = 1 << 20  # bytes of card.json
LONGEST = 300  # characters of a text
MOST = 100  # figures, and sides of an image
NAMES = 1000  # of classes
EXAMPLE = 1 << 18  # characters of an example in base64
BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")
FIELDS = {
    "class": str, "parameters": int, "output_shape": list, "steps": int, "classes": int, "recipe": dict,
    "licence": dict, "figures": dict, "sha256": str, "class_names": (list, dict), "input_shape": list, "palette": dict,
    "example": str,
}  # fmt: skip
NEEDED = ("class", "parameters", "output_shape", "steps")


def read(folder):
    """The fields of assets.extra/card.json that the page shows; {} without one, and, with a line in the log, for one
    that is not what export.saved_model writes."""
    path = folder / FILES[0]
    try:
        if not path.is_file():
            return {}
        if path.stat().st_size > LARGEST:
            raise ValueError(f"It has more than {LARGEST} bytes.")
        content = path.read_bytes()
        digest = (manifest.read(folder) or {}).get(FILES[0])
        if digest:
            manifest.checked(path, digest)
        return checked(json.loads(content))
    except (OSError, ValueError, RecursionError) as error:
        event("card not readable", logging.WARNING, file=str(path), error=str(error) or type(error).__name__)
        return {}


def checked(card):
    """Raises ValueError for what the page cannot show."""
    if not isinstance(card, dict):
        raise ValueError("It is not an object.")
    shown = {name: card[name] for name in FIELDS if card.get(name) is not None}
    for name, value in shown.items():
        if not isinstance(value, FIELDS[name]) or isinstance(value, bool):
            raise ValueError(f"{name} is of type {type(value).__name__}.")
    if missing := [name for name in NEEDED if name not in shown]:
        raise ValueError(f"It lacks {', '.join(missing)}.")
    numbers = [shown["parameters"], shown["steps"], shown.get("classes", 1), *shown["output_shape"]]
    if any(type(number) is not int or not 0 <= number < 1 << 53 for number in numbers) or len(numbers) > MOST:
        raise ValueError("parameters, steps, classes and output_shape are whole numbers from 0.")
    if shown.get("classes") == 0 or shown.get("classes", 1) >= 1 << 31:
        raise ValueError("classes lies from 1 to 2^31 - 1.")
    figures = shown.get("figures", {})
    if len(figures) > MOST or any(type(value) not in (int, float) or abs(value) > 1e300 for value in figures.values()):
        raise ValueError(f"figures are at most {MOST} numbers.")
    texts = [shown["class"], shown.get("sha256", ""), *figures, *names_in(shown), *shown.get("palette", {})]
    for name in ("recipe", "licence"):
        shown[name] = {key: value for key, value in shown.get(name, {}).items() if isinstance(value, str | int)}
        texts += [str(part) for pair in shown[name].items() for part in pair]
    if any(len(text) > LONGEST for text in texts):
        raise ValueError(f"A text has more than {LONGEST} characters.")
    check_input(shown)
    return shown


def names_in(card):
    """All names of classes, or of attributes and their values, as many as the card's `classes`."""
    names = card.get("class_names", [])
    lists = list(names.values()) if isinstance(names, dict) else [names]
    if not all(isinstance(values, list) and all(isinstance(value, str) for value in values) for values in lists):
        raise ValueError("class_names are texts, in a list, or in one for each attribute.")
    if names and math.prod(map(len, lists)) != card.get("classes"):
        raise ValueError("class_names are as many as classes.")
    found = [text for values in lists for text in values] + (list(names) if isinstance(names, dict) else [])
    if len(found) > NAMES:
        raise ValueError(f"class_names are at most {NAMES}.")
    return found


def check_input(card):
    """What the page needs to offer a sheet to draw on."""
    sides = card.get("input_shape", [1])
    if len(sides) > MOST or any(type(side) is not int or not 1 <= side < 1 << 14 for side in sides):
        raise ValueError("input_shape are whole numbers from 1.")
    if "palette" in card:
        palettes.checked(card["palette"])
    example = card.get("example", "")
    if len(example) > EXAMPLE or not BASE64.fullmatch(example):
        raise ValueError(f"example is a PNG file in base64, at most {EXAMPLE} characters.")
