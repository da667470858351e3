"""TF Serving's REST interface, and what a person or an orchestrator asks beside it, as an ASGI application.

POST /v1/models/M[/versions/V|/labels/L]:predict          GET /                  a page about each model
GET  /v1/models/M[/versions/V|/labels/L]                  GET /healthz, /readyz  alive; every model has a version
GET  /v1/models/M[/versions/V|/labels/L]/metadata         GET /metrics           for Prometheus
"""

import asyncio
import re
import time
from contextlib import contextmanager
from urllib.parse import unquote

import orjson
from google.protobuf import json_format
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2

from export.server import json_tensors, page
from export.server.logs import event, logger
from export.server.refusals import Refused, invalid
from export.server.room import Room

# As in TF Serving's http_rest_api_util.cc.
VERSION = r"(?:/versions/([0-9]+)|/labels/([^/:]+))?"
PREDICT = re.compile(rf"(?i)/v1/models/([^/:]+){VERSION}:(classify|regress|predict)")
STATUS = re.compile(rf"(?i)/v1/models(?:/([^/:]+))?{VERSION}(/metadata)?")
OPEN = ("/healthz", "/readyz")  # without a token, by any name: orchestrators have neither
CHUNK = 1 << 16  # bytes sent at once, each when the one before has gone: a slow reader must not hold a whole answer
DISCARDED = 64 << 20  # bytes of a refused body that are read, because few clients read an answer while they send
SMALL = 64 << 10  # bytes of a body that each connection may hold besides limits.bodies
SLOWEST = 64 << 10  # bytes a second at which a long answer must at least be taken
SAFE = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'"


class Application:
    """models: Models. access: who may ask. budget: what requests may hold together. log: one line for each request."""

    def __init__(self, models, access, budget, log=False):
        self.models = models
        self.limits = models.limits
        self.metrics = models.metrics
        self.access = access
        self.budget = budget
        self.bodies = Room(models.limits.bodies)
        self.log = log
        self.stopping = False
        self.pages = Starlette(
            routes=[
                Route("/", self.start),
                Route("/healthz", lambda request: PlainTextResponse("ok\n")),
                Route("/readyz", self.ready),
                Route("/metrics", self.measured),
                Route("/monitoring/prometheus/metrics", self.measured),
            ],
            exception_handlers={404: self.nowhere, 405: self.nowhere},
        )

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":  # lifespan; there are no web sockets
            return await self.pages(scope, receive, send)
        began = time.perf_counter()
        with self.budget.request() as share:
            if refused := self.refused(scope):
                answer = self.refusal(refused)
            elif scope["path"].lower().startswith("/v1/"):
                answer = await self.v1(scope, receive, share)
            else:
                answer = await self.page(scope, receive)
            if self.log:
                took = round((time.perf_counter() - began) * 1000, 2)
                event("request", method=scope["method"], path=scope["path"], status=answer.status, ms=took)
            await self.deliver(answer, send)

    def refused(self, scope):
        """Why this request is not looked at, or None."""
        if scope["path"] in OPEN:
            return None
        headers = dict(scope["headers"])
        if not self.access.known(headers.get(b"host", b"")):
            sentence = "This server is not known by the name in Host; start it with --allow-host NAME if it should be."
            return Refused("PERMISSION_DENIED", sentence, status=421)
        if not self.access.bearer(headers.get(b"authorization", b"")):
            return Refused("UNAUTHENTICATED", "A bearer token is needed: Authorization: Bearer TOKEN.")
        return None

    async def v1(self, scope, receive, share):
        """TF Serving's part; whatever goes wrong is a JSON object with one sentence."""
        path = scope.get("raw_path", scope["path"].encode()).partition(b"?")[0].decode("latin-1")
        model, code, began = "unknown", "OK", time.perf_counter()
        posted = PREDICT.fullmatch(path) if scope["method"] == "POST" else None
        asked = STATUS.fullmatch(path) if scope["method"] == "GET" else None
        try:
            if posted:
                body = await self.body(scope, receive)
                began = time.perf_counter()
                name = unquote(posted[1])
                model = name if name in self.models.models else model
                content = await self.predict(name, *which(posted), posted[4].lower(), body, share)
            elif asked:
                content = self.about(asked)
            else:
                raise invalid(f"Malformed request: {scope['method']} {path}")
            answer = Answer(200, content)
        except Refused as refused:
            answer, code = self.refusal(refused), refused.code
        except Exception as error:
            logger.exception("fault")
            code = "INTERNAL"
            answer = self.refusal(Refused(code, f"The server has a fault: {type(error).__name__}."))
        if posted:
            self.metrics.requests.labels(model, "rest", code).inc()
            if code == "OK":
                self.metrics.seconds.labels(model, "rest").observe(time.perf_counter() - began)
        return answer

    async def predict(self, name, number, label, method, body, share):
        """The body of an answer."""
        request = json_tensors.parse(body)
        with self.models.lease(name, number, label) as version:
            signature = version.signature(request.get("signature_name"))
            if method != "predict":
                raise invalid(
                    f"Expected {method} signature method_name to be tensorflow/serving/{method}. "
                    "Was: tensorflow/serving/predict"
                )
            arrays, rows, size, by_row = json_tensors.inputs(request, signature, self.limits)
            share.take(self.limits.weight(signature, rows, size))
            late = Refused("DEADLINE_EXCEEDED", f"No answer within {self.limits.seconds:g} seconds.")
            with deadline(self.limits.seconds, late):
                outputs = await asyncio.wrap_future(version.batcher.submit(signature, arrays, rows))
        return json_tensors.answer(outputs, by_row)

    def about(self, asked):
        """Status or metadata, in TF Serving's layout."""
        if asked[1] is None:
            raise invalid("Missing model name in request.")
        name, (number, label) = unquote(asked[1]), which(asked)
        if not asked[4]:
            return as_json(status_message(self.models.status(name, number, label)))
        with self.models.lease(name, number, label) as version:
            spec = {"name": name, "signature_name": "", "version": str(version.number)}
            signatures = get_model_metadata_pb2.SignatureDefMap(signature_def=version.signature_defs)
            return as_json({"model_spec": spec, "metadata": {"signature_def": as_dict(signatures)}})

    async def body(self, scope, receive):
        """The request's body, in the time that its connection gives it. Raises Refused for one that is too large, and
        for one that has been under way for longest when there are too many."""
        length = next((value for key, value in scope["headers"] if key == b"content-length"), b"0")
        refused = int(length) > self.limits.body if length.isdigit() else False
        parts, size, more, key = [], 0, True, object()
        crowded = Refused("UNAVAILABLE", "Too many bodies are coming in, and this one has taken longest.", status=408)
        try:
            with interruptible(crowded) as interrupt:
                while more and size <= DISCARDED:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refused("CANCELLED", "The client has gone.", status=499)
                    part, more = message.get("body", b""), message.get("more_body", False)
                    size += len(part)
                    refused = refused or size > self.limits.body
                    if refused:
                        parts.clear()
                        self.bodies.leave(key)
                        continue
                    parts.append(part)
                    if more and size > SMALL:  # a small one comes in one piece
                        self.bodies.leave(key)
                        self.bodies.enter(key, interrupt, size)
        except BaseException:
            parts.clear()  # the error's traceback would keep them until the next garbage collection
            raise
        finally:
            self.bodies.leave(key)
        if refused:
            raise self.limits.too_large()
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def page(self, scope, receive):
        """The answer of what is not TF Serving's."""
        sent = []

        async def collect(message):
            sent.append(message)

        await self.pages(scope, receive, collect)
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], body, sent[0]["headers"])

    async def deliver(self, answer, send):
        """Sends an answer piece by piece; whoever does not take a piece in time is left."""
        headers = answer.headers
        if answer.status in (408, 413) or self.stopping:
            headers = [*headers, (b"connection", b"close")]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body, loop = answer.body, asyncio.get_running_loop()
        ends = loop.time() + self.limits.seconds + len(body) / SLOWEST
        for start in range(0, max(len(body), 1), CHUNK):
            more = start + CHUNK < len(body)
            piece = {"type": "http.response.body", "body": body[start : start + CHUNK], "more_body": more}
            seconds = min(self.limits.seconds, ends - loop.time())
            with deadline(seconds, TimeoutError("a reader that does not read")):
                await send(piece)

    def refusal(self, refused):
        more = [(b"www-authenticate", b"Bearer")] if refused.status == 401 else []
        more += [(b"retry-after", b"1")] if refused.status == 503 else []
        answer = Answer(refused.status, orjson.dumps({"error": str(refused)}))
        answer.headers += more
        return answer

    def start(self, request):
        secure = {"Content-Security-Policy": SAFE, "X-Content-Type-Options": "nosniff"}
        return HTMLResponse(page.html(self.models, str(request.base_url)), headers=secure)

    def ready(self, request):
        if self.stopping:
            return PlainTextResponse("stopping\n", 503)
        missing = [name for name, model in self.models.models.items() if not model.available()]
        return PlainTextResponse(
            f"no version of {', '.join(missing)}\n" if missing else "ready\n", 503 if missing else 200
        )

    def measured(self, request):
        return Response(self.metrics.text(), media_type="text/plain; version=0.0.4")

    def nowhere(self, request, error):
        sentence = f"There is nothing for {request.method} {request.url.path}; models answer under /v1/models/."
        return Response(orjson.dumps({"error": sentence}), error.status_code, media_type="application/json")


class Answer:
    """What is sent; JSON unless `headers` say otherwise."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status, body, headers=None):
        self.status, self.body = status, body
        if headers is None:
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        self.headers = headers


@contextmanager
def interruptible(error):
    """Gives a function that ends the block, wherever it waits, by raising `error`."""
    task, ended = asyncio.current_task(), False

    def interrupt():
        nonlocal ended
        ended = True
        task.cancel()

    try:
        yield interrupt
    except asyncio.CancelledError:
        if not ended:
            raise
        if hasattr(task, "uncancel"):  # Python 3.11
            task.uncancel()
        raise error from None


@contextmanager
def deadline(seconds, error):
    """Raises `error` where the block takes longer. Not asyncio.wait_for, which makes a task: 20 us of each request."""
    with interruptible(error) as interrupt:
        timer = asyncio.get_running_loop().call_later(seconds, interrupt)
        try:
            yield
        finally:
            timer.cancel()


def which(match):
    """(version, label) of a URL, each None where it is not given."""
    number, label = match[2], match[3]
    if number is not None and int(number[:20]) >= 1 << 63:
        raise invalid(f"Failed to convert version: {number[:40]} to numeric.")
    return (None if number is None else int(number)), (None if label is None else unquote(label))


def status_message(versions):
    """GetModelStatusResponse of [(number, state, error)]."""
    message = get_model_status_pb2.GetModelStatusResponse()
    for number, state, error in versions:
        one = message.model_version_status.add(version=number, state=state)
        one.status.error_code = 2 if error else 0  # UNKNOWN, OK
        one.status.error_message = error or ""
    return message


def as_dict(message):
    return json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )


def as_json(content):
    return orjson.dumps(content if isinstance(content, dict) else as_dict(content), option=orjson.OPT_INDENT_2)
