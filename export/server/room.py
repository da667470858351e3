"""How much is under way at once: memory is bounded over all connections, and the slowest make room for the others."""

import threading
from contextlib import contextmanager

from export.server.refusals import Refused


class Room:
    """Room for so much at once. When it is full, who has been in longest is shown out for who comes: of a thousand
    connections that never finish a request, an honest client that needs milliseconds is never the oldest.

    For one event loop: it has no lock.
    """

    def __init__(self, most):
        self.most = most
        self.taken = 0
        self.inside = {}  # key -> [weight, evict], the longest inside first

    def enter(self, key, evict, weight=1):
        """evict(): called where `key` must go; it is outside by then."""
        self.inside[key] = [weight, evict]
        self.taken += weight
        self.shrink(key)

    def grow(self, key, weight):
        """More of a key that is inside."""
        if key in self.inside:
            self.inside[key][0] += weight
            self.taken += weight
            self.shrink(key)

    def shrink(self, newcomer):
        while self.taken > self.most:
            oldest = next((key for key in self.inside if key != newcomer), None)
            if oldest is None:
                return
            evict = self.inside[oldest][1]
            self.leave(oldest)
            evict()

    def leave(self, key):
        """Whether it was still inside."""
        weight, _ = self.inside.pop(key, (0, None))
        self.taken -= weight
        return bool(weight)


class Budget:
    """Bytes that requests hold together from the moment when they are understood until their answers are gone, over
    all connections and both protocols. For any thread."""

    def __init__(self, most):
        self.most = most
        self.taken = 0
        self.lock = threading.Lock()

    @contextmanager
    def request(self):
        """A Share for one request, given back at the end of the block."""
        share = Share(self)
        try:
            yield share
        finally:
            share.give_back()


class Share:
    """What one request holds."""

    __slots__ = ("budget", "taken")

    def __init__(self, budget):
        self.budget = budget
        self.taken = 0

    def take(self, size):
        """So many bytes more. Raises Refused where there are not so many left; a request always fits when nothing else
        is under way."""
        budget = self.budget
        with budget.lock:
            if budget.taken + size > budget.most and budget.taken > self.taken:
                raise Refused(
                    "UNAVAILABLE", "The server is at the limit of what requests may hold together; try again later."
                )
            budget.taken += size
        self.taken += size

    def give_back(self):
        with self.budget.lock:
            self.budget.taken -= self.taken
        self.taken = 0
