"""Files: written whole or not at all, images, weights, and the classes that Keras's own files may name."""
