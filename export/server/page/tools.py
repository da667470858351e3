"""What one can do with a model on the start page: see samples of chosen seeds, or draw and have it translated."""

from html import escape

LISTED = 1000  # classes that are listed; of more a number is asked for
BRUSH = 4  # pixels
WAYS = {"translate_png": "", "translate_png_b": "a to b", "translate_png_a": "b to a"}


def kind_of(version):
    """What the page can do: "translate", "png" for samples that are images, "sample" for points, or None."""
    signatures = version.signatures if version else {}
    if ways(signatures) and len(version.card.get("input_shape", ())) == 3:
        return "translate"
    if "png" in signatures and "seed" in signatures["png"].inputs:
        return "png"
    sample = signatures.get("sample")
    return "sample" if sample and "seed" in sample.inputs and list(sample.outputs) == ["points"] else None


def ways(signatures):
    """The signatures that translate PNG files; of a model that does so both ways those that say which."""
    there = [name for name in WAYS if name in signatures and list(signatures[name].inputs) == ["png_bytes"]]
    return there[1:] if len(there) == len(WAYS) else there


def facts(version):
    """What the scripts know of a model beside its name: classes, names of attributes, palette and example."""
    card = version.card if version else {}
    names = card.get("class_names")
    return {
        "classes": card.get("classes"),
        "names": names if isinstance(names, dict) else None,
        "palette": card.get("palette"),
        "example": card.get("example"),
    }


def tool(kind, version):
    """The HTML of what one plays with; the scripts bring it to life."""
    if kind is None:
        return '<p class="about">This model has no signature that this page can draw.</p>'
    place = drawing(version) if kind == "translate" else grid(kind, version.card)
    return place + '\n<p class="trouble" role="status"></p>'


def grid(kind, card):
    """Samples, and the form that says which."""
    place = '<div class="grid"></div>' if kind == "png" else '<canvas class="plot" role="img" aria-label="samples">'
    place += "" if kind == "png" else "</canvas>"
    return f"""{place}
<form><label>first seed<input name="seed" type="number" step="1" value="0"></label>{choices(card)}
<button type="button" name="next">next</button><button type="button" name="any">any</button></form>"""


def choices(card):
    """Where one says of which class samples are: a list of them, one for each attribute, or a number."""
    classes, names = card.get("classes"), card.get("class_names")
    if isinstance(names, dict):
        return "".join(choice(f"label_{name}", name.replace("_", " "), values, "any") for name, values in names.items())
    if classes and classes > LISTED:
        return f"""<label>class<input name="label" type="number" min="0" max="{classes - 1}" step="1"
 placeholder="each in turn"></label>"""
    return choice("label", "class", names or range(classes), "each in turn") if classes else ""


def choice(name, text, values, open_):
    options = "".join(f'<option value="{number}">{escape(str(value))}</option>' for number, value in enumerate(values))
    options = f'<option value="">{open_}</option>{options}'
    return f'<label>{escape(text)}<select name="{escape(name)}">{options}</select></label>'


def drawing(version):
    """A sheet of the model's size, tools to draw with, and what becomes of the drawing."""
    height, width, _ = version.card["input_shape"]
    there = ways(version.signatures)
    options = "".join(f'<option value="{way}">{WAYS[way]}</option>' for way in there)
    way = f'<label>which way<select name="way">{options}</select></label>'
    if len(there) == 1:
        way = f'<input type="hidden" name="way" value="{there[0]}">'
    return f"""<div class="pair">
<figure><div class="sheet"><canvas width="{width}" height="{height}" tabindex="0" role="img"
 aria-label="Your drawing. Arrow keys move a point, faster with shift; space paints there."></canvas><div
 class="cursor"></div></div><figcaption>your drawing</figcaption></figure>
<figure><img class="made" width="{width}" height="{height}" alt="what the model makes of the drawing"><figcaption>what
 the model makes of it</figcaption></figure>
</div>
<form class="tools">{colours(version.card.get("palette"))}
<div><label>tool<select name="tool"><option value="brush">brush</option><option value="fill">bucket</option></select>
</label><label>width, pixels<input name="size" type="range" min="1" max="16" value="{BRUSH}"></label>{way}</div>
<div><button type="button" name="undo" disabled>undo</button><button type="button" name="clear">clear</button>
<label class="button">open a picture<input type="file" name="open" accept="image/*"></label>
<button type="button" name="keep">save drawing</button><button type="button" name="take">save picture</button></div>
</form>"""


def colours(palette):
    """Labels to choose from, by name and colour; or any colour."""
    if not palette:
        return '<label>colour<input name="colour" type="color" value="#000000"></label>'
    last = len(palette) - 1
    swatches = "".join(
        f"""<label><input type="radio" name="colour" value="{colour}"{" checked" if number == min(1, last) else ""}><i
 style="background:{colour}"></i>{escape(name.replace("_", " "))}</label>"""
        for number, (name, colour) in enumerate(palette.items())
    )
    return f'<fieldset><legend>what to draw</legend><div class="swatches">{swatches}</div></fieldset>'
