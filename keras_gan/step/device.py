"""The machine: which CPU this is, and whether TensorFlow uses its fast kernels.

On x86-64 TensorFlow takes Intel's oneDNN kernels by itself only where the CPU has instructions for neural networks
(AVX-512 VNNI and later); on AVX2 alone, most laptops and AMD machines, it leaves them off, and a step of a
convolutional pair takes half as long again. The choice is the variable TF_ENABLE_ONEDNN_OPTS, read when TensorFlow is
imported. This module does not import TensorFlow.
"""

import os
import platform
import sys
import warnings

VARIABLE = "TF_ENABLE_ONEDNN_OPTS"
BY_ITSELF = {"avx512_vnni", "avx512_bf16", "avx_vnni", "amx_tile", "amx_int8", "amx_bf16"}  # TensorFlow's own list


def prefer_onednn():
    """Switch oneDNN on before TensorFlow is imported; the user's own setting wins. Where TensorFlow is there already
    and would have needed it, a warning says what to set."""
    if platform.machine() not in ("x86_64", "AMD64") or VARIABLE in os.environ:
        return
    if "tensorflow" not in sys.modules:
        os.environ[VARIABLE] = "1"
    elif not BY_ITSELF & cpu_flags() and sys.platform == "linux":
        warnings.warn(
            "TensorFlow was imported before keras_gan and runs without oneDNN on this CPU, at two thirds of its speed: "
            f"import keras_gan first, or set {VARIABLE}=1.",
            stacklevel=2,
        )


def onednn():
    """Whether TensorFlow uses oneDNN in this process: True, False, or None where that is not known."""
    value = os.environ.get(VARIABLE)
    if value is not None:
        return value.lower() in ("1", "true")
    flags = cpu_flags()
    return bool(BY_ITSELF & flags) if flags else None


def cpu_flags():
    """The CPU's feature flags on Linux; an empty set elsewhere."""
    return set(of_cpuinfo("flags").split())


def cpu_name():
    """The CPU's name, as far as the system says."""
    return of_cpuinfo("model name") or platform.processor() or platform.machine()


def of_cpuinfo(key):
    try:
        with open("/proc/cpuinfo") as file:
            return next((line.partition(":")[2].strip() for line in file if line.startswith(key)), "")
    except OSError:
        return ""
