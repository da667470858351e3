"""Games: each is a Keras model that says what its two players minimise. The step is in adversarial.py, once."""
