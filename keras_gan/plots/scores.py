"""Scores beside losses, and scores of many runs.

Histograms of a score over the runs of a grid of settings: Zhao, Mathieu and LeCun 2016, "Energy-based Generative
Adversarial Network", arXiv:1609.03126, figures 2 to 4.
"""

import math

import numpy as np
from matplotlib.ticker import MaxNLocator

from keras_gan.plots.canvas import BLUE, COLD, INK, WARM, figure, quiet
from keras_gan.plots.curves import smooth


def learning_curves(records, scores, horizontal="step"):
    """Losses above, and below them a panel for each score, over one axis.

    records: one dict for each measurement, as `keras_gan.doctor.read_records` gives; a value that is missing, None or
    not finite is left out. Losses are the names `d_...` (cold colours) and `g_...` (warm ones); scores: the names to
    draw, those that no record has left out. horizontal: the name that counts. Returns a Figure. Raises ValueError
    where no record holds a loss or a score.
    """
    found = {name for record in records for name in record}
    losses = sorted(name for name in found if name.startswith(("d_", "g_")))
    scores = [name for name in scores if name in found]
    if not losses and not scores:
        raise ValueError("The records hold neither losses (d_..., g_...) nor any of the scores to draw.")
    counts = np.array([record[horizontal] for record in records], float)
    drawn = figure(7.5, 2.6 * bool(losses) + 1.5 * len(scores))
    heights = [2.2] * bool(losses) + [1.3] * len(scores)
    panels = list(drawn.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0])
    palettes = {"d": iter(COLD * len(losses)), "g": iter(WARM * len(losses))}
    for axes, names in zip(panels, [losses] * bool(losses) + [[name] for name in scores], strict=True):
        quiet(axes).grid(axis="y", color="#ececec", linewidth=0.8)
        axes.set_axisbelow(True)
        for name in names:
            values = np.array([_number(record.get(name)) for record in records])
            colour = next(palettes[name[0]]) if names is losses else INK
            axes.plot(counts, values, color=colour, alpha=0.3, linewidth=1)
            axes.plot(
                counts, smooth(values), color=colour, linewidth=2, label=name, marker="" if len(values) > 1 else "o"
            )
        axes.set_ylabel("loss" if names is losses else names[0].replace("_", " "), color=INK, fontsize=9)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        if names is losses:
            axes.legend(frameon=False, fontsize=9, labelcolor=INK, loc="center left", bbox_to_anchor=(1.0, 0.5))
    panels[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[-1].set_xlabel(horizontal, color=INK)
    drawn.align_ylabels()
    return drawn


def score_curves(curves, horizontal, vertical):
    """Several runs' scores against what they have in common. curves: {name: [(x, y), ...]}. The vertical axis is
    logarithmic where all scores are positive. Returns a Figure."""
    drawn = figure(7.5, 3.2)
    axes = quiet(drawn.add_subplot())
    for (name, points), colour in zip(curves.items(), (WARM[0], BLUE, *COLD[2:], *WARM[1:]), strict=False):
        axes.plot(*zip(*points, strict=True), color=colour, linewidth=2, marker="o", markersize=3, label=name)
    if all(y > 0 for points in curves.values() for _, y in points):
        axes.set_yscale("log")
    axes.grid(axis="y", color="#ececec", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel(horizontal, color=INK)
    axes.set_ylabel(vertical, color=INK)
    axes.legend(frameon=False, fontsize=9, labelcolor=INK)
    return drawn


def score_histograms(panels, bins=20, label="score"):
    """How many runs, in per cent, reach which score: a panel for each setting, its groups side by side in it.

    panels: {title: {group: scores of its runs, [n]}}; or {group: scores} for one panel without a title. All panels
    share bins and axes, so that they can be compared; per cent, because groups may differ in size. A run whose score is
    not finite has failed: it is in the percentage, but in no bin, and counted in the legend. Returns a Figure. Raises
    ValueError for no finite score, or a group without runs.
    """
    if not all(isinstance(groups, dict) for groups in panels.values()):
        panels = {"": panels}
    names = list(dict.fromkeys(group for groups in panels.values() for group in groups))
    every = [np.asarray(scores, float) for groups in panels.values() for scores in groups.values()]
    if not every or not all(scores.size for scores in every) or not np.isfinite(np.concatenate(every)).any():
        raise ValueError("score_histograms needs at least one run in each group, and one with a finite score.")
    known = np.concatenate(every)
    edges = np.histogram_bin_edges(known[np.isfinite(known)], bins)
    colours = dict(zip(names, (WARM[0], BLUE, *COLD[2:], *WARM[2:]), strict=False))
    columns = min(math.ceil(math.sqrt(len(panels))), 3)
    rows = math.ceil(len(panels) / columns)
    drawn = figure(1.2 + 3.0 * columns + 2.4 * (columns == 1), 0.8 + 2.1 * rows)
    grid = drawn.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, (title, groups) in zip(grid, panels.items(), strict=False):
        quiet(axes).set_title(title, fontsize=9, color=INK)
        for place, (group, scores) in enumerate(groups.items()):
            height = 100 * np.histogram(scores, edges)[0] / len(scores)
            width = np.diff(edges) * 0.9 / len(groups)
            left = edges[:-1] + np.diff(edges) * 0.05 + place * width
            axes.bar(left, height, width, align="edge", color=colours[group], label=_legend(group, scores))
        if any(not np.isfinite(scores).all() for scores in groups.values()) or len(groups) > 1 and len(panels) == 1:
            axes.legend(frameon=False, fontsize=8, labelcolor=INK)
    for axes in grid[len(panels) :]:
        axes.set_visible(False)
    for axes in grid[max(0, len(panels) - columns) : len(panels)]:
        axes.tick_params(labelbottom=True)  # the lowest of its column
    if len(panels) > 1:
        handles = [axes.bar(0, 0, color=colours[name], label=name) for name in names]
        drawn.legend(handles, names, loc="outside upper center", ncols=len(names), frameon=False, labelcolor=INK)
    drawn.supxlabel(label, fontsize=10, color=INK)
    drawn.supylabel("% of runs", fontsize=10, color=INK)
    return drawn


def _legend(group, scores):
    failed = int((~np.isfinite(np.asarray(scores, float))).sum())
    return f"{group} ({failed} failed)" if failed else group


def _number(value):
    return float("nan") if value is None else float(value)
