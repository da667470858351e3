"""The start page: each model's card, and what one can play with: a grid of samples with a seed to choose, or a sheet
to draw on and the picture that becomes of it; and a line to copy. One document, so that no further request is needed.
"""

import json
from html import escape
from pathlib import Path
from string import Template

from export.server.page import tools

HERE = Path(__file__).parent
TEMPLATE = Template((HERE / "page.html").read_text())
STYLE = (HERE / "page.css").read_text()
SCRIPT = "\n".join((HERE / name).read_text() for name in ("send.js", "sampling.js", "drawing.js"))
SHOWN = 6  # figures


def html(models, base):
    """The page of Models as they are now; `base` is the server's address as the visitor wrote it."""
    sections, scripts = [], []
    for number, (name, model) in enumerate(sorted(models.models.items())):
        version = next(reversed(model.available().values()), None)
        kind, key = tools.kind_of(version), f"model{number}"
        sections.append(section(key, name, model, version, kind, base))
        scripts.append({"name": name, "id": key, "kind": kind, **tools.facts(version)})
    # A name must not be able to end the script.
    known = json.dumps(scripts).replace("<", "\\u003c")
    return TEMPLATE.substitute(style=STYLE, sections="\n".join(sections), models=known, script=SCRIPT)


def section(key, name, model, version, kind, base):
    """One model."""
    card = version.card if version else {}
    return f"""<section id="{key}">
<div>
{tools.tool(kind, version)}
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


def about(card, version):
    """One line."""
    if version is None:
        return "No version is available yet."
    if not card:
        return f"A SavedModel with the signatures {', '.join(sorted(version.signatures))}."
    shape, steps = " x ".join(map(str, card["output_shape"])), card["steps"]
    trained = f"{steps:,} step{'s' if steps != 1 else ''} of training"
    return f"{card['class']}, {card['parameters']:,} parameters, {shape}, {trained}."


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
