"""The run folder: its format, the training that fills it, and its checkpoint."""
