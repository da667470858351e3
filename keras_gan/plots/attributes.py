"""What samples show, beside what the data show: a bar chart for each attribute."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from keras_gan.plots.canvas import GREEN, GREY, INK, WARM, figure, quiet

COLUMNS = 2
BAR = 0.22  # inches for a value


def attribute_bars(shares):
    """Share of each value among samples, in per cent, with a mark across each bar for the data's; a panel for each
    attribute. Values that no sample shows, though the data do, are named in another colour.

    shares: {attribute: {value: (share of samples, share of data)}}, as the reports of
    keras_gan.evaluation.attribute_scores have them. A value that is a colour, "#e15c66", is drawn in it. Returns a
    Figure. Raises ValueError for no attributes.
    """
    if not shares:
        raise ValueError("There are no attributes to draw.")
    rows = -(-len(shares) // COLUMNS)
    sizes = [len(values) for values in shares.values()]
    most = [max(sizes[row * COLUMNS : (row + 1) * COLUMNS]) for row in range(rows)]
    drawn = figure(4.4 * COLUMNS, sum(most) * BAR + 0.7 * rows)
    panels = drawn.subplots(rows, COLUMNS, squeeze=False, height_ratios=most).ravel()
    for axes, (name, values) in zip(panels, shares.items(), strict=False):
        panel(quiet(axes), name, values)
    for axes in panels[len(shares) :]:
        axes.set_axis_off()
    drawn.legend(
        *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False, fontsize=9,
        labelcolor=INK,
    )  # fmt: skip
    return drawn


def panel(axes, name, values):
    at = np.arange(len(values))
    samples, data = 100 * np.array(list(values.values())).T
    colours = [value if value.startswith("#") else GREEN for value in values]
    axes.barh(at, samples, color=colours, edgecolor=GREY, linewidth=0.4, height=0.7, label="samples")
    axes.vlines(data, at - 0.42, at + 0.42, color=INK, linewidth=2, label="data")
    axes.set_yticks(at, list(values), fontsize=8)
    axes.invert_yaxis()
    for text, sample, real in zip(axes.get_yticklabels(), samples, data, strict=True):
        text.set_color(WARM[0] if real and not sample else INK)
    axes.set_title(name.replace("_", " "), loc="left", fontsize=10, color=INK)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} %")
