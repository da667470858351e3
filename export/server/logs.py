"""Structured logs: one JSON object per line on standard error."""

import json
import logging
import sys
import time

logger = logging.getLogger("keras_gan.server")


class Lines(logging.Formatter):
    def format(self, record):
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        line = {"time": moment, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def start():
    """Sends what the server, uvicorn and grpc say to standard error; TensorFlow's notes stay where they were."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    for name in ("keras_gan.server", "uvicorn", "grpc", "asyncio"):
        one = logging.getLogger(name)
        one.handlers, one.propagate = [handler], False
        one.setLevel(logging.INFO if name == logger.name else logging.WARNING)


def event(name, level=logging.INFO, **facts):
    """A line: what happened, and the facts."""
    logger.log(level, name, extra={"facts": facts})
