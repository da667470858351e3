"""`keras-gan serve`: models over REST and gRPC, as TF Serving does it."""

import os
from pathlib import Path
from typing import Annotated

import typer

from keras_gan.cli.quiet import quiet_import
from keras_gan.files.extras import require

TOKEN = "KERAS_GAN_TOKEN"
NEEDED = ("starlette", "uvicorn", "httptools", "orjson", "grpc", "tensorflow_serving", "prometheus_client")


def serve(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Pretrained names, folders of runs, presets or SavedModels; OTHER=WHERE serves one by another name."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A models.config of TF Serving: several models, version policies, labels.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0: every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="REST's port; 0: a free one.")] = 8501,
    grpc_port: Annotated[int, typer.Option(min=0, max=65535, help="gRPC's port; 0: a free one.")] = 8500,
    grpc: Annotated[bool, typer.Option("--grpc/--no-grpc", help="Whether to speak gRPC too.")] = True,
    batch: Annotated[int, typer.Option(min=1, help="Concurrent requests are merged up to so many rows.")] = 64,
    delay: Annotated[float, typer.Option(min=0, help="Milliseconds that a row waits for others to merge with.")] = 0.0,
    rows: Annotated[int, typer.Option(min=1, help="The most rows of one request.")] = 1024,
    body: Annotated[float, typer.Option(min=0.001, help="The largest request, megabytes.")] = 4.0,
    queue: Annotated[int, typer.Option(min=1, help="The most rows that wait; further requests get 503.")] = 4096,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds for a request, and for the drain at the end.")] = 60.0,
    poll: Annotated[float, typer.Option(min=0.05, help="Seconds between two looks for new versions.")] = 1.0,
    token: Annotated[
        str | None,
        typer.Option(envvar=TOKEN, help="Clients must send it: `Authorization: Bearer TOKEN`."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A name by which requests may call this server, beside localhost and addresses; *: any."),
    ] = None,
    certificate: Annotated[Path | None, typer.Option(help="A PEM file; with --key, both interfaces use TLS.")] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's private key, a PEM file.")] = None,
    log_requests: Annotated[bool, typer.Option("--log-requests", help="A line for every request.")] = False,
):
    """Serve samplers over REST and gRPC, as TF Serving does: `keras-gan serve dcgan.mnist`, then open the address.

    A SavedModel's folder is watched: a new version is loaded, warmed up, and takes over from the old one, which
    finishes what it has begun. So is a run's: each new checkpoint becomes the next version. Logs are lines of JSON.
    SIGTERM stops it once the requests under way are answered.
    """
    require("Serving", "serve", *NEEDED)
    with quiet_import():
        from export.server.limits import Limits
        from export.server.running import Options, run
    limits = Limits(
        batch=batch, delay=delay / 1000, rows=rows, body=int(body * (1 << 20)), queue=queue, seconds=timeout
    )  # fmt: skip
    token = token if token is not None else os.environ.get(TOKEN)  # an empty variable, which typer leaves out
    options = Options(
        host=host, port=port, grpc_port=grpc_port if grpc else None, token=token,
        certificate=certificate, key=key, poll=poll, log_requests=log_requests, allow_hosts=tuple(allow_host or ()),
    )  # fmt: skip
    run(names or [], options, limits, config)
