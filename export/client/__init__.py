"""A client of any server that speaks TF Serving's protocols; needs neither TensorFlow nor the zoo."""
