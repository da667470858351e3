"""Trained models for other programs: `export.saved_model(model, directory)` writes a TF Serving layout."""

from export.saved_model import saved_model

__all__ = ["saved_model"]
