"""`keras-gan quickstart`: train, look, export, sample the export elsewhere."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from keras_gan.cli.arguments import console
from keras_gan.cli.quiet import quiet_import

NAME = "dcgan.digits"
COUNT = 64

# Run by another Python process: TensorFlow alone loads the SavedModel and asks for the images of seeds 0, 1, ...
FRESH_PROCESS = """
import sys
import numpy as np, tensorflow as tf
sampler = tf.saved_model.load(sys.argv[1])
images = sampler.signatures["sample"](seed=tf.range(int(sys.argv[2]), dtype=tf.int64))["images"]
assert "keras_gan" not in sys.modules
np.save(sys.argv[3], images.numpy())
"""


def quickstart(
    context: typer.Context,
    folder: Annotated[Path, typer.Option(help="Where the run, the pictures and the SavedModel go.")] = Path(
        "quickstart"
    ),
    epochs: Annotated[int, typer.Option(help="How long to train.")] = 60,
    seed: Annotated[int, typer.Option(help="Seed of weights, data order and noise.")] = 0,
):
    """Train a DCGAN on scikit-learn's digits, look at it, export it, and sample the export in a fresh process.

    Needs no network and no data set.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; choose another --folder, or remove it.")
    started = time.monotonic()
    with quiet_import():
        import export
        import zoo
        from keras_gan.cli import pictures
        from keras_gan.files.images import grid
    console.rule(f"1. Train {NAME} for {epochs} epochs on scikit-learn's digits")
    model, run_folder = zoo.train(
        NAME,
        folder / "run",
        epochs=epochs,
        seed=seed,
        command=context.obj,
        verbose="auto" if sys.stdout.isatty() else 2,
    )
    console.rule(f"2. Images 0 to {COUNT - 1}")
    images = model.sample(COUNT)
    pictures.write_samples(folder / "samples.png", images)
    console.print(pictures.in_terminal(grid(images[:24], columns=8, padding=0)))
    console.rule("3. Export for TF Serving, and sample the export in a fresh process")
    path = export.saved_model(model, folder / "served")
    served = folder / "served.npy"
    subprocess.run([sys.executable, "-c", FRESH_PROCESS, path, str(COUNT), served], check=True, capture_output=True)
    difference = float(np.abs(np.load(served) - images).max())
    if difference > 1e-5:
        raise RuntimeError(f"The SavedModel's images differ from the model's by {difference:.2g}.")
    console.print(
        f"The SavedModel {path} gives the same {COUNT} images (largest difference {difference:.1g}).\n"
        f"Samples: {folder / 'samples.png'}   Run: {run_folder}   Seconds: {time.monotonic() - started:.0f}\n\n"
        "Next: keras-gan list   |   keras-gan sample dcgan.mnist   |   keras-gan train dcgan.mnist"
    )
