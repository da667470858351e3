"""Networks, named as the games or papers that they are from: functions that build a generator or a discriminator."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
