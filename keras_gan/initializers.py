"""Initialisers of the papers that Keras does not have."""

import keras
import numpy as np


@keras.saving.register_keras_serializable("keras_gan")
class Sparse(keras.initializers.Initializer):
    """`nonzeros` weights N(0, 1) into each unit, the others 0 (Martens 2010, "Deep learning via Hessian-free
    optimization", section 5; pylearn2's sparse_init). For kernels [inputs, units]."""

    def __init__(self, nonzeros, seed=0):
        self.nonzeros = nonzeros
        self.seed = seed

    def __call__(self, shape, dtype=None):
        inputs, units = shape
        if not 1 <= self.nonzeros <= inputs:
            raise ValueError(f"Sparse({self.nonzeros}) needs at least as many inputs; the kernel has {inputs}.")
        random = np.random.default_rng(self.seed)
        kernel = np.zeros((inputs, units), "float32")
        rows = random.random((inputs, units), "float32").argpartition(self.nonzeros - 1, axis=0)[: self.nonzeros]
        kernel[rows, np.arange(units)] = random.standard_normal((self.nonzeros, units))
        return keras.ops.convert_to_tensor(kernel, dtype)

    def get_config(self):
        return {"nonzeros": self.nonzeros, "seed": self.seed}
