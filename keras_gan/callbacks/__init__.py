"""Callbacks of `fit`: pictures and figures of merit at intervals, loss curves, throughput, and the end of a run that
has diverged. Those that write do so on the chief worker only."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
