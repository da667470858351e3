"""Where exported samplers go: TF Serving's own configuration, and the Hugging Face Hub."""
