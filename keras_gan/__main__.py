"""The command line: keras-gan. It alone may import everything; TensorFlow is imported only once work begins."""

import os
import sys
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from keras_gan import cli_dirac, cli_evaluate, cli_serve
from keras_gan.quiet import quiet_import

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Generative adversarial networks as Keras models: train them, sample them by number, export them to serve.\n\n"
    "Start with `keras-gan quickstart`; see what there is with `keras-gan list`.",
)
console = Console()

Model = Annotated[str, typer.Argument(help="A pretrained name (`dcgan.mnist`), a run's folder, or a preset's folder.")]
Seed = Annotated[int, typer.Option(help="The number of the first image; image s is the same everywhere.")]
Label = Annotated[int | None, typer.Option(help="The class to make (conditional models); default: each in turn.")]


class Strategies(str, Enum):
    none = "none"
    mirrored = "mirrored"
    multi_worker = "multi-worker"


class Precisions(str, Enum):
    float16 = "float16"
    bfloat16 = "bfloat16"


class Runtimes(str, Enum):
    tensorflow = "tensorflow"
    onnx = "onnx"


class Formats(str, Enum):
    saved_model = "saved-model"
    onnx = "onnx"
    onnx_graph = "onnx-graph"
    tfjs = "tfjs"
    litert = "litert"
    openvino = "openvino"


class Weights(str, Enum):
    float32 = "float32"
    float16 = "float16"
    int8 = "int8"


class Paths(str, Enum):
    linear = "linear"
    spherical = "spherical"


@app.command()
def quickstart(
    folder: Annotated[Path, typer.Option(help="Where the run, the pictures and the SavedModel go.")] = Path(
        "quickstart"
    ),
    epochs: Annotated[int, typer.Option(help="How long to train.")] = 60,
    seed: Annotated[int, typer.Option(help="Seed of weights, data order and noise.")] = 0,
):
    """Train a DCGAN on scikit-learn's digits, look at it, export it, and sample the export in a fresh process.

    Needs no network and no data set.
    """
    from keras_gan import cli_quickstart as tour

    tour.run(folder, epochs, seed, console)


@app.command("list")
def list_variants(
    pattern: Annotated[str, typer.Argument(help="A wildcard pattern, such as `dcgan*` or `*.mnist`.")] = "*",
    pretrained: Annotated[bool | None, typer.Option(help="Only those with (or without) weights.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Only those of this data set.")] = None,
):
    """Show the variants of the zoo: `keras-gan list '*.mnist' --pretrained`."""
    zoo = _zoo()
    names = zoo.list_models(pattern, pretrained=pretrained, dataset=dataset)
    if not names:
        raise ValueError(f"No variant matches {pattern!r} with these options; keras-gan list shows all.")
    table = Table(box=None, header_style="bold")
    table.add_column("name", no_wrap=True)
    table.add_column("weights", no_wrap=True)
    table.add_column("what it is", ratio=1)
    for name in names:  # whose last part is the data set
        record = zoo.variant(name)
        source = f"[dim]{record.paper.authors} {record.paper.year}[/]"
        table.add_row(name, "pretrained" if record.pretrained else "-", f"{record.description} {source}")
    console.print(table)


@app.command()
def train(
    name: Annotated[str, typer.Argument(help="A variant, such as `dcgan.mnist` or `gaussian1d`.")],
    run: Annotated[Path | None, typer.Option(help="The run's folder; default: runs/NAME.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="How many epochs in total; default: the recipe's.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="How many steps in total, instead of epochs.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of weights, data order and noise; default: 0.")] = None,
    data: Annotated[
        str | None, typer.Option(help="Other data of the same shape: a TFDS name, a folder, a file.")
    ] = None,
    start_from: Annotated[
        str | None, typer.Option(help="The first stage's run or preset, for a recipe of two stages (`gan.tfd`).")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Images per step, over all replicas.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue the run in the folder from its checkpoint.")
    ] = False,
    strategy: Annotated[Strategies, typer.Option(help="How training is distributed.")] = Strategies.none,
    replicas: Annotated[int | None, typer.Option(min=1, help="With mirrored on CPUs: split into so many.")] = None,
    mixed_precision: Annotated[Precisions | None, typer.Option(help="Half precision, with loss scaling.")] = None,
    jit: Annotated[
        bool, typer.Option("--jit", help="Compile the step with XLA (slower for most nets on CPUs).")
    ] = False,
    stop_on: Annotated[
        list[str] | None, typer.Option(help="A symptom of `keras-gan doctor` that ends the run; can be repeated.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="A line per epoch instead of a progress bar.")] = False,
):
    """Train a variant by its paper's recipe into a run folder, which a later --resume continues exactly.

    The folder gets config.json, log.csv, losses.png, samples/, tensorboard/, a checkpoint, and result.json with the
    figures at the end. `--strategy multi-worker` runs the same command on each worker with its TF_CONFIG set.
    """
    if epochs and steps:
        raise ValueError("Give --epochs or --steps, not both.")
    zoo = _zoo()
    model, folder = zoo.train(
        name,
        run,
        epochs=epochs,
        steps=steps,
        seed=seed,
        dataset=data,
        start_from=start_from,
        batch_size=batch_size,
        resume=resume,
        strategy=_strategy(strategy, replicas),
        mixed_precision=f"mixed_{mixed_precision.value}" if mixed_precision else None,
        jit_compile=jit,
        stop_on=stop_on or (),
        verbose=2 if quiet else "auto",
    )
    if model.stop_training:
        console.print(f"The doctor stopped the run; `keras-gan doctor {folder}` says why.")
    console.print(f"The run is in {folder}: look at {folder / 'samples'}, {folder / 'losses.png'}.", soft_wrap=True)


@app.command()
def doctor(
    run: Annotated[Path, typer.Argument(help="A run's folder, also of a run that goes on or that diverged.")],
    plot: Annotated[Path | None, typer.Option(help="Losses and measurements as curves, a .png.")] = None,
):
    """Say what is wrong with a run, on what evidence, and what helps: `keras-gan doctor runs/dcgan.mnist`."""
    from keras_gan import cli_doctor

    cli_doctor.report(run, console, plot)


@app.command()
def sample(
    model: Model,
    n: Annotated[int, typer.Option("-n", help="How many images.")] = 16,
    seed: Seed = 0,
    label: Label = None,
    truncation: Annotated[float, typer.Option(help="z is multiplied by it; below 1: more typical, less varied.")] = 1.0,
    out: Annotated[Path, typer.Option(help="A .png grid (of points: a plot), or .npy with the values.")] = Path(
        "samples.png"
    ),
    runtime: Annotated[
        Runtimes,
        typer.Option(help="What computes. onnx: no TensorFlow, starts in a second; MODEL may be a .onnx file."),
    ] = Runtimes.tensorflow,
):
    """Draw the images of seeds SEED, SEED + 1, ... and write them: `keras-gan sample dcgan.mnist -n 25 --seed 7`.

    With `--runtime onnx` the same images to 1e-5, of a pretrained name, a preset's folder that has sampler.onnx, or a
    file of `keras-gan export --format onnx`.
    """
    if out.suffix not in (".png", ".npy"):
        raise ValueError(f"{out} must end in .png or .npy.")
    if runtime is Runtimes.onnx:
        _sample_without_tensorflow(model, n, seed, label, truncation, out)
        return
    zoo = _zoo()
    from keras_gan import pictures

    loaded = zoo.open_model(model)
    label = zoo.classes_in_turn(loaded, n) if label is None else label
    pictures.write_samples(out, loaded.sample(n, seed, label, truncation=truncation))
    console.print(f"Wrote {out}.", soft_wrap=True)


@app.command()
def interpolate(
    model: Model,
    start: Annotated[int, typer.Option("--from", help="The number of the first image.")] = 0,
    end: Annotated[int, typer.Option("--to", help="The number of the last image.")] = 1,
    steps: Annotated[int, typer.Option(min=2, help="How many images from one to the other.")] = 9,
    kind: Annotated[Paths, typer.Option(help="The path between the two z.")] = Paths.spherical,
    label: Annotated[int, typer.Option(help="The class to make (conditional models).")] = 0,
    out: Annotated[Path, typer.Option(help="A .png strip, or a .gif film.")] = Path("interpolation.png"),
):
    """Walk from one image to another: `keras-gan interpolate dcgan.mnist --from 3 --to 8 --out walk.gif`."""
    if out.suffix not in (".png", ".gif"):
        raise ValueError(f"{out} must end in .png or .gif.")
    zoo = _zoo()
    from keras_gan import pictures, plots

    loaded = zoo.open_model(model)
    label = None if loaded.classes is None else label
    pictures.write_strip(out, plots.interpolation(loaded, start, end, steps, kind.value, label))
    console.print(f"Wrote {out}.", soft_wrap=True)


@app.command()
def export(
    model: Model,
    target: Annotated[
        Path, typer.Argument(help="Where to; per format: see above. Nothing that is there is written over.")
    ],
    format: Annotated[Formats, typer.Option(help="What is written.")] = Formats.saved_model,
    version: Annotated[
        int | None, typer.Option(min=1, help="saved-model: the version's number; default: the next free one.")
    ] = None,
    max_batch: Annotated[
        int | None, typer.Option(min=1, help="saved-model: TF Serving merges requests up to so many rows.")
    ] = None,
    weights: Annotated[
        Weights, typer.Option(help="onnx, tfjs: how weights are stored; float16 halves the file.")
    ] = Weights.float32,
):
    """Write the sampler for other programs: `keras-gan export dcgan.mnist served/`, `... d.onnx --format onnx`.

    | format | TARGET | what it is |
    |---|---|---|
    | `saved-model` | a folder | TF Serving's base path; TARGET/1, TARGET/2, ... with signatures, warmup and card |
    | `onnx` | a .onnx file | z to images; `keras-gan sample FILE.onnx --runtime onnx` draws z too |
    | `onnx-graph` | a preset's folder | sampler.onnx, a few kB; its weights are the preset's own |
    | `tfjs` | a new folder | a TensorFlow.js graph model, and latents.js for z |
    | `litert` | a .tflite file | for phones and small devices |
    | `openvino` | a .xml file | OpenVINO, with a .bin beside it |
    """
    if format is not Formats.saved_model and (version or max_batch):
        raise ValueError("--version and --max-batch go with --format saved-model.")
    if format not in (Formats.onnx, Formats.tfjs) and weights is not Weights.float32:
        raise ValueError("--weights goes with --format onnx or tfjs.")
    if format is Formats.tfjs and weights is Weights.int8:
        raise ValueError("--format tfjs stores float32 or float16.")
    _zoo()
    import export as exporters

    if format is Formats.saved_model:
        batching = {"max_batch_size": max_batch, "batch_timeout_micros": 1000} if max_batch else None
        written = exporters.saved_model(model, target, version, batching=batching)
    elif format in (Formats.onnx, Formats.tfjs):
        written = getattr(exporters, format.value)(model, target, precision=weights.value)
    else:
        written = getattr(exporters, format.value.replace("-", "_"))(model, target)
    console.print(f"Wrote {written}.", soft_wrap=True)


@app.command()
def release(
    run: Annotated[Path, typer.Argument(help="The folder of a complete run.")],
    folder: Annotated[Path | None, typer.Option(help="Where to; default: the zoo's own folder of the variant.")] = None,
):
    """Publish a run as a preset with its card: weights in half precision, and the figures of those very weights.

    With tf2onnx installed, sampler.onnx too, by which `keras-gan sample --runtime onnx` does without TensorFlow.
    """
    _zoo()
    import export as exporters
    from zoo.release import release as publish

    published = publish(run, folder)
    console.print(f"Wrote {published}.", soft_wrap=True)
    if find_spec("tf2onnx"):
        console.print(f"Wrote {exporters.onnx_graph(published, published)}.", soft_wrap=True)


app.command()(cli_evaluate.evaluate)
app.command()(cli_dirac.dirac)
app.command()(cli_serve.serve)


def _zoo():
    """The zoo, imported when work begins: `--help` and typing errors answer at once."""
    with quiet_import():
        import zoo
    return zoo


def _sample_without_tensorflow(model, n, seed, label, truncation, out):
    """The command sample, in onnxruntime."""
    import numpy as np

    from export.runtime import Sampler

    loaded = Sampler(model)
    if label is None and loaded.classes is not None:
        label = np.arange(n) % loaded.classes
    samples = loaded.sample(n, seed, label, truncation)
    from keras_gan import pictures

    pictures.write_samples(out, samples)
    console.print(f"Wrote {out}.", soft_wrap=True)


def _strategy(kind, replicas):
    """The tf.distribute.Strategy of an option; made before any tensor, as TensorFlow demands."""
    import tensorflow as tf

    if replicas and kind is not Strategies.mirrored:
        raise ValueError("--replicas goes with --strategy mirrored.")
    if kind is Strategies.none:
        return None
    if kind is Strategies.multi_worker:
        if "TF_CONFIG" not in os.environ:
            raise ValueError("--strategy multi-worker needs TF_CONFIG in the environment of each worker.")
        return tf.distribute.MultiWorkerMirroredStrategy()
    devices = tf.config.list_physical_devices("GPU") or tf.config.list_physical_devices("CPU")
    if replicas and devices[0].device_type == "CPU":
        tf.config.set_logical_device_configuration(devices[0], [tf.config.LogicalDeviceConfiguration()] * replicas)
    devices = [device.name for device in tf.config.list_logical_devices(devices[0].device_type)]
    if replicas and replicas > len(devices):
        raise ValueError(f"--replicas {replicas} is more than the {len(devices)} devices of this machine.")
    return tf.distribute.MirroredStrategy(devices[:replicas])


def main():
    """Run the command line; whatever the user can mend is one sentence on stderr and a non-zero exit."""
    try:
        app()
    except (ValueError, OSError, ImportError, FloatingPointError) as error:
        print(f"keras-gan: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
