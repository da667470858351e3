"""Dynamic batching: what arrives while a batch runs makes the next one."""

import threading
import time
from collections import deque
from concurrent.futures import Future, InvalidStateError

import numpy as np

from export.server.refusals import Refused


class Request:
    """Rows for one signature, whose answer comes in `parts` parts."""

    def __init__(self, parts):
        self.future = Future()
        self.answers: list = [None] * parts  # {output: array} of each
        self.missing = parts

    def answer(self, part, outputs):
        self.answers[part] = outputs
        self.missing -= 1
        if not self.missing:
            first = self.answers[0]
            whole = first if len(self.answers) == 1 else {
                name: np.concatenate([answer[name] for answer in self.answers]) for name in first
            }  # fmt: skip
            self.finish(self.future.set_result, whole)

    def fail(self, error):
        self.finish(self.future.set_exception, error)

    def finish(self, setter, value):
        try:
            setter(value)
        except InvalidStateError:  # whoever asked has gone, or another part has failed
            pass


class Piece:
    """At most a batch of a request's rows, with their place in its answer."""

    __slots__ = ("arrays", "arrived", "part", "request", "rows")

    def __init__(self, request, part, arrays, rows):
        self.request, self.part, self.arrays, self.rows = request, part, arrays, rows
        self.arrived = time.monotonic()


class Batcher:
    """One thread, which runs the signatures of a version on merged rows, the longest waiting first.

    A row never waits while nothing runs, unless `limits.delay` says so: under load the batches grow by themselves.
    A request of more than `limits.batch` rows is split, so that it neither takes much memory nor holds up the others.
    Where a merged batch is refused, each request in it runs alone, so that only the bad one fails.
    """

    def __init__(self, limits, observe=lambda rows: None):
        self.limits = limits
        self.observe = observe
        self.waiting = {}  # signature -> deque of Piece
        self.rows = 0
        self.closed = False
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self.work, name="batcher", daemon=True)
        self.thread.start()

    def submit(self, signature, arrays, rows):
        """-> a Future of {output: array}. Raises Refused where too many rows wait already."""
        size = self.limits.batch if signature.batched else rows
        starts = range(0, rows, size)
        request = Request(len(starts))
        if len(starts) == 1:
            pieces = [Piece(request, 0, arrays, rows)]
        else:
            parts = ({name: array[start : start + size] for name, array in arrays.items()} for start in starts)
            pieces = [Piece(request, i, part, min(size, rows - i * size)) for i, part in enumerate(parts)]
        with self.changed:
            if self.closed:
                raise Refused("UNAVAILABLE", "This version of the model is being unloaded.")
            if self.rows + rows > max(self.limits.queue, rows):  # one request always fits an empty queue
                raise Refused("UNAVAILABLE", f"The queue is full: {self.rows} rows wait; try again later.")
            self.waiting.setdefault(signature, deque()).extend(pieces)
            self.rows += rows
            self.changed.notify()
        return request.future

    def close(self, seconds):
        """Runs what waits, then ends; refuses what is left after `seconds`."""
        with self.changed:
            self.closed = True
            self.changed.notify()
        self.thread.join(seconds)
        with self.changed:
            left = [piece for queue in self.waiting.values() for piece in queue]
            self.waiting.clear()
        for piece in left:
            piece.request.fail(Refused("UNAVAILABLE", "The server stops."))

    def work(self):
        while taken := self.take():
            self.run(*taken)

    def take(self):
        """(signature, pieces to merge), or None when closed and empty."""
        with self.changed:
            while True:
                if not self.waiting:
                    if self.closed:
                        return None
                    self.changed.wait()
                    continue
                signature = min(self.waiting, key=lambda one: self.waiting[one][0].arrived)
                queue = self.waiting[signature]
                left = queue[0].arrived + self.limits.delay - time.monotonic()
                full = not signature.batched or sum(piece.rows for piece in queue) >= self.limits.batch
                if full or left <= 0 or self.closed:
                    break
                self.changed.wait(left)
            pieces = [queue.popleft()]
            rows = pieces[0].rows
            while signature.batched and queue and rows + queue[0].rows <= self.limits.batch:
                pieces.append(queue.popleft())
                rows += pieces[-1].rows
            if not queue:
                del self.waiting[signature]
            self.rows -= rows
        # Not of those who have gone, or whose other part has failed.
        return signature, [piece for piece in pieces if not piece.request.future.done()]

    def run(self, signature, pieces):
        if not pieces:
            return
        one = len(pieces) == 1
        merged = pieces[0].arrays if one else {
            name: np.concatenate([piece.arrays[name] for piece in pieces]) for name in pieces[0].arrays
        }  # fmt: skip
        self.observe(sum(piece.rows for piece in pieces))
        try:
            outputs = signature(merged)
        except Refused as refused:
            if one:
                pieces[0].request.fail(refused)
            else:
                for piece in pieces:
                    self.run(signature, [piece])
            return
        except Exception as error:  # a fault of ours: whoever waits must hear of it, and the thread must live
            for piece in pieces:
                piece.request.fail(error)
            return
        if one:
            pieces[0].request.answer(pieces[0].part, outputs)
            return
        start = 0
        for piece in pieces:
            end = start + piece.rows
            piece.request.answer(piece.part, {name: array[start:end] for name, array in outputs.items()})
            start = end
