"""Threads that read the rows of a batch, on all processors, shared by all sets of a process.

They hold no lock of Python's. An iterator over batches that the garbage collector finds waits for the thread that reads
ahead for it, and the collector may come wherever memory is asked for: within concurrent.futures, say, whose lock the
thread ahead would then wait for, and neither would ever go on. SimpleQueue has none that its caller could hold.
"""

import functools
import os
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from threading import Thread


def in_parallel(function: Callable, arguments: Iterable):
    """Calls function(argument) for each; returns when all have ended, and then raises the first one's error."""
    ended, count = SimpleQueue(), 0
    for count, argument in enumerate(arguments, 1):
        orders(os.getpid()).put((function, argument, count, ended))
    errors = dict(ended.get() for _ in range(count))
    try:
        for number in sorted(errors):
            if errors[number] is not None:
                raise errors[number]
    finally:
        del errors  # they know this frame, and it should not know them: the collector would have to free both


@functools.lru_cache(maxsize=1)
def orders(process):
    """Where threads take their orders from; a process that was forked has none of its parent's."""
    queue = SimpleQueue()
    for number in range(os.cpu_count() or 1):
        Thread(target=work, args=(queue,), name=f"keras_gan.data.{process}.{number}", daemon=True).start()
    return queue


def work(orders):
    while True:
        function, argument, number, ended = orders.get()
        error = None
        try:
            function(argument)
        except BaseException as raised:  # whatever it is, the caller waits for it
            error = raised
        ended.put((number, error))
        del function, argument, ended, error  # nothing is held while there is nothing to do
