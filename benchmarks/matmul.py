"""This machine's matrix-product rate in the precision of the nets: the best of some sizes, as images of one FLOP
each."""

import time

import tensorflow as tf

from benchmarks.contender import arguments, serve
from keras_gan.fast import tf32

SIZES = {False: (1024, 2048), True: (4096, 8192)}  # whether on a GPU
AT_ONCE = 10  # products that are awaited together: a GPU is not asked after each


def main():
    options = arguments()
    tf32.allow(options.precision == "tf32")
    sizes = SIZES[bool(tf.config.list_physical_devices("GPU"))]
    dtype = "bfloat16" if options.precision == "bfloat16" else "float32"
    matrices = {size: tf.cast(tf.random.normal([size, size]), dtype) for size in sizes}

    @tf.function
    def products(matrix):
        product = matrix
        for _ in range(AT_ONCE):
            product = tf.matmul(matrix, product)
        return product[0, 0]

    def seconds(size):
        started = time.perf_counter()
        products(matrices[size]).numpy()
        return time.perf_counter() - started

    for size in sizes:
        seconds(size)
    best = max(sizes, key=lambda size: size**3 / min(seconds(size) for _ in range(5)))

    def run_steps(n):
        for _ in range(n):
            seconds(best)

    serve(run_steps, options, flop=2 * AT_ONCE * best**3 / options.batch)


if __name__ == "__main__":
    main()
