"""What makes the files that the package ships: `python -m zoo.tools.make_weights` and `... train_encoder`."""
