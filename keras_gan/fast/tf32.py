"""TensorFlow's TF32: float32 products by ten bits of their factors, which it allows on Nvidia's GPUs since Ampere.

An image has one number on every device, and with TF32 a GPU's image differs from the CPU's by up to 1e-2, not 1e-5. It
is a setting of the process, and cannot be one of sampling alone: TensorFlow keeps the kernel that it has chosen for a
convolution of some shape, with or without TF32, for every later one of that shape. So it is off from the first model
on, in training, too, unless somebody asks for it; whoever wants speed there takes bfloat16.
"""

import tensorflow as tf

settled = False


def allow(wanted=True):
    """Switches TF32 on or off for this process; to be called before the first product."""
    global settled
    settled = True
    tf.config.experimental.enable_tensor_float_32_execution(wanted)


def settle():
    """Switches it off where nobody has chosen. Whoever builds a model or opens a SavedModel calls this."""
    if not settled:
        allow(False)
