"""The look of every figure, and its way to a file."""

from pathlib import Path

from matplotlib.figure import Figure

from keras_gan.files.atomic import atomic_file

INK = "#333333"
GREY = "#8c8c8c"
# Okabe and Ito's colours, told apart by colour-blind readers too: cold ones for D's terms, warm ones for G's.
COLD = ("#0072b2", "#56b4e9", "#009e73", "#5b4a9b", "#7a7a7a")
WARM = ("#d55e00", "#e69f00", "#cc79a7", "#a0522d", "#b8a200")
GREEN = "#009e73"
BLUE = "#0072b2"


def figure(width, height):
    """An empty figure of width x height inches that belongs to no pyplot window."""
    return Figure(figsize=(width, height), layout="constrained")


def quiet(axes):
    """Leaves of the frame what is needed to read values: left and bottom line, small grey ticks."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(colors=GREY, labelcolor=INK, labelsize=9, length=3)
    return axes


def save(figure, path, dpi=120):
    """Writes a figure in the format of the suffix (.png, .svg, .pdf), aside first and then renamed.

    Raises ValueError for a suffix Matplotlib cannot write, OSError with one sentence for an unwritable place.
    """
    kind = Path(path).suffix.lower().lstrip(".")
    kinds = figure.canvas.get_supported_filetypes()
    if kind not in kinds:
        raise ValueError(f"{path} must end in one of {', '.join('.' + known for known in sorted(kinds))}.")
    with atomic_file(path) as aside:
        figure.savefig(aside, format=kind, dpi=dpi)
