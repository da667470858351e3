"""Styles of the package dicebear-styles: their parts, colours and licences, and the same style drawn as label maps."""

import json
from functools import lru_cache
from importlib import resources

from keras_gan.files.extras import require

# What a label map tells apart, and what each part of a style counts as; a style's canvas is skin.
CLASSES = ("background", "skin", "hair", "eyes", "nose", "mouth", "facial_hair", "clothes")
COUNTS_AS = {
    "personas": {},
    "micah": {"head": "skin", "ears": "skin", "earrings": "skin", "eyebrows": "eyes", "glasses": "eyes"},
    "toon-head": {
        "head": "skin", "body": "skin", "rear_hair": "hair", "beard": "facial_hair", "eyebrows": "eyes",
    },
    "pixel-art": {"accessories": "skin", "hat": "hair", "glasses": "eyes", "beard": "facial_hair"},
}  # fmt: skip
STYLES = tuple(COUNTS_AS)
DEFAULT = "personas"
WHITE = "#ffffff"  # the background
LEVEL = 32  # grey levels between the classes of a map
PALETTE = {  # a map's colours, as people draw and see it
    "background": WHITE, "skin": "#f4b183", "hair": "#7b4a2b", "eyes": "#2e75b6", "nose": "#ffd966", "mouth": "#c00000",
    "facial_hair": "#7f7f7f", "clothes": "#70ad47",
}  # fmt: skip
PEN = 0.6 / 64  # of a drawing's lines, for a canvas of width 1
SHAPES = ("path", "circle", "ellipse", "rect", "polygon", "polyline", "line")
UNPAINTED = ("mask", "clipPath", "defs")  # they say where something is painted, not in which colour


@lru_cache
def definition(style):
    """The style's JSON. Raises MissingExtra where a package is missing."""
    require("Drawing faces", "faces", "dicebear", "dicebear_styles", "resvg_py")
    return json.loads((resources.files("dicebear_styles") / f"{style}.json").read_text("utf-8"))


def licence(style):
    """(name of the licence, whom and what it attributes)."""
    terms = definition(style)["meta"]["license"]
    return terms["name"], terms["text"]


@lru_cache
def values(style):
    """{attribute: names of its values}: of each part its variants, of each colour its hexadecimal values. "none" is in
    front where the part can be absent, or the colour on nothing that is drawn. What has one value is left out, and so
    is white where a style wants another colour than the background's."""
    parts, colours = definition(style)["components"], definition(style)["colors"]
    always = colours_of(definition(style)["canvas"])
    for part in parts.values():
        if part.get("probability", 100) == 100:
            always |= set.intersection(*map(colours_of, part["variants"].values()))
    named = {
        snake(name): (("none",) if part.get("probability", 100) < 100 else ()) + tuple(part["variants"])
        for name, part in parts.items()
    } | {
        f"{snake(name)}_color": (() if name in always else ("none",))
        + tuple(value for value in colour["values"] if not (value == WHITE and "background" in colour["notEqualTo"]))
        for name, colour in colours.items()
    }
    return {name: names for name, names in named.items() if len(set(names) - {"none"}) > 1}


def codes(style, options):
    """The class index of each attribute, of what a drawing was resolved to."""
    shown = {snake(name[: -len("Variant")]): value for name, value in options.items() if name.endswith("Variant")}
    shown |= {
        f"{snake(name[: -len('Color')])}_color": value[0]
        for name, value in options.items()
        if name.endswith("Color") and value
    }
    return [names.index(shown.get(name, "none")) for name, names in values(style).items()]


def colours_of(content):
    """The names of the colours that a part of a style's JSON refers to."""
    if isinstance(content, dict):
        own = {content["name"]} if content.get("type") == "color" else set()
        return own.union(*map(colours_of, content.values()))
    return set().union(*map(colours_of, content)) if isinstance(content, list) else set()


def flat(style):
    """The style in which every part has the one grey of its class, without shades."""
    changed = json.loads(json.dumps(definition(style)))
    changed["attributes"] = {**changed["attributes"], "shape-rendering": "crispEdges"}  # no pixel between two classes
    painted(changed["canvas"]["elements"], "skin")
    for name, part in changed["components"].items():
        counts_as = COUNTS_AS[style].get(snake(name), snake(name))
        for variant in part["variants"].values():
            painted(variant["elements"], counts_as)
            whole = {"name": "g", "type": "element", "attributes": {"fill": grey(counts_as)}}
            variant["elements"] = [{**whole, "children": variant["elements"]}]
    return changed


def painted(elements, name):
    """Every fill and stroke of the elements becomes the grey of a class."""
    for element in every(elements):
        attributes = unshaded(element)
        for paint in ("fill", "stroke"):
            if attributes.get(paint, "none") != "none":
                attributes[paint] = grey(name)


def lined(style):
    """The style as a line drawing: every shape is white with a black outline, so that what lies before others hides
    them."""
    changed = json.loads(json.dumps(definition(style)))
    variants = [variant for part in changed["components"].values() for variant in part["variants"].values()]
    for drawn in (changed["canvas"], *variants):
        for element in every(drawn["elements"]):
            attributes = unshaded(element)
            if element.get("name") in SHAPES:
                attributes["stroke"] = "#000000"
                if attributes.get("fill") != "none":
                    attributes |= {"fill": WHITE, "stroke-width": str(PEN * changed["canvas"]["width"])}
    return changed


def every(elements):
    """All elements that are painted, with their children."""
    for element in elements:
        if element.get("name") not in UNPAINTED:
            yield element
            yield from every(element.get("children", []))


def unshaded(element):
    """The attributes of an element, without what would make its paint transparent."""
    attributes = element.get("attributes", {})
    for shade in ("opacity", "fill-opacity", "stroke-opacity", "style"):
        attributes.pop(shade, None)
    return attributes


def grey(name):
    return f"#{3 * f'{CLASSES.index(name) * LEVEL:02x}'}"


def snake(name):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
