"""TF Serving's PredictionService from the client's side, without its package (export.client.wire)."""

from pathlib import Path

from export.client.answers import Busy, quoted, understood


class Grpc:
    """One channel for all threads. timeout: seconds of a call. most: bytes that an answer may have."""

    def __init__(self, parts, token, certificate, timeout, most):
        import grpc

        self.grpc = grpc
        self.where = f"{parts.hostname}:{parts.port or 8500}"
        target = f"[{parts.hostname}]:{parts.port or 8500}" if ":" in parts.hostname else self.where
        options = [("grpc.max_receive_message_length", min(most, (1 << 31) - 1)), ("grpc.enable_retries", 0)]
        if parts.scheme == "grpcs":
            roots = Path(certificate).read_bytes() if certificate else None
            self.channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(roots), options)
        else:
            self.channel = grpc.insecure_channel(target, options)
        self.timeout = timeout
        self.metadata = [("authorization", f"Bearer {token}")] if token else []
        self.call = self.channel.unary_unary("/tensorflow.serving.PredictionService/Predict")

    def predict(self, model, version, label, signature, inputs, most):
        """{output: array}. most: bytes that its arrays may have."""
        from export.client import wire

        content = wire.request(model, signature, inputs, version, label)
        try:
            answer = self.call(content, timeout=self.timeout, metadata=self.metadata)
        except self.grpc.RpcError as error:
            code, sentence = error.code().name, quoted(error.details())
            if code == "UNAVAILABLE":
                raise Busy(ConnectionError(f"{self.where} cannot be reached or is busy: {sentence}")) from error
            if code == "DEADLINE_EXCEEDED":
                waited = TimeoutError(f"{self.where} did not answer within {self.timeout:g} seconds.")
                raise Busy(waited) from error
            if code in ("UNAUTHENTICATED", "PERMISSION_DENIED"):
                raise PermissionError(f"The server refuses this token: {sentence}") from None
            if code in ("INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION", "OUT_OF_RANGE", "RESOURCE_EXHAUSTED"):
                raise ValueError(f"{model}: {sentence}") from None
            raise ConnectionError(f"{self.where} answers {code}: {sentence}") from error
        with understood(self.where):
            return wire.outputs(answer, most)

    def close(self):
        self.channel.close()
