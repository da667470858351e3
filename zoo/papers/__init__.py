"""Recipes, a paper a file, named as the game: a variant wgan_gp.mnist is in wgan_gp.py. A new file is found by itself;
one whose name begins with an underscore holds what several papers share."""

import importlib
import pkgutil

# All at once, whichever is asked for first: the registry's order, which commands follow, is that of the files.
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
