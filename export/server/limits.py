"""How much one request, and all of them together, may take."""

from dataclasses import dataclass

from export.server.refusals import Refused, invalid

INPUTS = 64 << 20  # bytes of a request's arrays
VALUE = 24  # bytes: 4 in the array, up to 20 in JSON


@dataclass(frozen=True)
class Limits:
    """Where a server stops. An unguarded one was killed by a single body of 30 MB, which it grew into 24 GB."""

    batch: int = 64  # rows that run at once; requests of more are split
    delay: float = 0.0  # seconds that a row waits for others while nothing runs; what arrives meanwhile merges anyway
    rows: int = 1024  # of a request
    values: int = 1 << 24  # numbers in an answer: 64 MB of float32, two to three times that in JSON
    body: int = 4 << 20  # bytes of a request, as gRPC's own default
    queue: int = 4096  # rows that wait, per version
    connections: int = 1024  # of each port that wait for a request; beyond them the one that has waited longest is cut
    bodies: int = 128 << 20  # bytes of bodies that are being received, over all connections
    held: int = 512 << 20  # bytes of requests that are being answered, with their answers, over all connections
    seconds: float = 60.0  # for a request, from its first byte; for its answer to be taken; for a stop to drain

    def check_rows(self, rows, signature):
        """Raises Refused for a request of too many rows, or of too large an answer."""
        if rows > self.rows:
            raise invalid(f"{rows} rows are more than the {self.rows} that a request may have: send several.")
        if rows * signature.values_per_row > self.values:
            most = self.values // signature.values_per_row
            raise invalid(f"The answer to {rows} rows would be too large: ask for at most {most} at once.")

    def check_size(self, size):
        """Raises Refused for inputs of too many bytes, however few stand for them."""
        if size > INPUTS:
            raise invalid(f"The inputs would have {size} bytes, more than the {INPUTS} that they may have.")

    def weight(self, signature, rows, size):
        """Bytes that a request holds until its answer is gone: its `size` bytes of inputs, and for each value of the
        answer the array and its text."""
        return size + rows * signature.values_per_row * VALUE

    def too_large(self):
        return Refused(
            "RESOURCE_EXHAUSTED", f"The body is larger than the {self.body} bytes that a request may have.", status=413
        )
