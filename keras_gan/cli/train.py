"""`keras-gan train`: a recipe into a run folder."""

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from keras_gan.cli.arguments import console
from keras_gan.cli.quiet import quiet_import
from keras_gan.step.clusters import find_workers


class Strategies(str, Enum):
    none = "none"
    mirrored = "mirrored"
    multi_worker = "multi-worker"


class Damaged(str, Enum):
    fatal = "raise"
    skip = "skip"


class Precisions(str, Enum):
    float16 = "float16"
    bfloat16 = "bfloat16"


def train(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A variant, such as `dcgan.mnist` or `gaussian1d`.")],
    run: Annotated[Path | None, typer.Option(help="The run's folder; default: runs/NAME.")] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="How many epochs in total; default: the recipe's. Its schedules follow.")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="How many steps in total, instead of epochs.")] = None,
    stop_at: Annotated[
        int | None, typer.Option(min=1, help="Stop at this step of the run, which --resume then continues.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of weights, data order and noise; default: 0.")] = None,
    data: Annotated[
        str | None, typer.Option(help="Other data of the same shape: a TFDS name, a folder, a file.")
    ] = None,
    damaged: Annotated[
        Damaged | None, typer.Option(help="Images of --data that cannot be read: raise (the default) ends, skip omits.")
    ] = None,
    start_from: Annotated[
        str | None, typer.Option(help="The first stage's run or preset, for a recipe of two stages (`gan.tfd`).")
    ] = None,
    labelled: Annotated[
        int | None,
        typer.Option(
            min=1, help="How many rows have a label, for a recipe that learns from few; the seed chooses them."
        ),
    ] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Images per step, over all replicas.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue the run in the folder from its checkpoint.")
    ] = False,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Resume also where data or machine have changed, so that bits will differ."),
    ] = False,
    deterministic: Annotated[
        bool,
        typer.Option("--deterministic", help="Repeatable bit for bit on a GPU, too; slower there. CPUs always are."),
    ] = False,
    tf32: Annotated[
        bool, typer.Option("--tf32", help="Let a GPU's float32 products be shortened; bfloat16 is faster still.")
    ] = False,
    strategy: Annotated[Strategies, typer.Option(help="How training is distributed.")] = Strategies.none,
    replicas: Annotated[int | None, typer.Option(min=1, help="With mirrored on CPUs: split into so many.")] = None,
    synchronized: Annotated[
        bool, typer.Option("--synchronized", help="Batch normalisation over all replicas' rows, not each one's own.")
    ] = False,
    mixed_precision: Annotated[Precisions | None, typer.Option(help="Half precision, with loss scaling.")] = None,
    jit: Annotated[
        bool, typer.Option("--jit", help="Compile the step with XLA (slower for most nets on CPUs).")
    ] = False,
    stop_on: Annotated[
        list[str] | None, typer.Option(help="A symptom of `keras-gan doctor` that ends the run; can be repeated.")
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", help="A line per epoch instead of a progress bar, as where the output is no terminal."),
    ] = False,
):
    """Train a variant by its paper's recipe into a run folder, which a later --resume continues exactly.

    The folder gets config.json, log.csv, losses.png, samples/, tensorboard/, a checkpoint, and result.json with the
    figures at the end. `--strategy multi-worker` runs the same command on each worker, started by SLURM's srun or with
    its TF_CONFIG set.
    """
    if epochs and steps:
        raise ValueError("Give --epochs or --steps, not both.")
    with quiet_import():
        import zoo
    model, folder = zoo.train(
        name,
        run,
        epochs=epochs,
        steps=steps,
        stop_at=stop_at,
        seed=seed,
        dataset=data,
        damaged=damaged and damaged.value,
        start_from=start_from,
        batch_size=batch_size,
        labelled=labelled,
        resume=resume,
        anyway=anyway,
        deterministic=deterministic,
        tf32=tf32,
        strategy=strategy_of(strategy, replicas),
        synchronized=synchronized,
        mixed_precision=f"mixed_{mixed_precision.value}" if mixed_precision else None,
        jit_compile=jit,
        stop_on=stop_on or (),
        command=context.obj,
        verbose=2 if quiet or not sys.stdout.isatty() else "auto",
    )
    if model.stop_training:
        console.print(f"The doctor stopped the run; `keras-gan doctor {folder}` says why.")
    console.print(f"The run is in {folder}: look at {folder / 'samples'}, {folder / 'losses.png'}.", soft_wrap=True)


def strategy_of(kind, replicas):
    """The tf.distribute.Strategy of an option; made before any tensor, as TensorFlow demands."""
    import tensorflow as tf

    if replicas and kind is not Strategies.mirrored:
        raise ValueError("--replicas goes with --strategy mirrored.")
    if kind is Strategies.none:
        return None
    if kind is Strategies.multi_worker:
        find_workers()
        return tf.distribute.MultiWorkerMirroredStrategy()
    devices = tf.config.list_physical_devices("GPU") or tf.config.list_physical_devices("CPU")
    if replicas and devices[0].device_type == "CPU":
        tf.config.set_logical_device_configuration(devices[0], [tf.config.LogicalDeviceConfiguration()] * replicas)
    devices = [device.name for device in tf.config.list_logical_devices(devices[0].device_type)]
    if replicas and replicas > len(devices):
        raise ValueError(f"--replicas {replicas} is more than the {len(devices)} devices of this machine.")
    return tf.distribute.MirroredStrategy(devices[:replicas])
