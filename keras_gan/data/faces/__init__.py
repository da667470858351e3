"""Drawn faces: pictures in colour that need no network, have no end, and know what they show."""
