"""How often each class is made."""

import numpy as np

from keras_gan.plots.canvas import GREEN, GREY, INK, figure, quiet


def class_histogram(labels, classes, reference=None, names=None):
    """Share of each class among samples, in per cent; a mark across each bar is the data's.

    labels: whole numbers [n] in [0, classes), such as `encoder.probabilities(images).argmax(1)`. reference: labels of
    the data, [m]; without them the mark is at 100 / classes. names: what to write below the bars, the numbers unless
    given. The title is the entropy, in nats, and its largest value log(classes): 2.30 for ten equal classes. Returns a
    Figure. Raises ValueError for no labels, or labels out of range.
    """
    share = _share(labels, classes)
    expected = np.full(classes, 1 / classes) if reference is None else _share(reference, classes)
    drawn = figure(max(4.8, 0.45 * classes), 3.4)
    axes = quiet(drawn.add_subplot())
    at = np.arange(classes)
    axes.bar(at, 100 * share, color=GREEN, width=0.75, label="samples")
    axes.hlines(
        100 * expected, at - 0.45, at + 0.45, color=INK, linewidth=2, label="data" if reference is not None else "equal"
    )
    axes.set_xticks(at, [str(name) for name in (range(classes) if names is None else names)])
    axes.set_xlim(-0.7, classes - 0.3)
    axes.set_ylabel("% of samples", color=INK)
    axes.set_xlabel("class", color=INK)
    present = share[share > 0]
    entropy = -(present * np.log(present)).sum() + 0.0  # no -0.00
    axes.set_title(f"entropy {entropy:.2f} of {np.log(classes):.2f} nats", loc="right", fontsize=9, color=GREY)
    drawn.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9, labelcolor=INK)
    return drawn


def _share(labels, classes):
    labels = np.asarray(labels)
    if not labels.size or labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"labels must be whole numbers from 0 to {classes - 1}, and some.")
    return np.bincount(labels.ravel(), minlength=classes) / labels.size
