"""Sweeps: many settings of a recipe, each trained and measured once, over processes, machines and kills."""
