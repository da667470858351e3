"""Dynamic batching, with arithmetic in the place of a network."""

import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from export.server.batching import Batcher
from export.server.limits import Limits
from export.server.refusals import Refused, invalid


class Doubling:
    """Doubles its rows, refuses negative ones, and waits for `gate` where there is one."""

    batched = True

    def __init__(self, gate=None):
        self.gate = gate
        self.sizes = []
        self.entered = threading.Event()

    def __call__(self, arrays):
        x = arrays["x"]
        self.sizes.append(len(x))
        self.entered.set()
        if self.gate:
            self.gate.wait(10)
        if (x < 0).any():
            raise invalid("x is negative.")
        return {"y": 2 * x}


@pytest.fixture
def made():
    batchers = []

    def make(**limits):
        batchers.append(Batcher(Limits(**limits)))
        return batchers[-1]

    yield make
    for batcher in batchers:
        batcher.close(5)


def rows(*values):
    return {"x": np.array(values)}


def held(batcher, **limits):
    """A function that is busy with its first request until the gate opens."""
    double = Doubling(threading.Event())
    first = batcher.submit(double, rows(0), 1)
    assert double.entered.wait(10)
    return double, first


def test_what_arrives_while_a_batch_runs_makes_the_next(made):
    batcher = made(batch=8)
    double, first = held(batcher)
    futures = [batcher.submit(double, rows(i, i + 100), 2) for i in range(6)]
    double.gate.set()
    for i, future in enumerate(futures):
        np.testing.assert_array_equal(future.result(10)["y"], [2 * i, 2 * i + 200])
    assert first.result(10)["y"] == [0]
    assert double.sizes == [1, 8, 4]


def test_a_request_that_is_too_large_for_one_batch_is_split_and_whole_again(made):
    batcher, double = made(batch=4), Doubling()
    np.testing.assert_array_equal(batcher.submit(double, rows(*range(10)), 10).result(10)["y"], 2 * np.arange(10))
    assert double.sizes == [4, 4, 2]


def test_only_the_bad_request_of_a_batch_fails(made):
    batcher = made()
    double, _ = held(batcher)
    futures = [batcher.submit(double, rows(value), 1) for value in (1, -1, 3)]
    double.gate.set()
    assert futures[0].result(10)["y"] == [2] and futures[2].result(10)["y"] == [6]
    with pytest.raises(Refused, match="x is negative"):
        futures[1].result(10)
    assert double.sizes == [1, 3, 1, 1, 1]


def test_a_fault_reaches_who_waits_and_the_thread_lives(made):
    batcher = made()

    def broken(arrays):
        raise ZeroDivisionError

    broken = SimpleNamespace(batched=True, run=broken)
    double = Doubling()
    faulty = type("Faulty", (Doubling,), {"__call__": lambda self, arrays: broken.run(arrays)})()
    with pytest.raises(ZeroDivisionError):
        batcher.submit(faulty, rows(1), 1).result(10)
    assert batcher.submit(double, rows(4), 1).result(10)["y"] == [8]


def test_signatures_are_not_mixed_and_the_longest_waiting_goes_first(made):
    batcher = made()
    busy, _ = held(batcher)
    one, two = Doubling(), Doubling()
    futures = [batcher.submit(function, rows(i), 1) for i, function in enumerate((one, two, one))]
    busy.gate.set()
    assert [future.result(10)["y"][0] for future in futures] == [0, 2, 4]
    assert one.sizes == [2] and two.sizes == [1]


def test_a_function_without_rows_runs_alone(made):
    batcher = made()
    double, _ = held(batcher)
    whole = Doubling()
    whole.batched = False
    futures = [batcher.submit(whole, rows(1, 2), 1) for _ in range(2)]
    double.gate.set()
    assert all(list(future.result(10)["y"]) == [2, 4] for future in futures)
    assert whole.sizes == [2, 2]


def test_a_full_queue_refuses_and_a_single_large_request_does_not(made):
    batcher = made(queue=4)
    double, _ = held(batcher)
    waiting = batcher.submit(double, rows(*range(100)), 100)
    with pytest.raises(Refused, match="queue is full: 100 rows wait") as refused:
        batcher.submit(double, rows(1), 1)
    assert refused.value.code == "UNAVAILABLE" and refused.value.status == 503
    double.gate.set()
    assert len(waiting.result(10)["y"]) == 100
    assert batcher.rows == 0


def test_who_has_gone_is_not_computed_for(made):
    batcher = made()
    double, _ = held(batcher)
    gone, there = (batcher.submit(double, rows(i), 1) for i in range(2))
    assert gone.cancel()
    double.gate.set()
    there.result(10)
    assert double.sizes == [1, 1] and batcher.rows == 0


def test_a_delay_gathers_and_a_full_batch_does_not_wait(made):
    batcher, double = made(batch=3, delay=0.2), Doubling()
    began = time.monotonic()
    futures = [batcher.submit(double, rows(i), 1) for i in range(2)]
    futures[1].result(10)
    assert time.monotonic() - began >= 0.19 and double.sizes == [2]
    batcher, double = made(batch=3, delay=60.0), Doubling()
    futures = [batcher.submit(double, rows(i), 1) for i in range(3)]
    futures[2].result(10)
    assert double.sizes == [3]


def test_closing_finishes_what_waits(made):
    batcher = made()
    double, _ = held(batcher)
    waiting = batcher.submit(double, rows(7), 1)
    threading.Timer(0.1, double.gate.set).start()
    batcher.close(10)
    assert waiting.result(0)["y"] == [14]
    with pytest.raises(Refused, match="being unloaded"):
        batcher.submit(double, rows(1), 1)
