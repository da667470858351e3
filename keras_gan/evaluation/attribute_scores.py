"""What samples show, against what the data show: figures for data sets whose pictures carry exact attributes.

A classifier reads the attributes off the samples, so its own errors, which its record states for each attribute, are
the error bar of every figure here.
"""

import numpy as np

from keras_gan.metrics.attributes import attribute_divergences, novelty


def score_attributes(book, samples, training):
    """Adds how often samples show what, against the data, to a Book: `attribute_kl`, the mean over attributes;
    `attribute_pair_kl`, over their pairs; `missing_values` and `missing_pairs`, numbers.

    samples, training: keras_gan.data.Attributes of the same values. The details say it of each attribute and pair, with
    the names of what is missing, and the shares of samples and data that show each value.
    """
    names, sizes = list(training.values), [len(values) for values in training.values.values()]
    singles, pairs = (attribute_divergences(samples.codes, training.codes, sizes, order) for order in (1, 2))
    settings = {"training": len(training.codes)}
    of_each = {
        name: {"kl": found.kl, "shares": shares(name, samples, training)}
        for name, found in zip(names, singles, strict=True)
    }
    of_pairs = {", ".join(names[column] for column in found.columns): found.kl for found in pairs}
    mean, of_all = np.mean([found.kl for found in singles]), np.mean([found.kl for found in pairs])
    book.add("attribute_kl", mean, detail=of_each, attributes=len(sizes), **settings)
    book.add("attribute_pair_kl", of_all, detail=of_pairs, pairs=len(pairs), **settings)
    for metric, found in (("missing_values", singles), ("missing_pairs", pairs)):
        missing = named(found, training.values)
        of = sum(int(np.prod([sizes[column] for column in one.columns])) for one in found)
        book.add(metric, sum(map(len, missing.values())), detail=missing, of=of, **settings)


def score_novelty(book, samples, training, held_out):
    """Adds `novelty`, the share of samples whose combination of attributes no training row has, and `real_novelty`,
    that of held-out data."""
    for metric, one in (("novelty", samples), ("real_novelty", held_out)):
        book.share(metric, novelty(one.codes, training.codes), len(one.codes), training=len(training.codes))


def shares(name, samples, data):
    """{value: [share of samples, share of data]} of one attribute."""
    values = data.values[name]
    parts = [np.bincount(one.column(name), minlength=len(values)) / len(one.codes) for one in (samples, data)]
    return dict(zip(values, np.transpose(parts).tolist(), strict=True))


def named(divergences, values):
    """{"hair": ["bald"]}, or {"hair, eyes": ["bald, wink"]} of pairs: what data show and no sample does."""
    attributes, found = list(values), {}
    for one in divergences:
        names = [attributes[column] for column in one.columns]
        rows = [
            ", ".join(values[name][code] for name, code in zip(names, codes, strict=True))
            for codes in one.missing.reshape(-1, len(names))
        ]
        if rows:
            found[", ".join(names)] = rows
    return found


def score_asked(book, seen, asked):
    """Adds `label_agreement`: how often a sample shows an attribute that it was asked for, over all of `asked`."""
    right = {name: seen.column(name) == asked.column(name) for name in asked.values}
    each = {name: float(np.mean(rows)) for name, rows in right.items()}
    n = sum(map(len, right.values()))
    book.share("label_agreement", np.mean(list(each.values())), n, detail=each, by="encoder", of=" ".join(each))


def by_attribute(scores):
    """[(attribute, its KL, the names of the values that no sample shows, its label agreement or None)] of Scores that
    have them; empty for others."""
    details = {score.protocol.metric: score.detail or {} for score in scores}
    missing, agreement = (details.get(metric, {}) for metric in ("missing_values", "label_agreement"))
    return [
        (name, found["kl"], missing.get(name, []), agreement.get(name))
        for name, found in details.get("attribute_kl", {}).items()
    ]


def shares_of(scores):
    """{attribute: {value: (share of samples, share of data)}} of Scores that have them, as plots.attribute_bars takes
    it; empty for others."""
    details = [score.detail for score in scores if score.protocol.metric == "attribute_kl"]
    return {name: found["shares"] for name, found in details[0].items()} if details else {}
