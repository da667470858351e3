"""A server from its first line to its last: sockets, loading, signals, draining."""

import logging
import shutil
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import grpc
import uvicorn

from export.server import connections, logs, rpc
from export.server.access import Access
from export.server.limits import Limits
from export.server.metrics import Metrics
from export.server.models import Models, find, read_config
from export.server.rest import Application
from export.server.room import Budget

SIGNALS = (signal.SIGTERM, signal.SIGINT)
LOCAL = ("127.0.0.1", "::1", "localhost")
FILES = 256  # descriptors that the process needs beside its connections


@dataclass(frozen=True)
class Options:
    """host: where to listen; ports: 0 takes a free one, grpc_port None none. certificate, key: PEM files for TLS.
    allow_hosts: names by which requests may call the server, beside localhost, `host` and IP addresses; "*": any."""

    host: str = "127.0.0.1"
    port: int = 8501
    grpc_port: int | None = 8500
    token: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    poll: float = 1.0  # seconds between two looks at the folders, as TF Serving's default
    log_requests: bool = False
    allow_hosts: tuple[str, ...] = ()


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
    access = Access(options.token, (options.host, *options.allow_hosts))
    credentials = tls(options)
    before = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # while models load
    with listener(options.host, options.port) as sock, suppress(KeyboardInterrupt):
        scratch = Path(tempfile.mkdtemp(prefix="keras_gan_serve_"))
        try:
            serve(names, options, within_descriptors(limits or Limits()), config, sock, access, credentials, scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(names, options, limits, config, sock, access, credentials, scratch):
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
    budget = Budget(limits.held)
    application = Application(models, access, budget, options.log_requests)
    server, ended = None, threading.Event()
    if options.grpc_port is not None:
        address = f"[{options.host}]" if ":" in options.host else options.host
        server = rpc.start(models, f"{address}:{options.grpc_port}", access, budget, credentials)

    def stop():
        """No new work, while uvicorn finishes its own requests."""
        application.stopping = True
        ended.set()
        logs.event("stopping")
        if server is not None:
            server.stop(limits.seconds)

    http = Uvicorn(http_config(application, limits, options), stop)
    for number in SIGNALS:  # uvicorn takes them over, and repeats at its end those that it saw
        signal.signal(number, http.handle_exit)
    sock.listen(limits.connections)
    threading.Thread(target=models.watch, args=(ended, options.poll), name="watch", daemon=True).start()
    rest = f"{'https' if credentials else 'http'}://{authority(sock)}"
    rpcs = server and f"{options.host}:{server.port}"
    took = round(time.monotonic() - began, 2)
    logs.event("listening", rest=rest, grpc=rpcs, models=sorted(models.models), seconds=took)
    http.run(sockets=[sock])
    if server is not None:
        server.stop(limits.seconds).result()
    models.close()
    logs.event("stopped")


def http_config(application, limits, options):
    """uvicorn's, with our connections."""
    return uvicorn.Config(
        application,
        http=connections.protocol(limits),
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=int(limits.seconds),
        lifespan="off",
        ssl_certfile=options.certificate,
        ssl_keyfile=options.key,
    )  # fmt: skip


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


def within_descriptors(limits):
    """Limits whose connections the process may have on both ports: each is a file descriptor, of which a system gives
    1,024 unless it is asked for more."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return limits
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * limits.connections + FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        limits = replace(limits, connections=min(limits.connections, max(16, (soft - FILES) // 2)))
    return limits


def tls(options):
    """gRPC's credentials of the certificate, or None. Raises OSError and ValueError for files that cannot be read, or
    that are no certificate with its key."""
    if options.certificate is None:
        return None
    try:
        chain, key = options.certificate.read_bytes(), options.key.read_bytes()
    except OSError as error:
        raise OSError(f"{error.filename} cannot be read: {error.strerror}.") from error
    if b"ENCRYPTED" in key:
        raise ValueError(f"{options.key} is encrypted; give a key without a passphrase.")
    if b"-----BEGIN CERTIFICATE-----" not in chain:
        raise ValueError(f"{options.certificate} holds no certificate in PEM form.")
    if b"PRIVATE KEY-----" not in key:
        raise ValueError(f"{options.key} holds no private key in PEM form.")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(options.certificate, options.key)
    except ssl.SSLError as error:
        together = "KEY_VALUES_MISMATCH" not in str(error.reason)
        reason = f"cannot be used ({error.reason})" if together else "do not belong together"
        raise ValueError(f"{options.certificate} and {options.key} {reason}.") from error
    return grpc.ssl_server_credentials([(key, chain)])
