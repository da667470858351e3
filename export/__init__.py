"""Trained models for other programs: `export.saved_model(model, directory)` writes a TF Serving layout.

Everything here is imported when it is used, because export.runtime samples without TensorFlow. No module has the
name of a function: importing it would put the module in the function's place.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
