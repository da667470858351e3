"""Games, a paper a file: each is a Keras model that says what its two players minimise. The step is in
keras_gan/step/adversarial.py, once. The classes are exported by keras_gan itself."""
