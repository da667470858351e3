"""The files that samplers are written as, a format a file."""
