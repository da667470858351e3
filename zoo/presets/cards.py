"""Model cards: Markdown made from a variant's record and the metadata of its release."""

import json

from keras_gan.data.source import UNPAIRED
from keras_gan.evaluation.attribute_scores import by_attribute, shares_of
from keras_gan.evaluation.encoders import SHIPPED
from keras_gan.evaluation.figures import explained
from keras_gan.evaluation.protocol import Score
from keras_gan.files.atomic import atomic_file
from keras_gan.files.markdown import code, plain
from zoo.recipe import Variant


def write(record: Variant, metadata, folder):
    """folder/card.md."""
    text = card(record, metadata)
    with atomic_file(folder / "card.md") as aside:
        aside.write_text(text)


def card(record, metadata):
    """The card's text."""
    paper, players = record.paper, metadata["parameters"]
    scores = [Score.from_json(one) for one in metadata["scores"]]
    return "\n".join(
        [
            f"# {record.name}",
            "",
            record.description,
            "",
            f'{paper.authors} {paper.year}, "{paper.title}", {paper.link}.',
            "",
            *shown(record, metadata, scores),
            "",
            "## Figures",
            "",
            *(figures_of(record, scores) if scores else [without_figures(record)]),
            *(beside(record.name, metadata["beside"], scores) if "beside" in metadata else []),
            "",
            "## Training",
            "",
            f"- command: {code(metadata['command'])}",
            *(f"- resumed: {code(again['command'])} (commit {again['commit']})" for again in metadata["resumed"]),
            *([f"- started from the generator of {code(metadata['start_from'])}"] if "start_from" in metadata else []),
            f"- commit: {metadata['commit'] or 'not from a checkout'}; seed: {metadata['seed']}",
            f"- {metadata['steps']:,} steps of {metadata['batch_size']} images in {metadata['minutes']:.1f} minutes"
            f" on a machine of {metadata['cpus']} CPU cores, which other work shared",
            f"- parameters: generator {players['generator']:,}, discriminator {players['discriminator']:,}",
            *(
                ["- of the generator its average ships alone; a training goes on from it"]
                if record.average_alone
                else []
            ),
            *(f"- deviation from the paper: {deviation}" for deviation in record.deviations),
            "",
            "## Data",
            "",
            f"{plain(metadata['dataset'])}, split {code(metadata['split'])}. Origin: {plain(metadata['origin'])}. "
            f"Licence: {plain(metadata['licence'])}.",
            "",
        ]
    )


def without_figures(record):
    """Why there are none."""
    if UNPAIRED in record.dataset:
        return (
            "None: two sets without partners have no truth that translations could be compared with. What classifiers "
            "read off them is in [benchmarks/cyclegan.md](../../../benchmarks/cyclegan.md)."
        )
    return "None: the variant is not measured on these data by itself."


def shown(record, metadata, scores):
    """The lines on how to make images, and the pictures."""
    if record.translates:
        size = ", ".join(map(str, record.image_shape))
        made = f'images = zoo.load("{record.name}").translate(inputs)  # uint8 or floats in [-1, 1], [n, {size}]'
        targets = "" if UNPAIRED in record.dataset else ", targets"
        pictures = [f"![inputs, translations{targets}](samples.png)"]
        words = f"Below each other: inputs from all over the test split, what becomes of them{targets}."
    else:
        label = f", label={json.dumps(example(record, scores))}" if record.conditional else ""
        made = f'samples = zoo.load("{record.name}").sample(16, seed=0{label})'
        pictures = ["![samples of seeds 0 to 99](samples.png)"]
        words = "Random draws, not chosen: the seeds count up from 0."
        if record.image_shape is not None:
            pictures += ["", "![samples, and framed the nearest training image of each row's last](neighbours.png)"]
            by = metadata.get("neighbours", "pixels")
            distance = "L2" if by == "pixels" else f"L2 in {by}"
            words += f" Framed: the nearest training image ({distance}) of the sample on its left."
    return ["```python", "import zoo", "", made, "```", "", *pictures, "", words]


def example(record, scores):
    """A label to ask for: a class, or values of the first and the last attribute that a label says."""
    if not record.labels:
        return 7
    names = shares_of(scores)
    return {name: list(names[name])[-1] for name in (record.labels[0], record.labels[-1])}


def figures_of(record, scores):
    """The lines of the section on figures."""
    return [
        *table(scores),
        "",
        f"Of the weights in this folder; `keras-gan evaluate {record.name} --check` measures them again.",
        *floor(scores),
        *attributes(scores),
    ]


def table(scores):
    """The lines of the card's table, and how the figures were measured."""
    yield from ("| figure | value | +- | meaning |", "|---|---|---|---|")
    for score in scores:
        reach = "" if score.plus_minus is None else f"{score.plus_minus:.2g}"
        yield f"| `{score.name}` | {score.value:.6g} | {reach} | {explained(score)} |"
    for real, samples in dict.fromkeys((score.protocol.real, score.samples) for score in scores if score.protocol.real):
        yield from ("", f"Samples: {samples}. Real data: {real}.")
    levels = {score.protocol.quantisation for score in scores}
    if levels == {"uint8"}:
        yield "Images are rounded to the 256 levels of a PNG first."


def attributes(scores):
    """The lines on what samples show: how far each attribute is from the data's, and what never occurs."""
    rows = by_attribute(scores)
    if not rows:
        return
    asked = any(agreement is not None for *_, agreement in rows)
    yield from ("", "## What samples show", "", "![share of each value, samples and data](attributes.png)", "")
    yield "| attribute | KL, nats | never shown |" + (" as asked for |" if asked else "")
    yield "|---|---|---|" + ("---|" if asked else "")
    for name, kl, missing, agreement in rows:
        never = ", ".join(map(plain, missing)) or "-"
        seen = f" {agreement:.2%} |" if agreement is not None else " - |" if asked else ""
        yield f"| {name.replace('_', ' ')} | {kl:.4f} | {never} |{seen}"


def beside(name, other, scores):
    """The lines on another run on the same data: both curves, and its figures."""
    images = other["steps"] * other["batch_size"]
    yield from ("", f"## Beside {other['name']}", "", f"![kernel distance of {name} and {other['name']}](curves.png)")
    yield from ("", "Kernel distance of the 64 pictures that each run wrote as it trained, over the real images seen.")
    yield f"{other['name']}: {code(other['command'])}, seed {other['seed']}, {images:,} real images seen."
    yield from ("", f"| figure | {name} | {other['name']} |", "|---|---|---|")
    for score in scores:
        if score.name in other["figures"]:
            yield f"| {score.name} | {score.value:.6g} | {other['figures'][score.name]:.6g} |"


def floor(scores):
    """What real training images score by the same protocols, where that is known: no generator need be better."""
    for score in (score for score in scores if score.protocol.metric in ("fid", "attribute_kl")):
        for real in real_scores():
            if not score.protocol.difference(real.protocol):
                yield f"Real training images have a `{real.name}` of {real.value:.3g} +- {real.plus_minus:.2g}."


def real_scores(dataset=None):
    """The shipped outputs of `keras-gan evaluate --floor DATASET --json`: of one data set, or of all."""
    files = sorted(SHIPPED.glob(f"{dataset or '*'}_floor.json"))
    return [Score.from_json(one) for file in files for one in json.loads(file.read_text())["scores"]]


def figures(path):
    """{name: number} of a card: what its table says."""
    rows = [line.split("|") for line in path.read_text().splitlines() if line.startswith("| `")]
    return {row[1].strip(" `"): float(row[2]) for row in rows}


def metadata(record):
    """The metadata of a pretrained variant."""
    return json.loads((record.folder / "metadata.json").read_text())
