"""Threads that read: whatever the garbage collector does, nobody waits for ever, and errors keep nothing alive."""

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest
from worker import ENVIRONMENT

from keras_gan import data
from keras_gan.data import readers
from keras_gan.data.rows import Rows

# An iterator in a cycle, for which rows are being read ahead, is found by the collector at this place and that within
# another read.
SCRIPT = """
import faulthandler, gc, time
faulthandler.dump_traceback_later(60, exit=True)
import numpy as np
from keras_gan import data
from keras_gan.data.rows import Rows

values = np.zeros((64, 4, 4, 1), np.uint8)

def slow(numbers):
    time.sleep(0.002)
    return values[numbers]

batches = data.load(data.Source("", Rows(values.shape, np.uint8, slow), None, None, "", ""), batch_size=16)
other, usual = Rows(values.shape, np.uint8, lambda numbers: values[numbers]), gc.get_threshold()
for turn in range(60):
    gc.collect()
    gc.disable()
    iterator = iter(batches.dataset)
    next(iterator)
    cycle = [iterator]
    cycle.append(cycle)
    gc.set_threshold(gc.get_count()[0] + 1 + turn * 7 % 97)
    gc.enable()
    del iterator, cycle
    for _ in range(3):
        other[:]
    gc.set_threshold(*usual)
"""


def test_a_collection_in_the_middle_of_a_read_stops_nothing():
    subprocess.run([sys.executable, "-c", SCRIPT], env=ENVIRONMENT, check=True, timeout=120)


def test_an_error_keeps_no_iterator_alive():
    """Or the collector would end it, wherever that happens to run."""

    def lost(numbers):
        raise ValueError("The file is lost.")

    batches = data.load(data.Source("", Rows((64, 4, 4, 1), np.uint8, lost), None, None, "", ""), batch_size=16)
    gc.collect()
    gc.disable()
    try:
        iterator = iter(batches)
        alive = weakref.ref(iterator)
        with pytest.raises(ValueError, match=r"^The file is lost\.$"):
            next(iterator)
        del iterator
        assert alive() is None
        rows = Rows((64, 3), np.uint8, lost)
        alive = weakref.ref(rows)
        with pytest.raises(ValueError, match="lost"):
            rows[:]
        del rows
        assert alive() is None
    finally:
        gc.enable()


def test_all_have_ended_and_the_first_error_is_raised():
    done = []

    def note(number):
        done.append(number)
        if number in (3, 7):
            raise KeyError(number)

    def leave(number):
        raise SystemExit(number)

    with pytest.raises(SystemExit):
        readers.in_parallel(leave, range(5))
    with pytest.raises(KeyError, match="3"):
        readers.in_parallel(note, range(50))
    assert sorted(done) == list(range(50))
    readers.in_parallel(note, [])
