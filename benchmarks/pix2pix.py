"""The ablations of Isola et al. 2017 on drawn faces: `python -m benchmarks.pix2pix --markdown benchmarks/pix2pix.md`.

Section 4's tables: L1 and the adversary, alone and together, D with and without the input (table 1); the U-Net and the
encoder-decoder (table 2); patches of D (table 3). Every trial sees the same pairs in the same order; what is made of
the test inputs is held against the truth. A trial that is measured is kept in RUNS/TRIAL.json and not trained again.
"""

import keras
import numpy as np
from rich.console import Console

from benchmarks.kept import kept
from benchmarks.trainings import asked, told
from benchmarks.zoo import line, publish
from keras_gan import data, plots
from keras_gan.evaluation.image_scores import Book
from keras_gan.evaluation.measure import measure_model
from keras_gan.evaluation.protocol import Protocol
from keras_gan.evaluation.segmenter import score_labels
from keras_gan.evaluation.translation_scores import score_translations
from keras_gan.files.images import write_png
from zoo.papers import pix2pix
from zoo.runs.training import precision

DATASET = "faces.labels"
BATCH = 16
SHOWN = 8
L1, BOTH = {"adversarial_weight": 0.0}, {}
TRIALS = {  # name: (options of zoo.papers.pix2pix.game, table, what it is)
    "l1": (L1, 1, "L1"),
    "cgan": ({"l1_weight": 0.0}, 1, "cGAN"),
    "gan_l1": ({"conditional": False}, 1, "L1 + GAN"),
    "cgan_l1": (BOTH, 1, "L1 + cGAN"),
    "decoder_l1": ({"skips": False, **L1}, 2, "encoder-decoder, L1"),
    "decoder_cgan_l1": ({"skips": False}, 2, "encoder-decoder, L1 + cGAN"),
    "patch_1": ({"receptive_field": 1}, 3, "L1 + cGAN, patches of 1 x 1"),
    "patch_7": ({"receptive_field": 7}, 3, "L1 + cGAN, patches of 7 x 7"),
    "patch_34": ({"receptive_field": 34}, 3, "L1 + cGAN, patches of 34 x 34"),
    "patch_image": ({"receptive_field": "image"}, 3, "L1 + cGAN, one patch of 70 x 70, more than the image"),
}
TABLES = {  # number: (heading, trials in their order)
    1: ("Losses (U-Net, patches of 16 x 16)", ("l1", "cgan", "gan_l1", "cgan_l1")),
    2: ("Encoder-decoder and U-Net", ("decoder_l1", "decoder_cgan_l1", "l1", "cgan_l1")),
    3: ("What D sees at once (U-Net, L1 + cGAN)", ("patch_1", "patch_7", "cgan_l1", "patch_34", "patch_image")),
}
NAMED = {  # trials of the first table, as the others name them
    2: {"l1": "U-Net, L1", "cgan_l1": "U-Net, L1 + cGAN"},
    3: {"cgan_l1": "L1 + cGAN, patches of 16 x 16"},
}
COLUMNS = {
    "pixel_accuracy": ".3f", "class_accuracy": ".3f", "class_iou": ".3f", "l1": ".4f", "ssim": ".3f",
    "lightness_intersection": ".3f", "a_intersection": ".3f", "b_intersection": ".3f", "fid": ".0f",
}  # fmt: skip
TRUTH = "ground truth"
HEAD = """# The ablations of pix2pix, on drawn faces

`{command}`:
on {cpus} CPU cores, which other work shared. Label maps to faces of 64 x 64 pixels; {images:,} pairs seen in batches of
{batch}, seed {seed}, computed in {policy}; the rest as `pix2pix.faces_labels`. Measured on the 2,000 test faces:
per-pixel accuracy, per-class accuracy and class IOU of what `facefcn` reads off the pictures (the paper's FCN scores,
tables 1 to 3), L1, SSIM, how far the histograms of CIELAB agree (figure 7), FID of facecnn. Pictures: `{picture}`.
"""


def trained(trial, images, seed, policy):
    """The Pix2Pix of a trial."""
    keras.utils.set_random_seed(seed)
    with precision(policy):
        model = pix2pix.of_labels(seed=seed, **TRIALS[trial][0])
    steps = images // BATCH
    model.compile(*pix2pix.falling_adam(steps))
    pairs = data.load(DATASET, image_shape=pix2pix.SHAPE, batch_size=BATCH, seed=seed, jitter=6, flip=True)
    model.fit(pairs, steps_per_epoch=steps, epochs=1, verbose=2)
    return model


def test_pairs():
    return data.read(DATASET, image_shape=pix2pix.SHAPE, split="test")


def figures(trial, images, seed, policy, runs):
    """What kept() gives of a trial; its pictures of the first test inputs are in RUNS/TRIAL.npy."""

    def measured():
        model = trained(trial, images, seed, policy)
        np.save(runs / f"{trial}.npy", model.translate(test_pairs().inputs[:SHOWN]))
        return {score.protocol.metric: score.value for score in measure_model(model, DATASET)}

    settings = {
        "trial": trial, "images": images, "seed": seed, "batch": BATCH, "precision": policy, "options": TRIALS[trial][0]
    }  # fmt: skip
    return kept(runs / f"{trial}.json", settings, measured)


def truth():
    """{metric: value} of the test faces themselves, by what facefcn reads off them."""
    pairs = test_pairs()
    book = Book(Protocol("", len(pairs.values), len(pairs.values), DATASET), "")
    score_translations(book, pairs.values, pairs.values)
    score_labels(book, pairs.values, pairs.inputs)
    return {score.protocol.metric: score.value for score in book.scores}


def row(name, found):
    """The table's line of {metric: value}; what was not measured stays empty."""
    return line([name, *(format(found[metric], form) if metric in found else "" for metric, form in COLUMNS.items())])


def tables(found, real):
    """The lines of all tables whose trials are there."""
    for number, (heading, names) in TABLES.items():
        there = [name for name in names if name in found]
        if there:
            yield f"\n## {heading}\n"
            yield line(["", *(metric.replace("_intersection", "").replace("_", " ") for metric in COLUMNS)])
            yield f"|---|{'---:|' * len(COLUMNS)}"
            for name in there:
                yield row(NAMED.get(number, {}).get(name, TRIALS[name][2]), found[name]["figures"])
            yield row(TRUTH, real)


def main(arguments=None):
    options = asked("pix2pix", __doc__.splitlines()[0], TRIALS, 40_000, "pairs that each trial sees", arguments)
    console, found = Console(stderr=True), {}
    for trial in options.trials:
        found[trial] = figures(trial, options.images, options.seed, options.precision, options.runs)
        console.print(row(TRIALS[trial][2], found[trial]["figures"]))
    picture = (options.markdown or options.runs / "pix2pix").with_suffix(".png")
    pairs = test_pairs()
    made = [np.load(options.runs / f"{trial}.npy") for trial in found]
    write_png(picture, plots.translation_grid(pairs.inputs[:SHOWN], *made, pairs.values[:SHOWN]))
    head = HEAD.format(**told("pix2pix", options), batch=BATCH, picture=picture.name)
    rows = f"Its rows: the label map; {'; '.join(TRIALS[trial][2] for trial in found)}; the truth."
    publish("\n".join([head + rows, *tables(found, truth())]) + "\n", options.markdown)


if __name__ == "__main__":
    main()
