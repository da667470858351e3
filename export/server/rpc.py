"""TF Serving's gRPC services: PredictionService.Predict and GetModelMetadata, ModelService.GetModelStatus.

Requests are taken as a stream of one message, as bytes: so the token is checked before anything is read, a message that
does not come has a deadline, and nothing is expanded before it is known how large it will be.
"""

import asyncio
import threading
import time
from concurrent.futures import Future
from contextlib import asynccontextmanager

import grpc
import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2, predict_pb2

from export.server.logs import logger
from export.server.refusals import Refused, invalid
from export.server.rest import deadline, interruptible, status_message
from export.server.room import Room

ANSWER = 1 << 28  # bytes; requests keep to limits.body
PARSED = 16  # times the bytes of a message that it may take once it is understood
READING = 128  # messages that are being received, each of at most limits.body
STREAMS = 128  # requests of one connection at once
HANDSHAKE = 10_000  # milliseconds for the first bytes of a connection
IDLE, AGE, GRACE = 300_000, 1_800_000, 120_000  # milliseconds: without a request; altogether; for the last requests


class Service:
    """models: Models. access: who may ask. budget: what requests may hold together."""

    def __init__(self, models, access, budget):
        self.models = models
        self.limits = models.limits
        self.metrics = models.metrics
        self.access = access
        self.budget = budget
        self.reading = Room(READING)

    def handlers(self):
        """What grpc's server is given."""
        prediction = {
            "Predict": self.handler(predict_pb2.PredictRequest, self.predict),
            "GetModelMetadata": self.handler(get_model_metadata_pb2.GetModelMetadataRequest, self.metadata),
        }
        status = {"GetModelStatus": self.handler(get_model_status_pb2.GetModelStatusRequest, self.status)}
        yield grpc.method_handlers_generic_handler("tensorflow.serving.PredictionService", prediction)
        yield grpc.method_handlers_generic_handler("tensorflow.serving.ModelService", status)

    def handler(self, message, method):
        async def answer(stream, context):
            async with self.answered(context):
                with self.budget.request() as share:
                    request = self.parsed(message, await self.read(stream), share)
                    return await method(request, context, share)

        return grpc.stream_unary_rpc_method_handler(
            answer, response_serializer=lambda answer: answer.SerializeToString()
        )

    async def read(self, stream):
        """The bytes of the one message. Raises Refused where it does not come in time, or is the oldest of too many
        that are coming."""
        key = object()
        late = Refused("DEADLINE_EXCEEDED", f"The request did not come within {self.limits.seconds:g} seconds.")
        crowded = Refused("UNAVAILABLE", "Too many requests are coming in, and this one has taken longest.")
        try:
            with deadline(self.limits.seconds, late), interruptible(crowded) as interrupt:
                self.reading.enter(key, interrupt)
                content = await anext(aiter(stream), None)
        finally:
            self.reading.leave(key)
        if content is None:
            raise invalid("The call has no request message.")
        return content

    def parsed(self, message, content, share):
        share.take(PARSED * len(content))
        try:
            return message.FromString(content)
        except DecodeError:
            raise invalid(f"The request is no {message.DESCRIPTOR.full_name}.") from None

    async def predict(self, request, context, share):
        known = request.model_spec.name in self.models.models
        model, began, code = request.model_spec.name if known else "unknown", time.perf_counter(), "OK"
        try:
            answer = await self.predicted(request, context, share)
        except Refused as refused:
            code = refused.code
            raise
        except asyncio.CancelledError:
            code = "CANCELLED"
            raise
        except Exception:
            code = "INTERNAL"
            raise
        finally:
            self.metrics.requests.labels(model, "grpc", code).inc()
        self.metrics.seconds.labels(model, "grpc").observe(time.perf_counter() - began)
        return answer

    async def predicted(self, request, context, share):
        with self.lease(request) as version:
            signature = version.signature(request.model_spec.signature_name)
            names = set(request.output_filter) or set(signature.outputs)
            if unknown := names - set(signature.outputs):
                there = ",".join(signature.outputs)
                raise invalid(
                    f"output tensor alias not found in signature: {sorted(unknown)[0]} "
                    f"Outputs expected to be in the set {{{there}}}."
                )
            rows, size = signature.check({name: described(name, proto) for name, proto in request.inputs.items()})
            self.limits.check_rows(rows, signature)
            self.limits.check_size(size)
            share.take(self.limits.weight(signature, rows, size))
            arrays = {name: array(name, proto) for name, proto in request.inputs.items()}
            left = context.time_remaining()
            seconds = self.limits.seconds if left is None else min(self.limits.seconds, left)
            with deadline(seconds, Refused("DEADLINE_EXCEEDED", "No answer in time.")):
                outputs = await asyncio.wrap_future(version.batcher.submit(signature, arrays, rows))
            answer = predict_pb2.PredictResponse()
            answer.model_spec.name = request.model_spec.name
            answer.model_spec.version.value = version.number
            answer.model_spec.signature_name = signature.name
            for name in names:
                answer.outputs[name].CopyFrom(tf.make_tensor_proto(outputs[name]))
            return answer

    async def metadata(self, request, context, share):
        if not request.metadata_field:
            raise invalid("GetModelMetadataRequest must specify at least one metadata_field")
        if unknown := set(request.metadata_field) - {"signature_def"}:
            raise invalid(f"Metadata field {sorted(unknown)[0]} is not supported")
        with self.lease(request) as version:
            answer = get_model_metadata_pb2.GetModelMetadataResponse()
            answer.model_spec.name = request.model_spec.name
            answer.model_spec.version.value = version.number
            signatures = get_model_metadata_pb2.SignatureDefMap(signature_def=version.signature_defs)
            answer.metadata["signature_def"].Pack(signatures)
            return answer

    async def status(self, request, context, share):
        return status_message(self.models.status(*which(request)))

    def lease(self, request):
        return self.models.lease(*which(request))

    @asynccontextmanager
    async def answered(self, context):
        """What goes wrong in the block ends the call with its code and sentence."""
        try:
            given = dict(context.invocation_metadata() or ()).get("authorization", "")
            if not self.access.bearer(given.encode() if isinstance(given, str) else given):
                raise Refused("UNAUTHENTICATED", "A bearer token is needed: authorization: Bearer TOKEN.")
            yield
        except Refused as refused:
            await context.abort(getattr(grpc.StatusCode, refused.code), str(refused))
        except Exception as error:
            logger.exception("fault")
            await context.abort(grpc.StatusCode.INTERNAL, f"The server has a fault: {type(error).__name__}.")


def which(request):
    """(model, version, label)."""
    if not request.HasField("model_spec"):
        raise invalid("Missing ModelSpec")
    spec = request.model_spec
    return spec.name, spec.version.value if spec.HasField("version") else None, spec.version_label or None


def described(name, proto):
    """(NumPy's dtype, shape) of a TensorProto, which is not expanded: a few bytes can stand for gigabytes."""
    shape = [dimension.size for dimension in proto.tensor_shape.dim]
    if proto.tensor_shape.unknown_rank or min(shape, default=0) < 0 or len(shape) > 16:
        raise invalid(f"tensor parsing error: {name}")
    try:
        return tf.dtypes.as_dtype(proto.dtype).as_numpy_dtype, shape
    except (TypeError, KeyError):
        raise invalid(f"tensor parsing error: {name}") from None


def array(name, proto):
    try:
        return tf.make_ndarray(proto)
    except (TypeError, ValueError, KeyError):
        raise invalid(f"tensor parsing error: {name}") from None


class Server:
    """gRPC's server in a thread with an event loop of its own. port: where it listens."""

    def __init__(self, service, address, credentials):
        self.loop = asyncio.new_event_loop()
        self.ending: Future | None = None
        started: Future = Future()
        self.thread = threading.Thread(target=self.run, args=(service, address, credentials, started), name="grpc")
        self.thread.daemon = True
        self.thread.start()
        self.port = started.result()

    def run(self, service, address, credentials, started):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.serve(service, address, credentials, started))

    async def serve(self, service, address, credentials, started):
        limits, self.ended = service.limits, asyncio.Event()
        options = [
            ("grpc.max_receive_message_length", limits.body),
            ("grpc.max_send_message_length", ANSWER),
            ("grpc.so_reuseport", 0),
            ("grpc.max_allowed_incoming_connections", limits.connections),
            ("grpc.max_concurrent_streams", STREAMS),
            ("grpc.server_handshake_timeout_ms", HANDSHAKE),
            ("grpc.max_connection_idle_ms", IDLE),
            ("grpc.max_connection_age_ms", AGE),
            ("grpc.max_connection_age_grace_ms", GRACE),
        ]
        self.server = grpc.aio.server(options=options)
        self.server.add_generic_rpc_handlers(tuple(service.handlers()))
        try:
            add = self.server.add_secure_port if credentials else self.server.add_insecure_port
            port = add(address, credentials) if credentials else add(address)
        except RuntimeError:
            port = 0
        if not port:
            started.set_exception(
                OSError(f"{address} cannot be listened on: it is taken, or not an address of this machine.")
            )
            return
        await self.server.start()
        started.set_result(port)
        await self.ended.wait()

    def stop(self, seconds):
        """No new requests; those under way have so long. -> a Future of the end, the same at every call."""
        if self.ending is None:
            self.ending = asyncio.run_coroutine_threadsafe(self.end(seconds), self.loop)
        return self.ending

    async def end(self, seconds):
        await self.server.stop(seconds)
        self.ended.set()


def start(models, address, access, budget, credentials=None):
    """A gRPC server at `address`, host:port. Raises OSError for an address that is taken."""
    return Server(Service(models, access, budget), address, credentials)
