"""Presets: the folders that hold a model, their cards, how a run becomes one, and the Hub."""
