"""Recipes, a paper a file, named as the game: a variant wgan_gp.mnist is in wgan_gp.py. A new file is found by itself
(zoo.registry); one whose name begins with an underscore holds what several papers share."""
