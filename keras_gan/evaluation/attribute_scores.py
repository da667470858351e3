"""What samples show, against what the data show: figures for data sets whose pictures carry exact attributes.

A classifier reads the attributes off the samples, so its own errors, which its record states for each attribute, are
the error bar of every figure here.
"""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics.attributes import attribute_divergences, novelty


class AttributeReport(NamedTuple):
    """One attribute: KL(samples || data) in nats, the names of the values that no sample shows, and the shares of
    samples and of data that show each value, {value: (samples, data)}."""

    name: str
    kl: float
    missing: tuple[str, ...]
    shares: dict[str, tuple[float, float]]


def attribute_reports(samples, data):
    """An AttributeReport for each attribute of `samples` and `data`, two keras_gan.data.Attributes."""
    sizes = [len(names) for names in data.values.values()]
    reports = []
    for found, (name, names) in zip(
        attribute_divergences(samples.codes, data.codes, sizes), data.values.items(), strict=True
    ):
        fake, real = (np.bincount(one.column(name), minlength=len(names)) / len(one.codes) for one in (samples, data))
        shares = {value: (float(p), float(q)) for value, p, q in zip(names, fake, real, strict=True)}
        reports.append(AttributeReport(name, found.kl, tuple(names[code] for code in found.missing), shares))
    return reports


def score_attributes(book, samples, training, held_out):
    """Adds the figures of samples to a Book: `attribute_kl`, the mean over attributes; `attribute_pair_kl`, over their
    pairs; `missing_values`, a number; `novelty`, and `real_novelty`, that of held-out data."""
    sizes = [len(names) for names in training.values.values()]
    singles, pairs = (attribute_divergences(samples.codes, training.codes, sizes, order) for order in (1, 2))
    settings = {"training": len(training.codes)}
    book.add("attribute_kl", np.mean([found.kl for found in singles]), attributes=len(sizes), **settings)
    book.add("attribute_pair_kl", np.mean([found.kl for found in pairs]), pairs=len(pairs), **settings)
    book.add("missing_values", sum(len(found.missing) for found in singles), of=sum(sizes), **settings)
    book.share("novelty", novelty(samples.codes, training.codes), len(samples.codes), **settings)
    real = novelty(held_out.codes, training.codes)
    book.share("real_novelty", real, len(held_out.codes), **settings)


def score_asked(book, seen, asked):
    """Adds `label_agreement`: how often a sample shows an attribute that it was asked for, over all of `asked`."""
    right = [seen.column(name) == asked.column(name) for name in asked.values]
    book.share("label_agreement", np.mean(right), np.size(right), by="encoder", of=" ".join(asked.values))
