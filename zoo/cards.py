"""Model cards: Markdown made from a variant's record and the metadata of its release."""

import json

from keras_gan.files import written_aside
from zoo.variant import Variant

MEANINGS = {
    "parzen_log_likelihood": "Parzen-window log-likelihood of the 10,000 MNIST test images, nats",
    "parzen_standard_error": "its standard error over the test images, nats",
    "parzen_sigma": "the window's width, chosen on 1,000 validation images",
    "classes_covered": "classes among 1,000 samples, each labelled as its nearest training image",
    "class_entropy": "entropy of that class histogram, nats (uniform over ten: 2.303)",
    "label_agreement": "share of 1,000 samples whose nearest training image has the label asked for",
    "mean": "mean of 100,000 samples",
    "standard_deviation": "standard deviation of 100,000 samples",
    "data_mean": "mean of the data",
    "data_standard_deviation": "standard deviation of the data",
    "discriminator_deviation": "mean of |D(x) - 1/2| over the data",
}


def write(record: Variant, metadata, folder):
    """folder/card.md."""
    with written_aside(folder / "card.md") as aside:
        aside.write_text(card(record, metadata))


def card(record, metadata):
    """The card's text."""
    paper, players = record.paper, metadata["parameters"]
    rows = [f"| `{name}` | {value:.6g} | {MEANINGS[name]} |" for name, value in metadata["figures"].items()]
    neighbours = record.image_shape is not None
    label = ", label=7" if record.conditional else ""
    return "\n".join(
        [
            f"# {record.name}",
            "",
            record.description,
            "",
            f'{paper.authors} {paper.year}, "{paper.title}", [arXiv:{paper.arxiv}](https://arxiv.org/abs/{paper.arxiv}).',
            "",
            "```python",
            "import zoo",
            f'samples = zoo.load("{record.name}").sample(16, seed=0{label})',
            "```",
            "",
            "![samples of seeds 0 to 99](samples.png)",
            "",
            *(
                ["![samples, and framed the nearest training image of each row's last](neighbours.png)", ""]
                if neighbours
                else []
            ),
            "Random draws, not chosen: the seeds count up from 0."
            + (" Framed: the nearest training image (L2) of the sample on its left." if neighbours else ""),
            "",
            "## Figures",
            "",
            "Of the weights in this folder.",
            "",
            "| figure | value | meaning |",
            "|---|---|---|",
            *rows,
            "",
            "## Training",
            "",
            f"- command: `{metadata['command']}`",
            *(f"- resumed: `{again['command']}` (commit {again['commit']})" for again in metadata["resumed"]),
            f"- commit: {metadata['commit'] or 'not from a checkout'}; seed: {metadata['seed']}",
            f"- {metadata['steps']:,} steps of {metadata['batch_size']} images in {metadata['minutes']:.1f} minutes"
            f" on a machine of {metadata['cpus']} CPU cores, which other work shared",
            f"- parameters: generator {players['generator']:,}, discriminator {players['discriminator']:,}",
            *(f"- deviation from the paper: {deviation}" for deviation in record.deviations),
            "",
            "## Data",
            "",
            f"{metadata['dataset']}, split `{metadata['split']}`. Origin: {metadata['origin']}. "
            f"Licence: {metadata['licence']}.",
            "",
        ]
    )


def figures(path):
    """{name: number} of a card: what its table says."""
    rows = [line.split("|") for line in path.read_text().splitlines() if line.startswith("| `")]
    return {row[1].strip(" `"): float(row[2]) for row in rows}


def metadata(record):
    """The metadata of a pretrained variant."""
    return json.loads((record.folder / "metadata.json").read_text())
