"""What the figures in README and docs are made with: `python -m benchmarks.throughput` and its like.

keras_gan comes before Keras, in every benchmark, so that TensorFlow runs with oneDNN (keras_gan.step.device). The
tests' servers, clients and browser serve here, too.
"""

import sys
from pathlib import Path

import keras_gan  # noqa: F401

sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))
