"""Keras's own layers and optimisers, faster or mended: the same arguments, weights and results. Each file names the
reason upstream."""
