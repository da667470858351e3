"""Games on equal footing, on drawn faces: `python -m benchmarks.faces --markdown benchmarks/faces.md`.

The same pair of nets with the same first weights, the same optimizer, and as many real images seen by D: what is left
is the game. D is DCGAN's without batch normalisation, which games with a gradient penalty refuse. A game that is
measured is kept in RUNS/GAME.json and not trained again.
"""

import keras
from rich.console import Console

from benchmarks.kept import kept
from benchmarks.trainings import asked, told
from benchmarks.zoo import line, publish
from keras_gan import data
from keras_gan.callbacks import SampleGrid
from keras_gan.evaluation.measure import measure_model
from zoo.papers import _convolutional
from zoo.runs.training import precision

DATASET = "faces"
BATCH = 64
GAMES = {  # name: (class, options, what it is)
    "gan": ("GAN", {}, "cross entropy"),
    "lsgan": ("LSGAN", {}, "least squares"),
    "hinge": ("HingeGAN", {}, "hinge, D not normalised"),
    "wgan_gp": ("WGANGP", {}, "Wasserstein, gradient penalty 10, five turns of D"),
    "r1": ("R1GAN", {"gamma": 1.0}, "cross entropy, R1 with gamma 1"),
    "r3gan": ("R3GAN", {"gamma": 1.0}, "relativistic pairing, R1 and R2 with gamma 1"),
}
COLUMNS = {
    "fid": ".1f", "kid": ".2f", "precision": ".2f", "recall": ".2f", "attribute_kl": ".3f", "missing_values": ".0f",
    "novelty": ".3f",
}  # fmt: skip
HEAD = """# Games on equal footing, on drawn faces

`{command}`: on {cpus} CPU cores, which other work shared.
{images:,} real images of 64 x 64 pixels seen by D, in batches of {batch}; seed {seed}; computed in
{policy}. One pair of nets for all (DCGAN's, 32 maps next to the pixels, D without batch normalisation), one optimizer
(Adam, learning rate 0.0002, beta_1 0.5), samples of the average. 10,000 samples against test faces by the protocol of
the zoo's cards; attribute kl is the mean over the ten attributes, in nats; minutes are of training and measuring.

| game | {columns} | minutes |
|---|{rules}---|"""


def figures(game, images, seed, policy, runs):
    """What kept() gives of a game; its samples are in RUNS/GAME.png."""
    name, options, _ = GAMES[game]

    def measured():
        keras.utils.set_random_seed(seed)
        with precision(policy):
            model = _convolutional.faces(name, seed=seed, **options)
        turns = model.discriminator_steps
        steps = images // (BATCH * turns)
        model.compile(*_convolutional.faces_adam(steps))
        batches = data.load(DATASET, image_shape=_convolutional.FACES, batch_size=BATCH * turns, seed=seed)
        model.fit(batches, steps_per_epoch=steps, epochs=1, verbose=2)
        SampleGrid(runs, n=64).write(model, game)
        return {score.protocol.metric: score.value for score in measure_model(model, DATASET)}

    settings = {"game": game, "images": images, "seed": seed, "batch": BATCH, "precision": policy, "options": options}
    return kept(runs / f"{game}.json", settings, measured)


def row(game, found):
    """The table's line of a game."""
    cells = [format(found["figures"][metric], form) for metric, form in COLUMNS.items()]
    return line([f"`{game}`: {GAMES[game][2]}", *cells, f"{found['minutes']:.0f}"])


def main(arguments=None):
    options = asked("faces", __doc__.splitlines()[0], GAMES, 64_000, "real images that D sees", arguments)
    console, rows = Console(stderr=True), []
    for game in options.trials:
        found = figures(game, options.images, options.seed, options.precision, options.runs)
        rows.append(row(game, found))
        console.print(rows[-1])
    head = HEAD.format(
        **told("faces", options), batch=BATCH, rules="---|" * len(COLUMNS),
        columns=" | ".join(metric.replace("_", " ") for metric in COLUMNS),
    )  # fmt: skip
    publish("\n".join([head, *rows]) + "\n", options.markdown)


if __name__ == "__main__":
    main()
