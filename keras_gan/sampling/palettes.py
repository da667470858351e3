"""Palettes of label maps, {name: "#rrggbb"}: an image in these colours alone says what each of its pixels shows."""

import re

import numpy as np

COLOUR = re.compile("#[0-9a-f]{6}")
MOST = 100  # colours, as many as a page shows
CHANNELS = 3


def checked(palette):
    """The palette with colours as "#rrggbb", given in upper or lower case. Raises ValueError for what is no palette."""
    if not isinstance(palette, dict) or not 1 <= len(palette) <= MOST:
        raise ValueError(
            f'A palette is 1 to {MOST} named colours, {{"sky": "#a0c0ff", "grass": "#409030"}}, not {palette!r:.200}.'
        )
    colours = {}
    for name, colour in palette.items():
        if not isinstance(name, str) or not isinstance(colour, str) or not COLOUR.fullmatch(colour.lower()):
            raise ValueError(f'A colour of a palette is a name and "#rrggbb", not {name!r}: {colour!r}.')
        if same := [other for other, known in colours.items() if known == colour.lower()]:
            raise ValueError(f"The labels {same[0]!r} and {name!r} of a palette have one colour, {colour}.")
        colours[name] = colour.lower()
    return colours


def check_channels(shape):
    """Raises ValueError unless [h, w, c] has the channels of colours."""
    if len(shape) != 3 or shape[-1] != CHANNELS:
        raise ValueError(f"Label maps in colours are [h, w, {CHANNELS}], not {list(shape)}.")


def rgb(palette):
    """uint8 [k, 3] of a palette."""
    return np.array([list(bytes.fromhex(colour.removeprefix("#"))) for colour in palette.values()], np.uint8)


def check_colours(levels, palette, names=None):
    """Raises ValueError where uint8 images [n, h, w, 3] have a colour that is not in the palette. names: what the
    sentence calls them, instead of Image 0, 1, ..."""
    number = levels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    unknown = ~np.isin(number, [int(colour.removeprefix("#"), 16) for colour in palette.values()])
    if unknown.any():
        image, row, column = np.argwhere(unknown)[0]
        known = ", ".join(f"{name} {colour}" for name, colour in palette.items())
        name = names[image] if names else f"Image {image}"
        raise ValueError(
            f"{name} has the colour #{number[image, row, column]:06x} at row {row}, column {column}, "
            f"which is no label; there are {known}."
        )
