"""The start page: each model's card, a grid of samples, a seed to choose and a curl line to copy. No network needed."""

import json
from html import escape
from pathlib import Path
from string import Template

TEMPLATE = Template((Path(__file__).parent / "page.html").read_text())
SHOWN = 6  # figures
LISTED = 1000  # classes that are listed; of more a number is asked for


def html(models, base):
    """The page of Models as they are now; `base` is the server's address as the visitor wrote it."""
    sections, scripts = [], []
    for number, (name, model) in enumerate(sorted(models.models.items())):
        version = next(reversed(model.available().values()), None)
        kind, key = kind_of(version), f"model{number}"
        sections.append(section(key, name, model, version, kind, base))
        classes = version.card.get("classes") if version else None
        scripts.append({"name": name, "id": key, "kind": kind, "classes": classes})
    # A name must not be able to end the script.
    return TEMPLATE.substitute(sections="\n".join(sections), models=json.dumps(scripts).replace("<", "\\u003c"))


def kind_of(version):
    """The signature that the page can show: "png", "sample" for points, or None."""
    signatures = version.signatures if version else {}
    if "png" in signatures and "seed" in signatures["png"].inputs:
        return "png"
    sample = signatures.get("sample")
    return "sample" if sample and "seed" in sample.inputs and list(sample.outputs) == ["points"] else None


def section(key, name, model, version, kind, base):
    """One model."""
    card = version.card if version else {}
    return f"""<section id="{key}">
<div>
{picture(kind, card.get("classes"))}
</div>
<div>
<h2>{escape(name)}</h2>
<p class="about">{escape(about(card, version))}</p>
<table>{"".join(map(row, rows(model, card)))}</table>
<details><summary>signatures</summary><table>{"".join(map(row, takes_and_gives(version)))}</table></details>
<div class="curl"><pre>curl -s {escape(base)}v1/models/{escape(name)}/metadata</pre>
<button type="button">copy</button></div>
</div>
</section>"""


def picture(kind, classes):
    """Where the script draws, and what it is told."""
    if kind is None:
        return '<p class="about">This model has no signature that this page can draw.</p>'
    place = '<div class="grid"></div>' if kind == "png" else "<canvas></canvas>"
    if classes and classes > LISTED:
        choice = f'<input name="label" type="number" min="0" max="{classes - 1}" step="1" placeholder="each in turn">'
    else:
        options = "".join(f"<option>{label}</option>" for label in range(classes or 0))
        choice = f'<select name="label"><option value="">each in turn</option>{options}</select>'
    label = f"<label>class{choice}</label>"
    return f"""{place}
<form><label>first seed<input name="seed" type="number" step="1" value="0"></label>{label if classes else ""}
<button type="button" name="next">next</button><button type="button" name="any">any</button></form>
<p class="trouble" role="status"></p>"""


def about(card, version):
    """One line."""
    if version is None:
        return "No version is available yet."
    if not card:
        return f"A SavedModel with the signatures {', '.join(sorted(version.signatures))}."
    shape = " x ".join(map(str, card["output_shape"]))
    return f"{card['class']}, {card['parameters']:,} parameters, {shape}, {card['steps']:,} steps of training."


def row(pair):
    label, text = map(escape, pair)
    return f"<tr><th>{label}</th><td>{text}</td></tr>"


def rows(model, card):
    """(label, text) of the card."""
    available = ", ".join(map(str, sorted(model.available()))) or "none"
    labels = "".join(f", {label} = {number}" for label, number in sorted(model.served.labels.items()))
    yield "versions", available + labels
    recipe, licence = card.get("recipe", {}), card.get("licence", {})
    if recipe.get("dataset"):
        yield "data", " ".join(str(recipe[part]) for part in ("dataset", "split") if recipe.get(part))
    for figure, value in list(card.get("figures", {}).items())[:SHOWN]:
        yield figure.partition("/")[0], f"{value:.4g}"
    if licence.get("weights") or licence.get("data"):
        yield "licence", f"weights {licence.get('weights') or 'not stated'}; data {licence.get('data') or 'not stated'}"
    if card.get("sha256"):
        yield "weights", f"SHA-256 {card['sha256'][:16]}..."


def takes_and_gives(version):
    """(signature, text) of each."""
    for name, signature in sorted(version.signatures.items()) if version else ():
        takes = ", ".join(f"{key} {spec.dtype.name}{shape(spec)}" for key, spec in signature.inputs.items())
        gives = ", ".join(f"{key} {spec.dtype.name}{shape(spec)}" for key, spec in signature.outputs.items())
        yield name, f"{takes} to {gives}"


def shape(spec):
    return "" if spec.shape.rank is None else "[" + ", ".join("n" if d is None else str(d) for d in spec.shape) + "]"
