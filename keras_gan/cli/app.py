"""The command line: keras-gan, with its commands, and what becomes of errors."""

import shlex
import sys
from typing import Annotated

import typer

from keras_gan.cli import (
    dirac,
    doctor,
    errors,
    evaluate,
    export,
    interpolate,
    playground,
    quickstart,
    release,
    sample,
    serve,
    sweep,
    train,
    translate,
)
from keras_gan.cli import list as listing

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(quickstart.quickstart)
app.command("list")(listing.list_variants)
app.command()(train.train)
app.command()(sweep.sweep)
app.command()(doctor.doctor)
app.command()(sample.sample)
app.command()(translate.translate)
app.command()(interpolate.interpolate)
app.command()(export.export)
app.command()(release.release)
app.command()(evaluate.evaluate)
app.command()(dirac.dirac)
app.command()(serve.serve)
app.command()(playground.playground)


def show_version(wanted: bool):
    if not wanted:
        return
    from keras_gan.step import device
    from keras_gan.version import __version__

    onednn = {True: "on", False: "off", None: "unknown"}[device.onednn()]
    print(f"keras_gan {__version__}, Python {sys.version.split()[0]}, {device.cpu_name()}, oneDNN {onednn}")
    raise typer.Exit


@app.callback()
def keras_gan(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the versions and what the machine gives.", callback=show_version, is_eager=True
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show every error with its traceback.")] = False,
):
    """Generative adversarial networks as Keras models: train them, sample them by number, export them to serve.

    Start with `keras-gan quickstart`; see what there is with `keras-gan list`.
    """


def main(arguments: list[str] | None = None):
    """Run the command line; what it refuses is one sentence on stderr and a non-zero exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        app(arguments, prog_name="keras-gan", obj=shlex.join(["keras-gan", *arguments]))
    except Exception as error:
        sys.exit(errors.report(error, debug="--debug" in arguments))


if __name__ == "__main__":
    main()
