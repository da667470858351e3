"""TF Serving's gRPC services: PredictionService.Predict and GetModelMetadata, ModelService.GetModelStatus."""

import hmac
import math
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import contextmanager

import grpc
import tensorflow as tf
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from export.server.logs import logger
from export.server.refusals import Refused, invalid
from export.server.rest import status_message

ANSWER = 1 << 28  # bytes; requests keep to limits.body


class Service(prediction_service_pb2_grpc.PredictionServiceServicer, model_service_pb2_grpc.ModelServiceServicer):
    """models: Models. token: what the metadata `authorization` must hold after "Bearer ", or None."""

    def __init__(self, models, token=None):
        self.models = models
        self.limits = models.limits
        self.metrics = models.metrics
        self.token = token and f"Bearer {token}"

    def Predict(self, request, context):
        known = request.model_spec.name in self.models.models
        model, began = request.model_spec.name if known else "unknown", time.perf_counter()
        with self.answered(context, model) as count, self.lease(request) as version:
            signature = version.signature(request.model_spec.signature_name)
            names = set(request.output_filter) or set(signature.outputs)
            if unknown := names - set(signature.outputs):
                there = ",".join(signature.outputs)
                raise invalid(
                    f"output tensor alias not found in signature: {sorted(unknown)[0]} "
                    f"Outputs expected to be in the set {{{there}}}."
                )
            arrays = {name: self.array(name, proto, signature) for name, proto in request.inputs.items()}
            rows = signature.check(arrays)
            self.limits.check_rows(rows, signature)
            waiting = version.batcher.submit(signature, arrays, rows)
            context.add_callback(waiting.cancel)  # a client that has gone waits for nothing
            left = context.time_remaining()
            try:
                outputs = waiting.result(min(self.limits.seconds, left if left is not None else math.inf))
            except TooLate:
                raise Refused("DEADLINE_EXCEEDED", "No answer in time.") from None
            answer = predict_pb2.PredictResponse()
            answer.model_spec.name = request.model_spec.name
            answer.model_spec.version.value = version.number
            answer.model_spec.signature_name = signature.name
            for name in names:
                answer.outputs[name].CopyFrom(tf.make_tensor_proto(outputs[name]))
            count("OK")
        self.metrics.seconds.labels(model, "grpc").observe(time.perf_counter() - began)
        return answer

    def GetModelMetadata(self, request, context):
        with self.answered(context):
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

    def GetModelStatus(self, request, context):
        with self.answered(context):
            return status_message(self.models.status(*self.which(request)))

    def which(self, request):
        """(model, version, label)."""
        if not request.HasField("model_spec"):
            raise invalid("Missing ModelSpec")
        spec = request.model_spec
        return spec.name, spec.version.value if spec.HasField("version") else None, spec.version_label or None

    def lease(self, request):
        return self.models.lease(*self.which(request))

    def array(self, name, proto, signature):
        """A TensorProto as an array, whose size is checked first: a few bytes can stand for gigabytes."""
        sizes = [dimension.size for dimension in proto.tensor_shape.dim]
        if proto.tensor_shape.unknown_rank or min(sizes, default=0) < 0 or len(sizes) > 16:
            raise invalid(f"tensor parsing error: {name}")
        if signature.batched and sizes:
            self.limits.check_rows(sizes[0], signature)
        if math.prod(sizes) > self.limits.values:
            raise invalid(f"{name} has {math.prod(sizes)} values, more than the {self.limits.values} that it may have.")
        try:
            return tf.make_ndarray(proto)
        except (TypeError, ValueError, KeyError):
            raise invalid(f"tensor parsing error: {name}") from None

    @contextmanager
    def answered(self, context, model=None):
        """What goes wrong in the block ends the call with its code and sentence. Gives a function that counts."""

        def count(code):
            if model is not None:
                self.metrics.requests.labels(model, "grpc", code).inc()

        try:
            if self.token is not None:
                given = dict(context.invocation_metadata()).get("authorization", "")
                given = given if isinstance(given, str) else ""
                if not hmac.compare_digest(given.encode(), self.token.encode()):
                    raise Refused("UNAUTHENTICATED", "A bearer token is needed: authorization: Bearer TOKEN.")
            yield count
        except Refused as refused:
            count(refused.code)
            context.abort(getattr(grpc.StatusCode, refused.code), str(refused))
        except Exception as error:
            if not context.is_active():  # it was cancelled, which is no fault
                count("CANCELLED")
                context.abort(grpc.StatusCode.CANCELLED, "The client has gone.")
            logger.exception("fault")
            count("INTERNAL")
            context.abort(grpc.StatusCode.INTERNAL, f"The server has a fault: {type(error).__name__}.")


def start(models, address, token=None, credentials=None, threads=64):
    """A gRPC server at `address`, host:port; -> (server, port). Raises OSError for an address that is taken."""
    options = [
        ("grpc.max_receive_message_length", models.limits.body),
        ("grpc.max_send_message_length", ANSWER),
        ("grpc.so_reuseport", 0),
    ]
    executor = ThreadPoolExecutor(threads, "grpc")
    server = grpc.server(executor, options=options, maximum_concurrent_rpcs=models.limits.connections)
    service = Service(models, token)
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(service, server)
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(service, server)
    try:
        port = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    except RuntimeError:
        port = 0
    if not port:
        raise OSError(f"{address} cannot be listened on: it is taken, or not an address of this machine.")
    server.start()
    return server, port
