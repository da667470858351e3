"""FreezeD: Mo, Cho and Shin 2020, "Freeze the Discriminator: a Simple Baseline for Fine-Tuning GANs", arXiv:2002.10964.

A discriminator that goes on from another data set keeps its first layers, whose features serve both, and learns in the
rest: with few images it overfits later.
"""


def freeze_first(discriminator, convolutions):
    """The same network, whose layers up to its first so many convolutions are not trained.

    Before compile(). Raises ValueError unless 1 <= convolutions < those that the network has.
    """
    layers = discriminator.layers
    places = [place for place, layer in enumerate(layers) if "Conv" in type(layer).__name__]
    if not 0 < convolutions < len(places):
        raise ValueError(
            f"convolutions must be 1 to {len(places) - 1}, so that {discriminator.name} learns something; "
            f"got {convolutions}."
        )
    for layer in layers[: places[convolutions]]:
        layer.trainable = False
    return discriminator
