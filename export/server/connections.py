"""REST's connections: how many, how long they may take for a request, and how large its head may be.

uvicorn and its parser bound none of this; it is counted in the parser's callbacks, which see every byte. No token has
been read here yet: whoever can reach the port can do all that is bounded here.
"""

import http
from functools import partial

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from export.server.room import Room

URL = 8 << 10  # bytes
HEAD = 64 << 10  # bytes of a request that are not body: its line, headers, chunk sizes, trailers
PIPELINED = 16  # requests of one connection that wait for the one before


def protocol(limits):
    """What uvicorn makes a connection of; all that it makes share one Room."""
    return partial(Connection, limits.seconds, Room(limits.connections))


class Connection(HttpToolsProtocol):
    """A connection is in the room while it waits for a request, or for the rest of one; not while it is answered. Its
    timer runs from the connection, or from a later request's first byte, to the request's last."""

    def __init__(self, seconds, room, **options):
        super().__init__(**options)
        self.seconds, self.room = seconds, room
        self.timer = None
        self.url = b""
        self.received = self.body = 0  # bytes of the request that is being read
        self.answering = 0  # requests that have come and are not answered

    # The connection.

    def connection_made(self, transport):
        super().connection_made(transport)
        self.room.enter(self, transport.abort)
        self.arm()

    def connection_lost(self, exc):
        self.disarm()
        self.room.leave(self)
        super().connection_lost(exc)

    def data_received(self, data):
        if self.timer is None and not self.answering:
            self.arm()
        self.received += len(data)
        super().data_received(data)
        if self.received - 2 * self.body > HEAD:  # of a body in chunks, at least half is content
            if len(self.url) > URL:
                self.refuse(414, f"The URL is longer than the {URL} bytes that it may have.")
            else:
                self.refuse(431, f"The request's head is larger than the {HEAD} bytes that it may have.")

    def arm(self):
        self.timer = self.loop.call_later(self.seconds, self.late)

    def disarm(self):
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def late(self):
        self.timer = None
        self.refuse(408, f"The request did not come within {self.seconds:g} seconds.")

    def refuse(self, status, sentence):
        """Answers and closes, without the application; without a word where that would land in another answer."""
        if self.transport.is_closing():
            return
        if self.answering or (self.cycle and self.cycle.response_started and not self.cycle.response_complete):
            return self.transport.abort()
        content = orjson.dumps({"error": sentence})
        head = f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        self.transport.write(head.encode() + content)
        self.transport.close()

    def send_400_response(self, msg):
        """What the parser does not understand."""
        self.refuse(400, msg)

    # Its requests.

    def on_message_begin(self):
        self.received = self.body = 0
        super().on_message_begin()

    def on_headers_complete(self):
        if len(self.pipeline) >= PIPELINED:
            raise ValueError("too many requests at once")  # ends the parser, and the connection
        super().on_headers_complete()

    def on_body(self, body):
        self.body += len(body)
        super().on_body(body)

    def on_message_complete(self):
        self.received = self.body = 0
        self.disarm()
        if self.cycle.response_complete:  # refused before its body had come; uvicorn's timer has been cancelled by it
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        else:
            self.answering += 1
            self.room.leave(self)
        super().on_message_complete()

    def on_response_complete(self):
        self.answering = max(0, self.answering - 1)
        super().on_response_complete()
        if not self.answering and not self.transport.is_closing():
            self.room.leave(self)
            self.room.enter(self, self.transport.abort)
