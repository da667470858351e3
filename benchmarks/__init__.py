"""What the figures in README and docs are made with: `python -m benchmarks.throughput` and its like.

keras_gan comes before Keras, in every benchmark, so that TensorFlow runs with oneDNN (keras_gan.step.device).
"""

import keras_gan  # noqa: F401
