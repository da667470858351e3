"""This machine's float32 matrix-product rate: the best of some sizes, as images of one FLOP each."""

import time

import tensorflow as tf

from benchmarks.contender import BATCH, arguments, serve

SIZES = (1024, 2048)


def main():
    options = arguments()
    matrices = {size: tf.random.normal([size, size]) for size in SIZES}

    def seconds(size):
        started = time.perf_counter()
        tf.matmul(matrices[size], matrices[size]).numpy()
        return time.perf_counter() - started

    for size in SIZES:
        seconds(size)
    best = max(SIZES, key=lambda size: size**3 / min(seconds(size) for _ in range(5)))

    def run_steps(n):
        for _ in range(n):
            seconds(best)

    serve(run_steps, options.seconds, flop=2 * best**3 / BATCH)


if __name__ == "__main__":
    main()
