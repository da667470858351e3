"""The page as files, and a server of them for this machine."""

import json
import sys
import threading
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from keras_gan.files.atomic import atomic_folder

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".bin": "application/octet-stream",
    ".txt": "text/plain; charset=utf-8",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
NAMES = ("127.0.0.1", "localhost", "[::1]")  # by which the page may be asked for; others are a foreign page's trick
TOGETHER = 32  # requests that are answered at once; the others wait
SECONDS = 30  # for a request to arrive


@lru_cache
def page_files():
    """{path: bytes} of everything that needs no data: the page, TensorFlow.js, and what it shares with the library."""
    page = Path(str(resources.files("keras_gan.playground") / "page"))
    found = {file.relative_to(page).as_posix(): file.read_bytes() for file in sorted(page.rglob("*")) if file.is_file()}
    found["latents.js"] = (resources.files("keras_gan.sampling") / "latents.js").read_bytes()
    return found


class Site:
    """path -> bytes, or None: the page, its pictures and its pretrained generators; what takes time is made once.

    pretrained: {name: a function that gives the bytes of NAME.json}; the page offers these for sampling.
    """

    def __init__(self, pretrained=None):
        self.pretrained = pretrained or {}
        self.made = {}
        self.lock = threading.Lock()  # one set at a time: TensorFlow and the drawing of faces take all cores as it is

    def index(self):
        from keras_gan.playground import pictures

        missing = {name: why for name in pictures.SETS if (why := pictures.why_missing(name))}
        return {"have": [name for name in pictures.SETS if name not in missing], "missing": missing}

    def __call__(self, path):
        if path in page_files():
            return page_files()[path]
        folder, _, file = path.partition("/")
        if folder not in ("data", "pretrained"):
            return None
        with self.lock:
            if path not in self.made:
                self.made |= {f"{folder}/{name}": content for name, content in self.make(folder, file).items()}
        return self.made.get(path)

    def make(self, folder, file):
        """{file: bytes} that belong to a file of a folder; nothing for one that there cannot be."""
        name = file.rpartition(".")[0]
        if folder == "pretrained":
            if file == "index.json":
                return {file: json.dumps(list(self.pretrained)).encode()}
            return {f"{name}.json": self.pretrained[name]()} if name in self.pretrained else {}
        if file == "index.json":
            return {file: json.dumps(self.index()).encode()}
        from keras_gan.playground import pictures

        return pictures.page_files(name) if name in pictures.SETS else {}


def write_site(folder, site=None):
    """Writes the page, with all pictures that are at hand and the site's pretrained generators, as files for any web
    server: `python -m http.server -d FOLDER` will do. Returns the folder. Raises FileExistsError for one that holds
    something."""
    site = site or Site()
    with atomic_folder(folder) as aside:
        wanted = [*page_files(), "data/index.json", "pretrained/index.json"]
        wanted += [f"data/{name}.{kind}" for name in site.index()["have"] for kind in ("json", "bin")]
        wanted += [f"pretrained/{name}.json" for name in site.pretrained]
        for path in wanted:
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            (aside / path).write_bytes(site(path))
    return Path(folder)


class Handler(BaseHTTPRequestHandler):
    """GET and HEAD of what a Site has."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    timeout = SECONDS
    server_version = "keras_gan"
    sys_version = ""

    def do_GET(self):
        self.answer(body=True)

    def do_HEAD(self):
        self.answer(body=False)

    def answer(self, body):
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in NAMES:
            return self.refuse(HTTPStatus.FORBIDDEN, "This page answers to 127.0.0.1 and localhost.")
        path = urlsplit(self.path).path.lstrip("/") or "index.html"
        with self.server.turnstile:
            try:
                content = self.server.site(path)
            except (ValueError, OSError, ImportError) as error:  # data that are not here: the page shows the sentence
                return self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        if content is None:
            return self.refuse(HTTPStatus.NOT_FOUND, "There is no such file.")
        self.send(HTTPStatus.OK, content, TYPES.get(Path(path).suffix, "application/octet-stream"), body)

    def refuse(self, status, words):
        self.send(status, words.encode(), TYPES[".txt"], self.command != "HEAD")

    def send(self, status, content, kind, body):
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *arguments):
        """Nothing: the terminal belongs to whoever started it."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port, site):
        super().__init__(("127.0.0.1", port), Handler)
        self.site = site
        self.turnstile = threading.BoundedSemaphore(TOGETHER)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # which is how a page that is closed takes its leave
            super().handle_error(request, client_address)


def serve(port=8502, site=None):
    """-> a server of the page on 127.0.0.1, which listens: `serve_forever()` answers, `server_port` is its port (0: a
    free one), `shutdown()` ends it. Raises OSError for a port that is taken."""
    try:
        return Server(port, site or Site())
    except OSError as error:
        raise OSError(
            f"Port {port} cannot be listened at: {error.strerror}; choose another --port, or 0 for any."
        ) from error
