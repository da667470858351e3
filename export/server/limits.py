"""How much one request, and all of them together, may take."""

from dataclasses import dataclass

from export.server.refusals import Refused, invalid


@dataclass(frozen=True)
class Limits:
    """Where a server stops. An unguarded one was killed by a single body of 30 MB, which it grew into 24 GB."""

    batch: int = 64  # rows that run at once; requests of more are split
    delay: float = 0.0  # seconds that a row waits for others while nothing runs; what arrives meanwhile merges anyway
    rows: int = 1024  # of a request
    values: int = 1 << 24  # numbers in an answer: 64 MB of float32, two to three times that in JSON
    body: int = 4 << 20  # bytes of a request, as gRPC's own default
    queue: int = 4096  # rows that wait, per version
    connections: int = 1024
    seconds: float = 60.0  # for a request, from its first byte; for its answer to be taken; for a stop to drain

    def check_rows(self, rows, signature):
        """Raises Refused for a request of too many rows, or of too large an answer."""
        if rows > self.rows:
            raise invalid(f"{rows} rows are more than the {self.rows} that a request may have: send several.")
        if rows * signature.values_per_row > self.values:
            most = self.values // signature.values_per_row
            raise invalid(f"The answer to {rows} rows would be too large: ask for at most {most} at once.")

    def too_large(self):
        return Refused(
            "RESOURCE_EXHAUSTED", f"The body is larger than the {self.body} bytes that a request may have.", status=413
        )
