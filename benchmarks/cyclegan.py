"""The ablations of Zhu et al. 2017 on drawn faces: `python -m benchmarks.cyclegan --markdown benchmarks/cyclegan.md`.

Section 5.1.4's table: the cycle alone, the GAN alone, and both, between faces and pixel art without partners. There is
no pixel-wise truth, but both styles say what they show, and classifiers read it off the translations: whether a face
with glasses still has some, and whether its hair has the colour that its colour becomes. What becomes of a colour is
the model's choice; that different ones stay different is not. A trial that is measured is kept and not trained again.
"""

import keras
import numpy as np
from rich.console import Console
from scipy.optimize import linear_sum_assignment

import zoo
from benchmarks.kept import kept
from benchmarks.trainings import asked, told
from benchmarks.zoo import line, publish
from keras_gan import data, plots
from keras_gan.evaluation.encoders import Encoder, encoder
from keras_gan.files.images import write_png
from zoo.papers import cyclegan
from zoo.papers.cyclegan import glasses
from zoo.registry import variant
from zoo.runs.training import precision
from zoo.tools import face_encoder

SHIPPED = "cyclegan.faces_pixel"
A, B = "faces/personas", "faces/pixel-art"
BATCH = 8
EPOCHS = 3  # of the classifier of pixel art
SHOWN = 8
TRIALS = {  # name: (options of zoo.papers.cyclegan.game, what it is)
    "cycle": ({"adversarial_weight": 0.0}, "cycle and identity alone"),
    "gan": ({"cycle_weight": 0.0}, "GAN alone"),
    "both": ({}, "GAN + cycle"),
}
COLUMNS = {
    "glasses_b": ".3f", "hair_b": ".3f", "colours_b": ".0f", "glasses_a": ".3f", "hair_a": ".3f", "colours_a": ".0f",
    "cycle_a": ".4f", "cycle_b": ".4f",
}  # fmt: skip
HEADINGS = (
    "glasses kept, to pixel art", "hair colour kept", "hair colours", "glasses kept, to faces", "hair colour kept",
    "hair colours", "L1 there and back, faces", "pixel art",
)  # fmt: skip
HEAD = """# The ablations of CycleGAN, on drawn faces

`{command}`: on {cpus} CPU cores, which other work shared.
`faces/personas` and `faces/pixel-art`, 64 x 64 pixels, {images:,} images of each seen in batches of {batch}, seed
{seed}, computed in {policy}; the rest as `cyclegan.faces_pixel`, whose card says how it was trained: longer, and on
rows of pixel art of which as many have glasses as of the faces. Measured on the 2,000 test faces of either style: the
share of which a classifier of the other style says the same after translation. Hair colours have no common names:
each colour stands for the one that it most often becomes, no two for the same (the assignment is chosen on 4,000
training faces), and "hair colours" counts how many are seen in more than 1 % of the translations. The classifiers'
own accuracy on real test faces: glasses {glasses_a:.3f} and hair {hair_a:.3f} (`facecnn`), glasses {glasses_b:.3f}
and hair {hair_b:.3f} (of pixel art, trained for this). Pictures: `{picture}`, rows: faces, {rows}, and the same from
pixel art. Of the test faces {bare_a:.1%}, and of pixel art {bare_b:.1%}, have no glasses: so much is kept by a model
that never draws any. The last row is a bound for translations that look like the other style in all respects: where
it has fewer glasses, some have to go, and its hair has other colours, and more or fewer of them. Rows with as many
glasses on either side lift it.
"""


def reader(runs):
    """The Encoder that reads glasses and hair colour off pixel art; trained once."""
    path, names = runs / "pixel_art_reader.keras", ("glasses", "hair_color")
    values = {name: data.read(B, split="test").attributes.values[name] for name in names}
    if not path.is_file():
        keras.utils.set_random_seed(0)
        face_encoder.train(dataset=B, names=names, epochs=EPOCHS).save(path)
    return Encoder("pixel_art_reader", keras.saving.load_model(path, compile=False), values=values)


def hair(attributes):
    """int [n]: the colour of the hair, -1 where there is none."""
    names = attributes.values["hair_color"]
    codes = attributes.column("hair_color")
    return np.where(codes == names.index("none"), -1, codes) if "none" in names else codes


def counterparts(before, after):
    """{colour: what it becomes}: the one-to-one assignment under which the most rows agree. before, after: int [n], -1
    where there is none."""
    shown = before >= 0
    counts = np.zeros((before.max() + 1, after.max() + 1), int)
    np.add.at(counts, (before[shown & (after >= 0)], after[shown & (after >= 0)]), 1)
    return dict(zip(*map(np.ndarray.tolist, linear_sum_assignment(counts, maximize=True)), strict=True))


def most_alike(before, after):
    """The greatest share of rows whose colour can become its counterpart where translations have each colour as often
    as the other style has: a colour cannot become one that is rarer without becoming others, too. before, after: int
    [n], -1 where there is none."""
    shares = [np.bincount(colours[colours >= 0]) / np.sum(colours >= 0) for colours in (before, after)]
    each = np.minimum.outer(*shares)
    return float(each[linear_sum_assignment(each, maximize=True)].sum())


def agreement(found, wanted, names):
    """The share of rows with hair whose colour has become its counterpart. names: counterparts(...)."""
    shown = wanted >= 0
    expected = np.array([names.get(colour, -2) for colour in wanted[shown].tolist()])
    return float(np.mean(found[shown] == expected))


def figures_of(model, readers):
    """{metric: value} of a trained model."""
    values = {}
    for domain, to in ((A, "b"), (B, "a")):
        back = "a" if to == "b" else "b"
        train, test = data.read(domain, split="train[:4000]"), data.read(domain, split="test")
        made = model.translate(test.values, to=to)
        seen = readers[to].attributes(made)
        names = counterparts(hair(train.attributes), hair(readers[to].attributes(model.translate(train.values, to=to))))
        shares = np.bincount(hair(seen)[hair(seen) >= 0], minlength=2) / len(made)
        original = test.values / 127.5 - 1.0
        values |= {
            f"glasses_{to}": float(np.mean(glasses(seen) == glasses(test.attributes))),
            f"hair_{to}": agreement(hair(seen), hair(test.attributes), names),
            f"colours_{to}": int(np.sum(shares > 0.01)),
            f"cycle_{back}": float(np.abs(model.translate(made, to=back) - original).mean() / 2),
        }
    return values


def bounds():
    """{metric: value}: the most that can be kept by translations that have glasses and colours as often as the other
    style has. What is as often in both styles can be kept whole."""
    tests = [data.read(domain, split="test").attributes for domain in (A, B)]
    shares = [np.mean(glasses(one)) for one in tests]
    values = dict.fromkeys(COLUMNS, np.nan)
    for to, way in (("b", tests), ("a", tests[::-1])):
        values |= {f"glasses_{to}": 1.0 - abs(shares[0] - shares[1]), f"hair_{to}": most_alike(*map(hair, way))}
    return values


def own(readers):
    """{metric: value}: the readers' accuracy on real test faces, and the share of these that have no glasses."""
    values = {}
    for domain, name in ((A, "a"), (B, "b")):
        test = data.read(domain, split="test")
        seen = readers[name].attributes(test.values)
        values[f"glasses_{name}"] = float(np.mean(glasses(seen) == glasses(test.attributes)))
        values[f"bare_{name}"] = float(np.mean(~glasses(test.attributes)))
        values[f"hair_{name}"] = float(np.mean(hair(seen) == hair(test.attributes)))
    return values


def figures(trial, images, seed, policy, runs, readers):
    """What kept() gives of a trial; its pictures of the first test faces are in RUNS/TRIAL.npz."""
    settings = {
        "trial": trial, "images": images, "seed": seed, "batch": BATCH, "precision": policy, "options": TRIALS[trial][0]
    }  # fmt: skip

    def measured():
        keras.utils.set_random_seed(seed)
        with precision(policy):
            model = cyclegan.game(seed=seed, **TRIALS[trial][0])
        steps = images // BATCH
        model.compile(*cyclegan.falling_adam(steps))
        batches = data.load(f"{A} <-> {B}", image_shape=cyclegan.SHAPE, batch_size=BATCH, seed=seed)
        model.fit(batches, steps_per_epoch=steps, epochs=1, verbose=2)
        first = [data.read(domain, split=f"test[:{SHOWN}]").values for domain in (A, B)]
        np.savez(runs / f"{trial}.npz", b=model.translate(first[0], to="b"), a=model.translate(first[1], to="a"))
        return figures_of(model, readers)

    return kept(runs / f"{trial}.json", settings, measured)


def row(name, found):
    """The table's line of {metric: value}."""
    cells = (format(found[metric], form) for metric, form in COLUMNS.items())
    return line([name, *(cell.replace("nan", "") for cell in cells)])


def main(arguments=None):
    options = asked("cyclegan", __doc__.splitlines()[0], TRIALS, 40_000, "images of each style seen", arguments)
    readers = {"a": encoder("facecnn"), "b": reader(options.runs)}
    console, rows = Console(stderr=True), []
    for trial in options.trials:
        found = figures(trial, options.images, options.seed, options.precision, options.runs, readers)
        rows.append(row(TRIALS[trial][1], found["figures"]))
        console.print(rows[-1])
    if variant(SHIPPED).pretrained:
        rows.append(row(f"`{SHIPPED}`", figures_of(zoo.load(SHIPPED), readers)))
    rows.append(row("the most that the other style's shares allow", bounds()))
    picture = (options.markdown or options.runs / "cyclegan").with_suffix(".png")
    made = [np.load(options.runs / f"{trial}.npz") for trial in options.trials]
    ways = [
        [data.read(domain, split=f"test[:{SHOWN}]").values, *(one[to] for one in made)]
        for domain, to in ((A, "b"), (B, "a"))
    ]
    write_png(picture, np.concatenate([plots.translation_grid(*way) for way in ways]))
    names = ", ".join(TRIALS[trial][1] for trial in options.trials)
    head = HEAD.format(**told("cyclegan", options), batch=BATCH, picture=picture.name, rows=names, **own(readers))
    table = [line(["", *HEADINGS]), f"|---|{'---:|' * len(HEADINGS)}", *rows]
    publish("\n".join([head, *table]) + "\n", options.markdown)


if __name__ == "__main__":
    main()
