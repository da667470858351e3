"""A server from its first line to its last: sockets, loading, signals, draining."""

import logging
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import grpc
import uvicorn

from export.server import logs, rpc
from export.server.limits import Limits
from export.server.metrics import Metrics
from export.server.models import Models, find, read_config
from export.server.rest import Application

SIGNALS = (signal.SIGTERM, signal.SIGINT)
LOCAL = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Options:
    """host: where to listen; ports: 0 takes a free one, grpc_port None none. certificate, key: PEM files for TLS."""

    host: str = "127.0.0.1"
    port: int = 8501
    grpc_port: int | None = 8500
    token: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    poll: float = 1.0  # seconds between two looks at the folders, as TF Serving's default
    log_requests: bool = False


class Uvicorn(uvicorn.Server):
    """Tells when it stops, before it waits for its own requests."""

    def __init__(self, config, stop):
        super().__init__(config)
        self.stop = stop

    async def shutdown(self, sockets=None):
        self.stop()
        await super().shutdown(sockets)


def run(names, options, limits=None, config=None):
    """Serves until SIGTERM or SIGINT, then finishes what is under way.

    names: what `find` takes. config: a models.config of TF Serving, read again when it changes. Raises ValueError and
    OSError with one sentence for names, files and addresses that are of no use, before anything is served.
    """
    if not names and config is None:
        raise ValueError("Name something to serve, such as dcgan.mnist, or give --config.")
    if (options.certificate is None) != (options.key is None):
        raise ValueError("--certificate and --key go together.")
    credentials = tls(options)
    before = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # while models load
    with listener(options.host, options.port) as sock, suppress(KeyboardInterrupt):
        scratch = Path(tempfile.mkdtemp(prefix="keras_gan_serve_"))
        try:
            serve(names, options, limits or Limits(), config, sock, credentials, scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(names, options, limits, config, sock, credentials, scratch):
    began = time.monotonic()
    served = [find(name, scratch) for name in names] + (read_config(config) if config else [])
    twice = sorted({one.name for one in served if sum(one.name == other.name for other in served) > 1})
    if twice:
        raise ValueError(f"Two models are called {twice[0]}; give one another name: OTHER=WHERE.")
    logs.start()
    if sentence := warning(options, credentials):
        logs.event("open to the network", logging.WARNING, host=options.host, warning=sentence)
    models = Models(served, limits, Metrics(), config)
    models.refresh()
    application = Application(models, options.token, options.log_requests)
    server, port, ended = None, None, threading.Event()
    if options.grpc_port is not None:
        address = f"[{options.host}]" if ":" in options.host else options.host
        server, port = rpc.start(models, f"{address}:{options.grpc_port}", options.token, credentials)

    def stop():
        """No new work, while uvicorn finishes its own requests."""
        application.stopping = True
        ended.set()
        logs.event("stopping")
        if server is not None:
            server.stop(limits.seconds)

    http = Uvicorn(
        uvicorn.Config(
            application,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_keep_alive=75,
            limit_concurrency=limits.connections,
            timeout_graceful_shutdown=int(limits.seconds),
            lifespan="off",
            ssl_certfile=options.certificate,
            ssl_keyfile=options.key,
        ),  # fmt: skip
        stop,
    )
    for number in SIGNALS:  # uvicorn takes them over, and repeats at its end those that it saw
        signal.signal(number, http.handle_exit)
    sock.listen(limits.connections)
    threading.Thread(target=models.watch, args=(ended, options.poll), name="watch", daemon=True).start()
    rest = f"{'https' if credentials else 'http'}://{authority(sock)}"
    rpcs = port and f"{options.host}:{port}"
    took = round(time.monotonic() - began, 2)
    logs.event("listening", rest=rest, grpc=rpcs, models=sorted(models.models), seconds=took)
    http.run(sockets=[sock])
    if server is not None:
        server.stop(limits.seconds).wait()
    models.close()
    logs.event("stopped")


def warning(options, credentials):
    """What the log says of an address that other machines can reach, or None."""
    if options.host in LOCAL:
        return None
    lacking = [option for option, given in (("--token", options.token), ("--certificate", credentials)) if not given]
    risk = f" Without {' and '.join(lacking)} any of them can use it or read along." if lacking else ""
    return f"Other machines can reach this server.{risk}"


def listener(host, port):
    """A bound socket. Raises OSError with one sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux: a reader that takes nothing for a minute is cut off
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 60_000)
    try:
        sock.bind((host, port))
    except (OSError, OverflowError) as error:
        sock.close()
        reason = getattr(error, "strerror", None) or error
        raise OSError(f"{host}:{port} cannot be listened on: {reason}; choose another --port or --host.") from error
    return sock


def authority(sock):
    host, port = sock.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def tls(options):
    """gRPC's credentials of the certificate, or None. Raises OSError for files that cannot be read."""
    if options.certificate is None:
        return None
    try:
        return grpc.ssl_server_credentials([(options.key.read_bytes(), options.certificate.read_bytes())])
    except OSError as error:
        raise OSError(f"{error.filename} cannot be read: {error.strerror}.") from error
