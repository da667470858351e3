"""The command line, a file a command. It alone may import everything; TensorFlow is imported only once work begins."""
