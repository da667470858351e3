"""What a critic tells: Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN", 1701.07875, figures 2 to 4, and Gulrajani
et al. 2017, "Improved Training of Wasserstein GANs", 1704.00028, figure 1b."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from matplotlib.ticker import MaxNLocator
from PIL import Image
from scipy.ndimage import median_filter

from keras_gan.plots.canvas import BLUE, COLD, GREY, INK, WARM, figure, quiet
from keras_gan.plots.curves import read_log

WINDOW = 101  # of the median filter: the paper's, in generator iterations
CHECKPOINTS = 4


def critic_estimate(*runs):
    """D's estimate of the distance between data and samples over a training, above samples at checkpoints: a column for
    each run folder that `keras-gan train` wrote.

    A critic's is -d_wasserstein, the Wasserstein distance up to its Lipschitz constant, which falls as samples become
    better (figure 3). That of a GAN's D is (log 4 - d_real_fake) / 2, a lower bound of the Jensen-Shannon divergence in
    nats, which saturates at log 2 while D tells all samples from data, whatever they look like (figure 4).

    Faint: the log's values, the mean of each epoch; dark: their running median. The paper's window is 101 iterations;
    here it is 101 epochs, or the odd number next to a fifth of them where there are fewer. Returns a Figure. Raises
    FileNotFoundError for a folder without a log, ValueError for one without either term.
    """
    if not runs:
        raise ValueError("critic_estimate needs at least one run folder.")
    drawn = figure(6.0 * len(runs), 4.8)
    cells = drawn.add_gridspec(2, CHECKPOINTS * len(runs), height_ratios=(3, 1.5))
    for column, run in enumerate(map(Path, runs)):
        first = column * CHECKPOINTS
        axes = quiet(drawn.add_subplot(cells[0, first : first + CHECKPOINTS]))
        epochs, values, label, limit = _estimate(run)
        axes.plot(epochs, values, color=BLUE, alpha=0.3, linewidth=1)
        median = median_filter(values, window_of(len(values)), mode="nearest")
        axes.plot(epochs, median, color=BLUE, linewidth=2, marker="" if len(values) > 1 else "o")
        if limit is not None:
            axes.axhline(limit, color=GREY, linewidth=1, linestyle=":")
            axes.text(1, limit, r"$\log 2$", color=GREY, ha="right", va="bottom", transform=axes.get_yaxis_transform())
        axes.set_ylim(bottom=min(0.0, values.min()))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("epoch", color=INK)
        axes.set_title(label, fontsize=10, color=INK, loc="left")
        pictures = sorted((run / "samples").glob("epoch_[0-9]*.png"))
        chosen = np.unique(np.linspace(0, len(pictures) - 1, CHECKPOINTS).round().astype(int)) if pictures else []
        for place, number in enumerate(chosen):
            below = drawn.add_subplot(cells[1, first + place])
            below.imshow(Image.open(pictures[number]).convert("RGB"))
            below.set_title(f"epoch {int(pictures[number].stem.split('_')[1])}", fontsize=8, color=GREY)
            below.set_axis_off()
    return drawn


def window_of(n):
    """The width of the median filter over n values: odd, 101 at most, about a fifth of short logs."""
    return min(WINDOW, 2 * (n // 10) + 1)


def _estimate(run):
    """(epochs, values, what they are, the limit of such values or None)."""
    log = read_log(run / "log.csv")
    if "d_wasserstein" in log:
        values, label, limit = -np.array(log["d_wasserstein"]), "Wasserstein estimate of the critic", None
    elif "d_real_fake" in log:
        values = (np.log(4) - np.array(log["d_real_fake"])) / 2
        label, limit = "Jensen-Shannon estimate of D, nats", np.log(2)
    else:
        raise ValueError(f"{run / 'log.csv'} has neither d_wasserstein nor d_real_fake: no estimate of a distance.")
    finite = np.isfinite(values)
    return np.array(log["epoch"])[finite] + 1, values[finite], f"{label}: {run.name}", limit


def critic_layers(models, real):
    """Histograms of the critics' weights, and how strong their slopes are layer by layer: clipping pushes weights to
    both ends of their range, and slopes then explode or vanish on their way from the score to the input; a gradient
    penalty does neither (figure 1b of Gulrajani et al.).

    models: {name: model of a game}, unconditional; real: a batch of data [n, ...]. The slope of a layer is the mean
    over the batch of the Euclidean norm of d f(x) / d h, h the layer's output. Returns a Figure.
    """
    drawn = figure(8.4, 1.2 + 1.5 * len(models))
    cells = drawn.add_gridspec(len(models), 2)
    slopes = quiet(drawn.add_subplot(cells[:, 1]))
    for row, ((name, model), colour) in enumerate(zip(models.items(), WARM[:1] + COLD + WARM[1:], strict=False)):
        weights = np.concatenate([np.ravel(w) for w in model.discriminator.trainable_weights])
        axes = quiet(drawn.add_subplot(cells[row, 0]))
        axes.hist(weights, bins=60, color=colour, weights=np.full(len(weights), 100 / len(weights)))
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_title(f"weights, {name}", fontsize=10, color=INK, loc="left")
        axes.set_ylabel("%", color=INK)
        values = layer_slopes(model.discriminator, real)
        slopes.plot(np.arange(len(values)) + 1, values, color=colour, marker="o", markersize=4, linewidth=2, label=name)
    slopes.set_yscale("log")
    slopes.xaxis.set_major_locator(MaxNLocator(integer=True))
    slopes.set_xlabel("layer, from the input", color=INK)
    slopes.set_title("norm of the slope of the score", fontsize=10, color=INK, loc="left")
    slopes.legend(frameon=False, fontsize=9, labelcolor=INK)
    return drawn


def layer_slopes(critic, x):
    """E ||d f(x) / d h||_2 for the output h of each layer with weights, in their order, float64 [layers].

    critic: a functional keras.Model with one input; x: [n, ...].
    """
    weighted = [layer for layer in critic.layers if layer.trainable_weights]
    inside = keras.Model(critic.inputs, [*(layer.output for layer in weighted), critic.outputs[0]])
    with tf.GradientTape() as tape:
        x = tf.convert_to_tensor(x, tf.float32)
        tape.watch(x)  # or nothing that follows would be recorded for a critic whose weights are fixed
        *hidden, score = inside(x, training=False)
        total = tf.reduce_sum(score)  # samples do not meet: the slope at one is that of its own score
    gradients = tape.gradient(total, hidden)
    return np.array([np.linalg.norm(np.reshape(g, (len(x), -1)).astype(float), axis=1).mean() for g in gradients])
