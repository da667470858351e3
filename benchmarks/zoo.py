"""All MNIST variants of the zoo on equal footing: `python -m benchmarks.zoo --markdown benchmarks/zoo.md`.

Figures are those of the records in zoo/pretrained, or with `--measure` those of `keras-gan evaluate`'s functions, all
by one protocol: that of the shipped scores of real digits. Whatever has no weights, or a record by another protocol, is
named below the table with the reason. How fast a variant samples is measured here.
"""

import argparse
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

import zoo
from keras_gan.evaluation.measure import measure_model
from keras_gan.evaluation.protocol import Score
from keras_gan.files.atomic import atomic_file
from keras_gan.sampling.labels import to_show
from zoo.presets import cards
from zoo.registry import variants
from zoo.tools.make_weights import NOT_SHIPPED, failure_file

DATASET = "mnist"
COLUMNS = {  # metric: heading, format
    "fid": ("FID", ".3g"),
    "kid": ("KID", ".3f"),
    "precision": ("precision", ".3f"),
    "recall": ("recall", ".3f"),
    "parzen": ("Parzen, nats", ".1f"),
    "modified_inception_score": ("I', nats", ".2f"),
    "class_entropy": ("class entropy", ".3f"),
    "label_agreement": ("label agreement", ".3f"),
}
READ = "Figures are those of the records in `zoo/pretrained`, which `keras-gan evaluate NAME --check` measures again."
MEASURED = "Figures were measured anew, by the functions of `keras-gan evaluate`."
HEAD = """# The zoo's MNIST variants

`{command}`. {origin}

Samples: {samples}, rounded to the 256 levels of a PNG. Real data: {n_real:,} images of {real}. Features and classes:
`{encoder}`. FID (+-: {fid}) and KID (+-: {kid}): 0 is best. Precision and recall: k = 3. Parzen: the log-likelihood of
2014. I': EBGAN's modified inception score, +- over ten splits. Class entropy: nats, 2.303 for ten equally frequent
digits. Label agreement: share of samples with the digit asked for. The +- of the others is a standard error. Minutes:
of the training, on {cpus} cores that other work shared. Images/s: {images:,} at once, median of {repeats} repeats
(slowest to fastest) on {cores} cores, load average {load:.1f} before.
"""


@dataclass(frozen=True)
class Row:
    """A variant's scores by metric, [images/s of each repeat], and the metadata of its release."""

    name: str
    scores: dict
    rates: tuple
    metadata: dict


def row_of(name, measure, images, repeats):
    """The Row of a variant. Raises ValueError where it has no weights, or figures of another protocol than the table's.

    measure: whether the figures are measured anew instead of read.
    """
    record, real = variants()[name], {score.protocol.metric: score for score in cards.real_scores("mnist")}
    if not record.pretrained:
        why = sorted(NOT_SHIPPED.intersection(record.tags))
        raise ValueError(f"not shipped ({', '.join(why)})" if why else "not trained yet")
    model, metadata = zoo.load(name), cards.metadata(record)
    found = measure_model(model, DATASET) if measure else [Score.from_json(one) for one in metadata["scores"]]
    scores = {score.protocol.metric: score for score in found}
    if "fid" not in scores:
        raise ValueError("its record has no FID")
    for metric in scores.keys() & real.keys():
        scores[metric].minus(real[metric])
    return Row(name, scores, sampling_rates(model, images, repeats), metadata)


def sampling_rates(model, images, repeats):
    """Images/s of `model.sample(images)`, after a first call that compiles."""
    labels, rates = to_show(model, images), []
    for _ in range(1 + repeats):
        started = time.perf_counter()
        model.sample(images, label=labels)
        rates.append(images / (time.perf_counter() - started))
    return tuple(rates[1:])


def line(cells):
    return f"| {' | '.join(cells)} |"


def table(rows):
    """The Markdown lines, best FID first, with real digits among them."""
    headings = [heading for heading, _ in COLUMNS.values()]
    yield line(["variant", *headings, "parameters G", "parameters D", "minutes", "images/s"])
    yield f"|---|{'---:|' * (len(COLUMNS) + 4)}"
    real = {score.protocol.metric: score for score in cards.real_scores("mnist")}
    lines = [(real["fid"].value, line(["real training digits", *cells(real), "", "", "", ""]))]
    for row in rows:
        players, rates = row.metadata["parameters"], row.rates
        speed = f"{statistics.median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})"
        facts = [f"{players['generator']:,}", f"{players['discriminator']:,}", f"{row.metadata['minutes']:.0f}", speed]
        lines.append((row.scores["fid"].value, line([f"`{row.name}`", *cells(row.scores), *facts])))
    yield from (text for _, text in sorted(lines))


def cells(scores):
    """A cell for each column: value and +-; empty where the metric does not apply."""
    for metric, (_, digits) in COLUMNS.items():
        score = scores.get(metric)
        reach = "" if score is None or score.plus_minus is None else f" +- {score.plus_minus:.2g}"
        yield "" if score is None else f"{score.value:{digits}}{reach}"


def reason(name, error, runs):
    """Why a variant is not in the table: what make_weights left of its failed training, else the error's words."""
    failure = failure_file(runs / name)
    return f"its training failed: {failure.read_text().strip()}" if failure.is_file() else str(error).rstrip(".")


def report(rows, absent, measure, images, repeats, load, command):
    """The whole Markdown text. absent: {name: reason}."""
    text = ""
    if rows:
        fid, kid = (rows[0].scores[metric] for metric in ("fid", "kid"))
        text = HEAD.format(
            command=command, origin=MEASURED if measure else READ, samples=fid.samples, n_real=fid.protocol.n_real,
            real=fid.protocol.real, encoder=fid.protocol.encoder, fid=fid.interval, kid=kid.interval,
            cpus=" or ".join(map(str, sorted({row.metadata["cpus"] for row in rows}))), images=images,
            repeats=repeats, cores=os.cpu_count(), load=load,
        )  # fmt: skip
        text += "\n" + "\n".join(table(rows)) + "\n"
    if absent:
        text += "\nNot in the table:\n\n" + "".join(f"- `{name}`: {why}.\n" for name, why in absent.items())
    return text


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.zoo", description=__doc__.splitlines()[0])
    parser.add_argument("--measure", action="store_true", help="measure the figures anew instead of reading records")
    parser.add_argument("--images", type=int, default=1000, help="so many are sampled at once for the speed")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where make_weights left reasons of failures")
    parser.add_argument("--markdown", type=Path, help="also write the table here")
    given = sys.argv[1:] if arguments is None else arguments
    options = parser.parse_args(given)
    console, load, rows, absent = Console(stderr=True), os.getloadavg()[0], [], {}
    for name in zoo.list_models(dataset=DATASET):
        console.print(name)
        try:
            rows.append(row_of(name, options.measure, options.images, options.repeats))
        except (ValueError, FileNotFoundError) as error:
            absent[name] = reason(name, error, options.runs)
    command = " ".join(["python -m benchmarks.zoo", *given])
    text = report(rows, absent, options.measure, options.images, options.repeats, load, command)
    publish(text, options.markdown)


def publish(text, path):
    """The text to the terminal, and into the file `path` unless it is None."""
    print(text)
    if path:
        with atomic_file(path) as aside:
            aside.write_text(text)


if __name__ == "__main__":
    main()
